import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { crc32ToBase64 } from '../../main/checksums/crc-base64.ts';
import { createDigest, type DigestAlgorithm } from '../../main/checksums/digest.ts';
import { multipartEtag, sameEtag } from '../../main/s3/etag.ts';
import type { ObjectHeaders, WriteCondition } from '../../main/s3/object-store.ts';
import { appError, type ErrorCode } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { ServerProfile } from './server-profiles.ts';

/** One state of an object. `goneStep` is null for as long as the key has it. */
export type Version = {
  readonly bytes: Uint8Array;
  readonly etag: string;
  readonly etagIsMd5: boolean;
  readonly modifiedMs: number;
  readonly headers: ObjectHeaders;
  readonly checksums: Readonly<Record<string, string>>;
  readonly checksumType: 'FULL_OBJECT' | 'COMPOSITE' | null;
  readonly by: 'engine' | 'other';
  /** Bytes were changed on their way here, and nothing that was sent along could tell. */
  readonly isTainted: boolean;
  readonly bornStep: number;
  goneStep: number | null;
  /** Counts all that a server has ever written. */
  readonly number: number;
  /** Null where its bucket kept none when it was replaced. */
  versionId: string | null;
};

/** What a deletion has put in the place of an object, in a bucket that keeps versions. */
export type DeleteMarker = { readonly isDeleteMarker: true; readonly number: number; readonly modifiedMs: number };

export type Part = { readonly bytes: Uint8Array; readonly etag: string; readonly isTainted: boolean };

export type Upload = {
  readonly uploadId: string;
  readonly key: string;
  readonly headers: ObjectHeaders;
  readonly keepsChecksum: boolean;
  readonly parts: Map<number, Part>;
};

export type Bucket = {
  readonly objects: Map<string, Version>;
  readonly versions: Map<string, Version[]>;
  readonly uploads: Map<string, Upload>;
  /** Uploads that were completed, by their id: some servers answer a second completion with the first one's object. */
  readonly completed: Map<string, { readonly key: string; readonly version: Version }>;
  /** Of the versions that are kept, whoever asks may have all, may not list them, or not read them; null: none are kept. */
  keepsVersions: 'all' | 'unlisted' | 'unread' | null;
  readonly markers: Map<string, DeleteMarker[]>;
};

/** Bytes as they came in, with what was sent along to check them by. */
export type Arrived = {
  readonly bytes: Uint8Array;
  readonly crc32: string | null;
  readonly md5: string | null;
  /** They are not what was sent. */
  readonly isCorrupt: boolean;
};

/** Told of what the engine does to objects, before it is done. */
export type ServerWatch = {
  onWrite(bucket: string, key: string, version: Version, replaced: Version | undefined, isGuarded: boolean): void;
  onRemove(bucket: string, key: string, removed: Version): void;
  onPart(bucket: string, key: string, uploadId: string): void;
  onAbort(uploadId: string): void;
};

export type SimServer = ReturnType<typeof createServer>;

export const md5Of = (bytes: Uint8Array) => createHash('md5').update(bytes).digest('hex');
export const crc32Of = (bytes: Uint8Array) => crc32ToBase64(crc32(bytes));

export function digestOf(algorithm: DigestAlgorithm, bytes: Uint8Array): string {
  if (algorithm === 'crc32') return crc32Of(bytes);
  const digest = createDigest(algorithm);
  digest.update(bytes);
  return digest.digestBase64();
}

export function refuse(code: ErrorCode, status: number, context: Record<string, string | number>): Result<never> {
  return err(appError(code, { ...context, status }));
}

