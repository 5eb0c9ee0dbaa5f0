import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { appError } from '../../../shared/errors.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { crc32ToBase64 } from '../../checksums/crc-base64.ts';
import type { ObjectHeaders } from '../object-store.ts';
import type { QueryParameter } from '../sigv4/encode.ts';
import { storedFromHead } from './answer.ts';
import { exchange, type HttpSettings } from './exchange.ts';
import { bodyOfBytes, type WireBody } from './http/wire-body.ts';
import type { RangeOptions, RangeSent, SendTo } from './transport.ts';

const standardHeaders = {
  contentType: 'content-type',
  contentEncoding: 'content-encoding',
  contentDisposition: 'content-disposition',
  contentLanguage: 'content-language',
  cacheControl: 'cache-control',
  expires: 'expires',
} as const satisfies Record<Exclude<keyof ObjectHeaders, 'metadata'>, string>;

function headersOf({ as }: SendTo): { headers: Record<string, string>; query: QueryParameter[] } {
  if (as.type === 'part') {
    return {
      headers: {},
      query: [
        ['partNumber', String(as.partNumber)],
        ['uploadId', as.uploadId],
      ],
    };
  }
  const headers: Record<string, string> = {};
  for (const [field, name] of Object.entries(standardHeaders)) {
    const value = as[field as keyof typeof standardHeaders];
    if (value !== undefined) headers[name] = value;
  }
  if (as.ifNoneMatch !== undefined) headers['if-none-match'] = as.ifNoneMatch;
  if (as.ifMatch !== undefined) headers['if-match'] = as.ifMatch;
  for (const [name, value] of Object.entries(as.metadata ?? {})) headers[`x-amz-meta-${name}`] = value;
  return { headers, query: [] };
}

/** Sends bytes as an object or a part with their checksums; they must stay as they are until it has ended. */
export function sendBytes(
  to: SendTo,
  bytes: Uint8Array,
  settings: HttpSettings,
  options: RangeOptions,
): Promise<Result<RangeSent>> {
  const md5 = to.withMd5 ? createHash('md5').update(bytes).digest() : null;
  return sendBody(to, bodyOfBytes(bytes), { crc32: crc32ToBase64(crc32(bytes)), md5 }, settings, options);
}

/**
 * The same for a body whose checksums are known: the CRC32 in base64, the MD5 where it is to be sent. PreconditionFailed
 * has them in its context (`crc32`, `md5` in hex): what is in the way may have come by an earlier try.
 */
export async function sendBody(
  to: SendTo,
  body: WireBody,
  { crc32: crc, md5 }: { readonly crc32: string; readonly md5: Buffer | null },
  settings: HttpSettings,
  options: RangeOptions,
): Promise<Result<RangeSent>> {
  const { headers, query } = headersOf(to);
  if (to.withCrc32) headers['x-amz-checksum-crc32'] = crc;
  if (md5) headers['content-md5'] = md5.toString('base64');
  const { target, key } = to;
  const operation = to.as.type === 'part' ? 'UploadPart' : 'PutObject';
  const request = { target, operation, method: 'PUT', key, query, headers, body } as const;
  const sent = await exchange<RangeSent>(request, settings, options, {
    onEnd(head) {
      const stored = storedFromHead(head);
      // A part cannot be named without its ETag, and a server that keeps checksums says so: this is somebody else's answer.
      const mustHaveEtag = to.as.type === 'part' || (to.withCrc32 && !to.withMd5);
      if (mustHaveEtag && stored.etag === null)
        return err(
          appError('NotAnS3Endpoint', { key, endpoint: `${target.protocol}//${target.host}` }, 'no ETag', 'backoff'),
        );
      return ok({
        etag: stored.etag,
        crc32: crc,
        serverCrc32: stored.checksums['crc32'] ?? null,
        md5: md5?.toString('hex') ?? null,
        versionId: stored.versionId,
      });
    },
  });
  if (sent.ok || sent.error.code !== 'PreconditionFailed') return sent;
  const sums = md5 ? { crc32: crc, md5: md5.toString('hex') } : { crc32: crc };
  return err({ ...sent.error, context: { ...sent.error.context, ...sums } });
}
