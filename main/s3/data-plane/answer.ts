import type { IncomingMessage } from 'node:http';
import type { AppError } from '../../../shared/errors.ts';
import { mapS3Failure } from '../error-map.ts';
import type { StoredObject } from '../object-store.ts';
import { header, readText } from './http-request.ts';
import type { DataTarget } from './transport.ts';

const algorithms = ['crc32', 'crc32c', 'crc64nvme', 'sha1', 'sha256'] as const;

/** What the headers of an answer say of the stored object. */
export function storedFromHeaders(response: IncomingMessage): StoredObject {
  const checksums: Record<string, string> = {};
  for (const algorithm of algorithms) {
    const value = header(response, `x-amz-checksum-${algorithm}`);
    if (value !== null) checksums[algorithm] = value;
  }
  const type = header(response, 'x-amz-checksum-type');
  const composite = type === 'COMPOSITE' || Object.values(checksums).some((value) => /-\d+$/.test(value));
  return {
    etag: header(response, 'etag'),
    checksums,
    checksumType: Object.keys(checksums).length === 0 ? null : composite ? 'COMPOSITE' : 'FULL_OBJECT',
    versionId: header(response, 'x-amz-version-id'),
    etagIsMd5:
      !(header(response, 'x-amz-server-side-encryption') ?? '').startsWith('aws:kms') &&
      header(response, 'x-amz-server-side-encryption-customer-algorithm') === null,
  };
}

function element(xml: string, name: string): string | undefined {
  const match = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml);
  return match?.[1];
}

/** Reads an S3 error answer to its end and maps it. */
export async function failureFromAnswer(
  response: IncomingMessage,
  operation: 'PutObject' | 'UploadPart' | 'GetObject',
  target: DataTarget,
  key: string,
  progress: () => void,
): Promise<AppError> {
  const xml = await readText(response, progress);
  const error = mapS3Failure({
    status: response.statusCode ?? 0,
    code: element(xml, 'Code'),
    message: element(xml, 'Message'),
    region: header(response, 'x-amz-bucket-region') ?? element(xml, 'Region'),
    requestId: header(response, 'x-amz-request-id') ?? element(xml, 'RequestId'),
    contentType: header(response, 'content-type') ?? undefined,
    retryAfterSeconds: Number(header(response, 'retry-after') ?? Number.NaN) || undefined,
    operation,
    bucket: target.bucket,
    key,
    endpoint: `${target.protocol}//${target.host}`,
  });
  if (error.code !== 'RequestTimeTooSkewed') return error;
  const serverDateMs = Date.parse(header(response, 'date') ?? '');
  return Number.isNaN(serverDateMs) ? error : { ...error, context: { ...error.context, serverDateMs } };
}
