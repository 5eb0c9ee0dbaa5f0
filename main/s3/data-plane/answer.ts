import type { AppError } from '../../../shared/errors.ts';
import { mapS3Failure } from '../error-map.ts';
import { attributesOf, type FileAttributes } from '../file-attributes.ts';
import type { StoredObject } from '../object-store.ts';
import type { ResponseHead } from './http/response-parser.ts';
import type { DataTarget } from './transport.ts';
import { retryAfterSeconds } from '../../retry-after.ts';

const algorithms = ['crc32', 'crc32c', 'crc64nvme', 'sha1', 'sha256'] as const;

export function header({ headers }: ResponseHead, name: string): string | null {
  return headers.get(name) ?? null;
}

/** What the headers of an answer say of the stored object. */
export function storedFromHead(head: ResponseHead): StoredObject {
  const checksums: Record<string, string> = {};
  for (const algorithm of algorithms) {
    const value = head.headers.get(`x-amz-checksum-${algorithm}`);
    if (value !== undefined && value !== '') checksums[algorithm] = value;
  }
  const type = header(head, 'x-amz-checksum-type');
  const composite = type === 'COMPOSITE' || Object.values(checksums).some((value) => /-\d+$/.test(value));
  return {
    etag: header(head, 'etag'),
    checksums,
    checksumType: Object.keys(checksums).length === 0 ? null : composite ? 'COMPOSITE' : 'FULL_OBJECT',
    versionId: header(head, 'x-amz-version-id'),
    etagIsMd5:
      !(header(head, 'x-amz-server-side-encryption') ?? '').startsWith('aws:kms') &&
      header(head, 'x-amz-server-side-encryption-customer-algorithm') === null,
  };
}

export function attributesFromHead(head: ResponseHead): FileAttributes {
  const metadata = { mtime: header(head, 'x-amz-meta-mtime'), mode: header(head, 'x-amz-meta-mode') };
  return attributesOf(metadata, header(head, 'last-modified'));
}

function element(xml: string, name: string): string | undefined {
  const match = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml);
  return match?.[1];
}

/** Maps an S3 error answer. */
export function failureFromAnswer(
  head: ResponseHead,
  xml: string,
  request: { readonly operation: string; readonly target: DataTarget; readonly key: string },
): AppError {
  const { target, operation, key } = request;
  const error = mapS3Failure({
    status: head.status,
    code: element(xml, 'Code'),
    message: element(xml, 'Message'),
    region: header(head, 'x-amz-bucket-region') ?? element(xml, 'Region'),
    requestId: header(head, 'x-amz-request-id') ?? element(xml, 'RequestId'),
    contentType: header(head, 'content-type') ?? undefined,
    retryAfterSeconds: retryAfterSeconds(header(head, 'retry-after'), header(head, 'date')),
    operation,
    bucket: target.bucket,
    key,
    endpoint: `${target.protocol}//${target.host}`,
  });
  if (error.code !== 'RequestTimeTooSkewed') return error;
  const serverDateMs = Date.parse(header(head, 'date') ?? '');
  return Number.isNaN(serverDateMs) ? error : { ...error, context: { ...error.context, serverDateMs } };
}
