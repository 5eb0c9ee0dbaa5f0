import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export type RoleCall = {
  readonly action: string;
  /** Of the key that signed; empty when the request is not signed. */
  readonly accessKeyId: string;
  readonly region: string;
  readonly fields: Readonly<Record<string, string>>;
};
type Refusal = { readonly status: number; readonly code: string; readonly message: string };

/** AssumeRole and AssumeRoleWithWebIdentity on 127.0.0.1; checks no signature. Each role's keys carry its name. */
export async function startRoleServer() {
  const calls: RoleCall[] = [];
  let refuse: (call: RoleCall) => Refusal | null = () => null;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const fields = Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString()));
      const scope = /Credential=([^/]+)\/\d+\/([^/]+)\/sts\//.exec(request.headers.authorization ?? '');
      const call = { action: fields['Action'] ?? '', accessKeyId: scope?.[1] ?? '', region: scope?.[2] ?? '', fields };
      calls.push(call);
      const refusal = refuse(call);
      response.writeHead(refusal?.status ?? 200, { 'content-type': 'text/xml' });
      response.end(refusal === null ? answerOf(call) : refusalOf(refusal));
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    refuseWith(decide: (call: RoleCall) => Refusal | null) {
      refuse = decide;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

const namespace = 'https://sts.amazonaws.com/doc/2011-06-15/';

function answerOf({ action, fields }: RoleCall): string {
  const role = (fields['RoleArn'] ?? '').split('/').at(-1);
  return `<${action}Response xmlns="${namespace}"><${action}Result>
<AssumedRoleUser><AssumedRoleId>A:s</AssumedRoleId><Arn>arn:aws:sts::123456789012:assumed-role/${role}/s</Arn></AssumedRoleUser>
<Credentials><AccessKeyId>ASIA-${role}</AccessKeyId><SecretAccessKey>secret-of-${role}</SecretAccessKey>
<SessionToken>session-of-${role}</SessionToken><Expiration>2999-01-01T00:00:00Z</Expiration></Credentials>
</${action}Result></${action}Response>`;
}

const refusalOf = ({ code, message }: Refusal) =>
  `<ErrorResponse xmlns="${namespace}"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`;
