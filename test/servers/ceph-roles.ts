import { sha256Hex } from '../../main/s3/sigv4/canonical-request.ts';
import { signRequest } from '../../main/s3/sigv4/sign-request.ts';
import type { CephAddress } from './ceph.ts';

export type CephRole = {
  readonly roleName: string;
  /** `arn:aws:iam:::user/base` … */
  readonly trustedArn: string;
  /** An hour when left out. */
  readonly maxDurationSeconds?: number;
  /** What those who have the role may do. */
  readonly statements: readonly object[];
};

/** Makes a role with its policy, as Ceph's own administrator; returns its ARN and what takes it away again. */
export async function createCephRole(
  ceph: CephAddress,
  { roleName, trustedArn, maxDurationSeconds = 3600, statements }: CephRole,
): Promise<{ roleArn: string; remove(): Promise<void> }> {
  const policy = (parts: readonly object[]) => JSON.stringify({ Version: '2012-10-17', Statement: parts });
  const trust = policy([{ Effect: 'Allow', Principal: { AWS: [trustedArn] }, Action: ['sts:AssumeRole'] }]);
  const answer = await askIam(ceph, {
    Action: 'CreateRole',
    RoleName: roleName,
    Path: '/',
    MaxSessionDuration: String(maxDurationSeconds),
    AssumeRolePolicyDocument: trust,
  });
  const policyNamed = { RoleName: roleName, PolicyName: 'only' };
  await askIam(ceph, { Action: 'PutRolePolicy', ...policyNamed, PolicyDocument: policy(statements) });
  return {
    roleArn: /<Arn>(.*?)<\/Arn>/.exec(answer)?.[1] ?? '',
    remove: async () => {
      await askIam(ceph, { Action: 'DeleteRolePolicy', ...policyNamed });
      await askIam(ceph, { Action: 'DeleteRole', RoleName: roleName });
    },
  };
}

async function askIam(ceph: CephAddress, parameters: Record<string, string>): Promise<string> {
  const body = new URLSearchParams({ Version: '2010-05-08', ...parameters }).toString();
  const headers = { host: new URL(ceph.endpointUrl).host, 'content-type': 'application/x-www-form-urlencoded' };
  const signed = signRequest({
    method: 'POST',
    path: '/',
    query: [],
    headers,
    payloadHash: sha256Hex(body),
    credentials: ceph,
    region: ceph.region,
    dateMs: Date.now(),
    service: 'iam',
  });
  const { host: _host, ...sent } = { ...headers, ...signed };
  const response = await fetch(`${ceph.endpointUrl}/`, { method: 'POST', body, headers: sent });
  const text = await response.text();
  if (!response.ok) throw new Error(`Ceph refused ${parameters['Action']}: ${response.status} ${text}`);
  return text;
}
