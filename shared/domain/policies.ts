import { z } from 'zod';
import type { AuthView } from './auth.ts';
import type { ConnectionSettings } from './connection.ts';

/** What somebody wants to do through a connection; each adds what IAM calls it. */
export const policyActions = ['list', 'download', 'upload', 'delete', 'tag', 'createBucket'] as const;
export const policyActionSchema = z.enum(policyActions);
export type PolicyAction = (typeof policyActions)[number];
/** Everything but making and removing buckets. */
export const usualPolicyActions: readonly PolicyAction[] = ['list', 'download', 'upload', 'delete', 'tag'];

type Texts = string | readonly string[];
type Statement = {
  readonly Sid?: string;
  readonly Effect: 'Allow';
  readonly Principal?: Readonly<Record<string, string>>;
  readonly Action: Texts;
  readonly Resource?: Texts;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, Texts>>>>;
};

/** What IAM calls it, and for which of the actions it is needed. */
const objectPermissions: readonly (readonly [permission: string, action: PolicyAction])[] = [
  ['s3:GetObject', 'download'],
  ['s3:GetObjectVersion', 'download'],
  ['s3:PutObject', 'upload'],
  ['s3:DeleteObject', 'delete'],
  ['s3:AbortMultipartUpload', 'upload'],
  ['s3:ListMultipartUploadParts', 'upload'],
  ['s3:GetObjectTagging', 'tag'],
  ['s3:PutObjectTagging', 'tag'],
];

/**
 * The least a connection needs at Amazon for these actions inside its restriction, as JSON to paste into IAM. Without a
 * restriction: in all buckets. Pure. A path that ends in a slash is a folder; another may name one object or a folder, so
 * both are allowed.
 */
export function permissionsPolicy(
  settings: Pick<ConnectionSettings, 'restrictToBucket' | 'restrictToPath' | 'region'>,
  actions: readonly PolicyAction[] = usualPolicyActions,
): string {
  const partition = partitionOf(settings.region);
  const bucketArn = `arn:${partition}:s3:::${settings.restrictToBucket ?? '*'}`;
  const path = escapeWildcards(settings.restrictToPath ?? '');
  const folder = path.replace(/\/$/, '');
  const wants = (action: PolicyAction) => actions.includes(action);
  const statements: Statement[] = [
    { Sid: 'Connect', Effect: 'Allow', Action: 's3:ListAllMyBuckets', Resource: '*' },
    {
      Sid: 'Bucket',
      Effect: 'Allow',
      Action: [
        's3:GetBucketLocation',
        's3:GetBucketVersioning',
        ...(wants('upload') ? ['s3:ListBucketMultipartUploads'] : []),
      ],
      Resource: bucketArn,
    },
  ];
  if (wants('list')) {
    statements.push({
      Sid: 'List',
      Effect: 'Allow',
      Action: ['s3:ListBucket', 's3:ListBucketVersions'],
      Resource: bucketArn,
      ...(path === '' ? {} : { Condition: { StringLike: { 's3:prefix': [folder, `${folder}/`, `${folder}/*`] } } }),
    });
  }
  const objects = objectPermissions.filter(([, action]) => wants(action)).map(([permission]) => permission);
  if (objects.length > 0) {
    statements.push({ Sid: 'Objects', Effect: 'Allow', Action: objects, Resource: objectArns(bucketArn, path) });
  }
  if (wants('createBucket')) {
    statements.push({
      Sid: 'Buckets',
      Effect: 'Allow',
      Action: ['s3:CreateBucket', 's3:DeleteBucket'],
      Resource: bucketArn,
    });
  }
  return document(statements);
}

function objectArns(bucketArn: string, path: string): Texts {
  if (path === '') return `${bucketArn}/*`;
  return path.endsWith('/') ? `${bucketArn}/${path}*` : [`${bucketArn}/${path}`, `${bucketArn}/${path}/*`];
}

/** `*`, `?` and `$` mean themselves in a key and something else in a policy. */
function escapeWildcards(path: string): string {
  return path.replace(/[*?$]/g, (character) => `\${${character}}`);
}

function partitionOf(region: string | undefined): string {
  if (region?.startsWith('cn-')) return 'aws-cn';
  return region?.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}

/** Stands where the ARN of whoever takes the role is not known. */
export const unknownCallerArn = 'arn:aws:iam::ACCOUNT-ID:user/USER-NAME';

/**
 * Who may take the role of a connection, as JSON to paste into the role's trust relationships; null for connections that
 * take none. Pure. `callerArn`: whose key assumes the role. A session of a role is named by the role itself, since sessions
 * come and go.
 */
export function trustPolicy(auth: AuthView, callerArn: string | null): string | null {
  if (auth.type === 'role') {
    const conditions: Record<string, Readonly<Record<string, Texts>>> = {};
    if (auth.externalId) conditions['StringEquals'] = { 'sts:ExternalId': auth.externalId };
    if (auth.mfaSerial !== undefined) conditions['Bool'] = { 'aws:MultiFactorAuthPresent': 'true' };
    return document([
      {
        Effect: 'Allow',
        Principal: { AWS: callerArn === null ? unknownCallerArn : roleOfSession(callerArn) },
        Action: 'sts:AssumeRole',
        ...(Object.keys(conditions).length === 0 ? {} : { Condition: conditions }),
      },
    ]);
  }
  if (auth.type !== 'rolesAnywhere') return null;
  return document([
    {
      Effect: 'Allow',
      Principal: { Service: 'rolesanywhere.amazonaws.com' },
      Action: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'],
      Condition: { ArnEquals: { 'aws:SourceArn': auth.trustAnchorArn } },
    },
  ]);
}

function roleOfSession(arn: string): string {
  const session = /^(arn:aws[a-z-]*):sts::([^:]*):assumed-role\/([^/]+)\/.+$/.exec(arn);
  return session === null ? arn : `${session[1]}:iam::${session[2]}:role/${session[3]}`;
}

function document(statements: readonly Statement[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements }, null, 2);
}