/** An S3 server's state and what its requests do to it, at once. How requests travel is elsewhere (network.ts). */
export function createServer(name: string, profile: ServerProfile, step: () => number, nowMs: () => number) {
  const buckets = new Map<string, Bucket>();
  let lastId = 0;
  let lastNumber = 0;
  let watch: ServerWatch | null = null;

  const bucketOf = (bucket: string): Result<Bucket> => {
    const found = buckets.get(bucket);
    return found === undefined ? refuse('NoSuchBucket', 404, { bucket }) : ok(found);
  };
  const objectOf = (bucket: string, key: string, versionId?: string): Result<Version> => {
    const found = bucketOf(bucket);
    if (!found.ok) return found;
    if (versionId !== undefined && found.value.keepsVersions === 'unread')
      return refuse('AccessDenied', 403, { bucket, key });
    const version =
      versionId === undefined
        ? found.value.objects.get(key)
        : found.value.versions.get(key)?.find((each) => each.versionId === versionId);
    return version === undefined ? refuse('NoSuchKey', 404, { bucket, key }) : ok(version);
  };
  const uploadOf = (bucket: string, key: string, uploadId: string): Result<Upload> => {
    const found = bucketOf(bucket);
    if (!found.ok) return found;
    const upload = found.value.uploads.get(uploadId);
    return upload?.key === key ? ok(upload) : refuse('NoSuchUpload', 404, { bucket, key, uploadId });
  };

  function end({ versions }: Bucket, key: string): void {
    const last = versions.get(key)?.at(-1);
    if (last !== undefined && last.goneStep === null) last.goneStep = step();
  }

  function takeAway(bucket: Bucket, key: string): void {
    end(bucket, key);
    bucket.objects.delete(key);
    if (bucket.keepsVersions === null) return;
    const marker = { isDeleteMarker: true as const, number: (lastNumber += 1), modifiedMs: wholeSecondsMs() };
    bucket.markers.set(key, [...(bucket.markers.get(key) ?? []), marker]);
  }

  function keep(bucket: string, key: string, version: Version, condition?: WriteCondition): void {
    const found = buckets.get(bucket) as Bucket;
    const replaced = found.objects.get(key);
    if (version.by === 'engine') watch?.onWrite(bucket, key, version, replaced, condition?.ifNoneMatch === '*');
    end(found, key);
    found.objects.set(key, version);
    const versions = found.versions.get(key);
    if (versions === undefined) found.versions.set(key, [version]);
    else versions.push(version);
  }

  /** Null when the write may go on. */
  function refuseWrite(bucket: string, key: string, condition: WriteCondition | undefined): Result<never> | null {
    if (condition?.ifNoneMatch === undefined && condition?.ifMatch === undefined) return null;
    if (profile.conditions === 'rejected') return refuse(profile.refusal, 501, { bucket, key });
    if (profile.conditions === 'ignored') return null;
    const old = buckets.get(bucket)?.objects.get(key);
    if (condition.ifNoneMatch !== undefined && old !== undefined)
      return refuse('PreconditionFailed', 412, { bucket, key });
    if (condition.ifMatch !== undefined && !sameEtag(old?.etag ?? null, condition.ifMatch))
      return refuse('PreconditionFailed', 412, { bucket, key });
    return null;
  }

  /** Whether the bytes are what was sent, as far as this server can tell. */
  function refuseBytes({ bytes, crc32, md5 }: Arrived, place: Record<string, string>): Result<never> | null {
    if (crc32 !== null && profile.checksums === 'rejected') return refuse(profile.refusal, 501, place);
    if (crc32 !== null && profile.checksums === 'kept' && crc32 !== crc32Of(bytes))
      return refuse('BadDigest', 400, place);
    if (md5 !== null && md5 !== md5Of(bytes)) return refuse('BadDigest', 400, place);
    return null;
  }

  const etagOf = (bytes: Uint8Array) =>
    profile.etags === 'md5' ? `"${md5Of(bytes)}"` : `"${(lastId += 1).toString(16).padStart(32, 'e')}"`;

  const wholeSecondsMs = () => Math.floor(nowMs() / 1000) * 1000;
  const made = (
    bucket: string,
    bytes: Uint8Array,
    etag: string,
    headers: ObjectHeaders,
    rest: Partial<Version>,
  ): Version => {
    const number = (lastNumber += 1);
    return {
      bytes,
      etag,
      etagIsMd5: profile.etags === 'md5',
      modifiedMs: wholeSecondsMs(),
      headers,
      checksums: {},
      checksumType: null,
      by: 'engine',
      isTainted: false,
      bornStep: step(),
      goneStep: null,
      number,
      versionId: (buckets.get(bucket)?.keepsVersions ?? null) === null ? null : `version-${number}`,
      ...rest,
    };
  };

  /** What the server keeps for bytes that came with a CRC32, or without one. */
  const checksumsFor = (bytes: Uint8Array, withCrc32: boolean): Pick<Version, 'checksums' | 'checksumType'> => {
    if (profile.checksums !== 'kept') return { checksums: {}, checksumType: null };
    const algorithm = withCrc32 ? 'crc32' : 'crc64nvme';
    return { checksums: { [algorithm]: digestOf(algorithm, bytes) }, checksumType: 'FULL_OBJECT' };
  };

  return {
    name,
    profile,
    buckets: buckets as ReadonlyMap<string, Bucket>,
    bucketOf,
    objectOf,
    uploadOf,
    watchWith: (next: ServerWatch) => void (watch = next),
    versionsOf: (bucket: string, key: string): readonly Version[] => buckets.get(bucket)?.versions.get(key) ?? [],
    createBucket: (bucket: string) =>
      void buckets.set(bucket, {
        objects: new Map(),
        versions: new Map(),
        uploads: new Map(),
        completed: new Map(),
        keepsVersions: null,
        markers: new Map(),
      }),
    /** From now on nothing is written over. What is there is the version called null. */
    versionBucket(bucket: string, keepsVersions: 'all' | 'unlisted' | 'unread'): void {
      const found = buckets.get(bucket) as Bucket;
      found.keepsVersions = keepsVersions;
      for (const version of found.objects.values()) version.versionId = 'null';
    },

    put(
      bucket: string,
      key: string,
      body: Arrived,
      headers: ObjectHeaders,
      condition?: WriteCondition,
    ): Result<Version> {
      const found = bucketOf(bucket);
      if (!found.ok) return found;
      const refused = refuseBytes(body, { bucket, key }) ?? refuseWrite(bucket, key, condition);
      if (refused !== null) return refused;
      const { bytes } = body;
      const rest = { ...checksumsFor(bytes, body.crc32 !== null), isTainted: body.isCorrupt };
      const version = made(bucket, bytes, etagOf(bytes), headers, rest);
      keep(bucket, key, version, condition);
      return ok(version);
    },

    createUpload(bucket: string, key: string, headers: ObjectHeaders): Result<Upload> {
      const found = bucketOf(bucket);
      if (!found.ok) return found;
      const uploadId = `${name}-up${(lastId += 1)}`;
      const upload = { uploadId, key, headers, keepsChecksum: profile.checksums === 'kept', parts: new Map() };
      found.value.uploads.set(uploadId, upload);
      return ok(upload);
    },

    putPart(bucket: string, key: string, uploadId: string, partNumber: number, body: Arrived): Result<Part> {
      const upload = uploadOf(bucket, key, uploadId);
      if (!upload.ok) return upload;
      const refused = refuseBytes(body, { bucket, key });
      if (refused !== null) return refused;
      watch?.onPart(bucket, key, uploadId);
      const part = { bytes: body.bytes, etag: `"${md5Of(body.bytes)}"`, isTainted: body.isCorrupt };
      upload.value.parts.set(partNumber, part);
      return ok(part);
    },

    complete(
      bucket: string,
      key: string,
      uploadId: string,
      parts: readonly { readonly partNumber: number; readonly etag: string }[],
      condition: (WriteCondition & { readonly crc32?: string | undefined }) | undefined,
    ): Result<Version> {
      const again = buckets.get(bucket)?.completed.get(uploadId);
      if (again?.key === key && profile.completesAgain) return ok(again.version);
      const upload = uploadOf(bucket, key, uploadId);
      if (!upload.ok) return upload;
      const sent: Part[] = [];
      for (const { partNumber, etag } of parts) {
        const part = upload.value.parts.get(partNumber);
        if (part === undefined || !sameEtag(part.etag, etag)) return refuse('InvalidPart', 400, { bucket, key });
        sent.push(part);
      }
      const bytes = new Uint8Array(Buffer.concat(sent.map((part) => part.bytes)));
      const crc32 = condition?.crc32;
      if (crc32 !== undefined && profile.checksums === 'kept' && crc32 !== crc32Of(bytes))
        return refuse('BadDigest', 400, { bucket, key });
      const refused = refuseWrite(bucket, key, condition);
      if (refused !== null) return refused;
      const etag = `"${multipartEtag(sent.map((part) => md5Of(part.bytes)))}"`;
      const isTainted = sent.some((part) => part.isTainted);
      const version = made(bucket, bytes, profile.etags === 'md5' ? etag : etagOf(bytes), upload.value.headers, {
        ...checksumsFor(bytes, true),
        isTainted,
      });
      keep(bucket, key, version, condition);
      const { uploads, completed } = buckets.get(bucket) as Bucket;
      uploads.delete(uploadId);
      completed.set(uploadId, { key, version });
      return ok(version);
    },

    abort(bucket: string, uploadId: string): Result<void> {
      const found = bucketOf(bucket);
      if (!found.ok) return found;
      watch?.onAbort(uploadId);
      found.value.uploads.delete(uploadId);
      return ok();
    },

    copy(
      from: {
        readonly bucket: string;
        readonly key: string;
        readonly sourceIfMatch?: string | undefined;
        readonly versionId?: string | undefined;
      },
      to: { readonly bucket: string; readonly key: string },
      condition: WriteCondition | undefined,
    ): Result<Version> {
      const source = objectOf(from.bucket, from.key, from.versionId);
      if (!source.ok) return source;
      const found = bucketOf(to.bucket);
      if (!found.ok) return found;
      const { bytes, headers, isTainted, checksums, checksumType } = source.value;
      if (profile.guardsCopies && from.sourceIfMatch !== undefined && !sameEtag(source.value.etag, from.sourceIfMatch))
        return refuse('PreconditionFailed', 412, { bucket: from.bucket, key: from.key });
      const refused = refuseWrite(to.bucket, to.key, condition);
      if (refused !== null) return refused;
      const kept = profile.checksums === 'kept' && checksumType === 'FULL_OBJECT';
      const rest = kept ? { checksums, checksumType } : checksumsFor(bytes, true);
      const version = made(to.bucket, bytes, etagOf(bytes), headers, { ...rest, isTainted });
      keep(to.bucket, to.key, version, condition);
      return ok(version);
    },

    remove(bucket: string, key: string, ifMatch: string | undefined): Result<void> {
      const found = bucketOf(bucket);
      if (!found.ok) return found;
      const there = found.value.objects.get(key);
      if (there === undefined) return ok();
      if (ifMatch !== undefined && profile.removals === 'rejected')
        return refuse('NotImplemented', 501, { bucket, key });
      if (ifMatch !== undefined && profile.removals === 'kept' && !sameEtag(there.etag, ifMatch))
        return refuse('PreconditionFailed', 412, { bucket, key });
      watch?.onRemove(bucket, key, there);
      takeAway(found.value, key);
      return ok();
    },

    /** Another program writes or deletes an object; `checksums` and the ETag are of its making. */
    putByOther(bucket: string, key: string, bytes: Uint8Array, rest: Partial<Version>): void {
      keep(bucket, key, made(bucket, bytes, rest.etag ?? etagOf(bytes), rest.headers ?? {}, { ...rest, by: 'other' }));
    },
    /** An upload of somebody else, which is nothing to us. */
    uploadByOther(bucket: string, key: string): void {
      const uploadId = `foreign-up${(lastId += 1)}`;
      const upload = { uploadId, key, headers: {}, keepsChecksum: false, parts: new Map() };
      buckets.get(bucket)?.uploads.set(uploadId, upload);
    },
    /** A lifecycle rule or another program ends an upload, or sends another part in the place of one. */
    spoilUpload(bucket: string, uploadId: string, partNumber: number | null): void {
      const uploads = buckets.get(bucket)?.uploads;
      if (partNumber === null) uploads?.delete(uploadId);
      else uploads?.get(uploadId)?.parts.delete(partNumber);
    },
    removeByOther(bucket: string, key: string): void {
      const found = buckets.get(bucket);
      if (found?.objects.has(key)) takeAway(found, key);
    },
  };
}
