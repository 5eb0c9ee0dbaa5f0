import { quotedEtag } from './etag.ts';
import type { LookedAtObject, ObjectHeaders, StoredObject, VersionChoice, WriteCondition } from './object-store.ts';

/** What the answers of writing and reading calls have in common. */
export type StoredAnswer = {
  readonly ETag?: string | undefined;
  readonly VersionId?: string | undefined;
  readonly ChecksumCRC32?: string | undefined;
  readonly ChecksumCRC32C?: string | undefined;
  readonly ChecksumCRC64NVME?: string | undefined;
  readonly ChecksumSHA1?: string | undefined;
  readonly ChecksumSHA256?: string | undefined;
  readonly ChecksumType?: string | undefined;
  readonly ServerSideEncryption?: string | undefined;
  readonly SSECustomerAlgorithm?: string | undefined;
};

export function storedObject(answer: StoredAnswer): StoredObject {
  const checksums: Record<string, string> = {};
  const add = (name: string, value: string | undefined): void => {
    if (value !== undefined && value !== '') checksums[name] = value;
  };
  add('crc32', answer.ChecksumCRC32);
  add('crc32c', answer.ChecksumCRC32C);
  add('crc64nvme', answer.ChecksumCRC64NVME);
  add('sha1', answer.ChecksumSHA1);
  add('sha256', answer.ChecksumSHA256);
  return {
    etag: quotedEtag(answer.ETag),
    checksums,
    checksumType: checksumTypeOf(answer.ChecksumType, Object.values(checksums)),
    versionId: answer.VersionId ?? null,
    etagIsMd5: !(answer.ServerSideEncryption ?? '').startsWith('aws:kms') && answer.SSECustomerAlgorithm === undefined,
  };
}

/** Servers from before the header mark a checksum of checksums with the number of parts: `…-3`. */
function checksumTypeOf(told: string | undefined, values: readonly string[]): StoredObject['checksumType'] {
  if (values.length === 0) return null;
  if (told === 'FULL_OBJECT' || told === 'COMPOSITE') return told;
  return values.some((value) => /-\d+$/.test(value)) ? 'COMPOSITE' : 'FULL_OBJECT';
}

export function objectDetails(
  key: string,
  answer: StoredAnswer & {
    readonly ContentLength?: number | undefined;
    readonly LastModified?: Date | undefined;
    readonly StorageClass?: string | undefined;
    readonly ContentType?: string | undefined;
    readonly ContentEncoding?: string | undefined;
    readonly ContentDisposition?: string | undefined;
    readonly ContentLanguage?: string | undefined;
    readonly CacheControl?: string | undefined;
    readonly ExpiresString?: string | undefined;
    readonly Metadata?: Readonly<Record<string, string>> | undefined;
  },
): LookedAtObject {
  return {
    ...storedObject(answer),
    key,
    sizeBytes: answer.ContentLength ?? 0,
    lastModified: answer.LastModified?.toISOString() ?? null,
    storageClass: answer.StorageClass ?? null,
    contentType: answer.ContentType ?? null,
    metadata: { ...answer.Metadata },
    headers: {
      contentType: answer.ContentType,
      contentEncoding: storedEncoding(answer.ContentEncoding),
      contentDisposition: answer.ContentDisposition,
      contentLanguage: answer.ContentLanguage,
      cacheControl: answer.CacheControl,
      expires: answer.ExpiresString,
      metadata: { ...answer.Metadata },
    },
  };
}

/** Some servers keep the framing of a streamed upload as if it were the object's encoding. */
function storedEncoding(encoding: string | undefined): string | undefined {
  const kept = encoding?.split(',').filter((each) => each.trim() !== 'aws-chunked') ?? [];
  return kept.length === 0 ? undefined : kept.join(',');
}

export function headerInput(headers: ObjectHeaders) {
  const { contentType, contentEncoding, contentDisposition, contentLanguage, cacheControl, expires, metadata } =
    headers;
  const expiresMs = expires === undefined ? Number.NaN : Date.parse(expires);
  return {
    ...(contentType === undefined ? {} : { ContentType: contentType }),
    ...(contentEncoding === undefined ? {} : { ContentEncoding: contentEncoding }),
    ...(contentDisposition === undefined ? {} : { ContentDisposition: contentDisposition }),
    ...(contentLanguage === undefined ? {} : { ContentLanguage: contentLanguage }),
    ...(cacheControl === undefined ? {} : { CacheControl: cacheControl }),
    ...(Number.isNaN(expiresMs) ? {} : { Expires: new Date(expiresMs) }),
    ...(metadata === undefined ? {} : { Metadata: { ...metadata } }),
  };
}

export function conditionInput(condition: WriteCondition | undefined): { IfNoneMatch?: string; IfMatch?: string } {
  return {
    ...(condition?.ifNoneMatch === undefined ? {} : { IfNoneMatch: condition.ifNoneMatch }),
    ...(condition?.ifMatch === undefined ? {} : { IfMatch: condition.ifMatch }),
  };
}

export function versionInput(version: VersionChoice | undefined): { VersionId?: string } {
  return version?.versionId === undefined ? {} : { VersionId: version.versionId };
}
