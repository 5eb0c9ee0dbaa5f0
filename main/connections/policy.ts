import type { ConnectionSettings } from '../../shared/domain/connection.ts';

type Statement = {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: { readonly StringLike: Readonly<Record<string, readonly string[]>> };
};

/**
 * The least a connection needs at Amazon to list, upload, download, move and delete inside its restriction, as JSON to
 * paste into IAM. Without a restriction: in all buckets (making and removing buckets is not in it). Pure.
 * A path that ends in a slash is a folder; another may name one object or a folder, so both are allowed.
 */
export function permissionsPolicy(
  settings: Pick<ConnectionSettings, 'restrictToBucket' | 'restrictToPath' | 'region'>,
): string {
  const partition = partitionOf(settings.region);
  const bucketArn = `arn:${partition}:s3:::${settings.restrictToBucket ?? '*'}`;
  const path = escapeWildcards(settings.restrictToPath ?? '');
  const folder = path.replace(/\/$/, '');
  const statements: Statement[] = [
    { Sid: 'Connect', Effect: 'Allow', Action: 's3:ListAllMyBuckets', Resource: '*' },
    {
      Sid: 'Bucket',
      Effect: 'Allow',
      Action: ['s3:GetBucketLocation', 's3:GetBucketVersioning', 's3:ListBucketMultipartUploads'],
      Resource: bucketArn,
    },
    {
      Sid: 'List',
      Effect: 'Allow',
      Action: ['s3:ListBucket', 's3:ListBucketVersions'],
      Resource: bucketArn,
      ...(path === '' ? {} : { Condition: { StringLike: { 's3:prefix': [folder, `${folder}/`, `${folder}/*`] } } }),
    },
    {
      Sid: 'Objects',
      Effect: 'Allow',
      Action: [
        's3:GetObject',
        's3:PutObject',
        's3:DeleteObject',
        's3:AbortMultipartUpload',
        's3:ListMultipartUploadParts',
        's3:GetObjectTagging',
        's3:PutObjectTagging',
      ],
      Resource: objectArns(bucketArn, path),
    },
  ];
  return JSON.stringify({ Version: '2012-10-17', Statement: statements }, null, 2);
}

function objectArns(bucketArn: string, path: string): string | readonly string[] {
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

/** Who may take a role. Connections with an access key or a profile of their own take none: null. */
export function trustPolicy(): null {
  return null;
}
