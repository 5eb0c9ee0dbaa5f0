import { ok } from '../../../shared/result.ts';
import { fail, type Outcome } from '../failure.ts';
import { checksumReplyHeaders } from '../http/checksum-headers.ts';
import type { S3Request } from '../http/request.ts';
import { readTagsHeader } from '../http/tags.ts';
import type { ObjectDescription, StoredObject } from '../storage/stored-version.ts';

/** Headers that are kept with an object and returned with it. */
const keptHeaders = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
  'x-amz-storage-class',
  'x-amz-website-redirect-location',
] as const;

/** Headers that ask for what is not there. An answer that ignored them would be a false promise. */
const notImplemented = [
  /^x-amz-server-side-encryption/,
  /^x-amz-object-lock-/,
  /^x-amz-grant-/,
  /^x-amz-write-offset-bytes$/,
];

const metadataPrefix = 'x-amz-meta-';
/** S3's limit, names and values together. */
const maxMetadataBytes = 2048;
export const defaultContentType = 'binary/octet-stream';
const storageClasses = new Set(['STANDARD', 'REDUCED_REDUNDANCY']);

/** Refuses what this server does not have, for every request that writes an object. */
export function checkWriteHeaders(request: S3Request): Outcome<void> {
  const asked = Object.keys(request.headers).find((name) => notImplemented.some((pattern) => pattern.test(name)));
  if (asked !== undefined) return fail('NotImplemented', undefined, { Header: asked });
  const acl = request.headers['x-amz-acl'];
  if (acl !== undefined && acl !== 'private' && acl !== 'bucket-owner-full-control')
    return fail('AccessControlListNotSupported');
  const storageClass = request.headers['x-amz-storage-class'];
  if (storageClass !== undefined && !storageClasses.has(storageClass)) {
    return fail('NotImplemented', 'This server has no other storage class than STANDARD', {
      Header: 'x-amz-storage-class',
    });
  }
  return ok();
}

export function readDescription(request: S3Request): Outcome<ObjectDescription> {
  const headers: Record<string, string> = {};
  for (const name of keptHeaders) {
    const value = name === 'content-encoding' ? storedEncoding(request.headers[name]) : request.headers[name];
    if (value !== undefined) headers[name] = value;
  }
  const metadata: Record<string, string> = {};
  let bytes = 0;
  for (const name in request.headers) {
    if (!name.startsWith(metadataPrefix)) continue;
    const value = request.headers[name] ?? '';
    metadata[name.slice(metadataPrefix.length)] = value;
    bytes += name.length - metadataPrefix.length + value.length;
  }
  if (bytes > maxMetadataBytes) {
    return fail('MetadataTooLarge', undefined, { Size: String(bytes), MaxSizeAllowed: String(maxMetadataBytes) });
  }
  const tags = readTagsHeader(request.headers['x-amz-tagging']);
  return tags.ok ? ok({ headers, metadata, tags: tags.value }) : tags;
}

/** `aws-chunked` is how the body travels, not what it is. */
function storedEncoding(value: string | undefined): string | undefined {
  const kept = value
    ?.split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '' && each !== 'aws-chunked');
  return kept === undefined || kept.length === 0 ? undefined : kept.join(',');
}

/** The headers an object is returned with. `withChecksum`: the client asked for it and gets the whole object. */
export function objectReplyHeaders(object: StoredObject, withChecksum: boolean): Record<string, string> {
  const headers: Record<string, string> = {
    'content-type': defaultContentType,
    ...object.headers,
    etag: `"${object.etag}"`,
    'last-modified': new Date(object.lastModifiedMs).toUTCString(),
    'accept-ranges': 'bytes',
    ...(withChecksum ? checksumReplyHeaders(object.checksum) : {}),
  };
  for (const [name, value] of Object.entries(object.metadata)) headers[metadataPrefix + name] = value;
  const tags = Object.keys(object.tags ?? {}).length;
  if (tags > 0) headers['x-amz-tagging-count'] = String(tags);
  if (headers['x-amz-storage-class'] === 'STANDARD') delete headers['x-amz-storage-class'];
  return headers;
}
