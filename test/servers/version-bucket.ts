import { PutBucketVersioningCommand, S3Client } from '@aws-sdk/client-s3';
import type { S3Address } from '../fakes/test-connection.ts';

/** From now on the bucket keeps all versions of its objects: nothing that the app itself can ask for. */
export async function versionBucket(address: S3Address, bucket: string): Promise<void> {
  const { endpointUrl, accessKeyId, secretAccessKey } = address;
  const client = new S3Client({
    endpoint: endpointUrl,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId, secretAccessKey },
  });
  const VersioningConfiguration = { Status: 'Enabled' as const };
  await client.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration }));
  client.destroy();
}
