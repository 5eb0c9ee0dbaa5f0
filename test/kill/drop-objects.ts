import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { S3Address } from '../fakes/test-connection.ts';

const run = promisify(execFile);

/** Uploads a folder with rclone, a few files at once, `bytesPerSecond` in all: so that it takes a while. */
export async function dropWithRclone(
  server: S3Address,
  folder: string,
  bucket: string,
  prefix: string,
  filesPerSecond: number,
): Promise<void> {
  await run(
    'rclone',
    [
      'copy',
      '--no-traverse',
      '--s3-no-check-bucket',
      '--transfers',
      '8',
      '--tpslimit',
      String(filesPerSecond * 2),
      folder,
      `drop:${bucket}/${prefix}`,
    ],
    {
      maxBuffer: 64 * 1024 * 1024,
      env: {
        PATH: process.env['PATH'],
        HOME: '/nonexistent',
        RCLONE_CONFIG: '/dev/null',
        RCLONE_CONFIG_DROP_TYPE: 's3',
        RCLONE_CONFIG_DROP_PROVIDER: 'Other',
        RCLONE_CONFIG_DROP_REGION: 'us-east-1',
        RCLONE_CONFIG_DROP_ENDPOINT: server.endpointUrl,
        RCLONE_CONFIG_DROP_ACCESS_KEY_ID: server.accessKeyId,
        RCLONE_CONFIG_DROP_SECRET_ACCESS_KEY: server.secretAccessKey,
      },
    },
  );
}
