import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { crc32ToBase64 } from '../../main/checksums/crc-base64.ts';
import { checkTags } from '../../main/local-s3/http/tags.ts';
import { multipartEtag, sameEtag } from '../../main/s3/etag.ts';
import type {
  ListAllRequest,
  ListPage,
  LookedAtObject,
  ObjectHeaders,
  ObjectStore,
  StoredObject,
  WriteCondition,
} from '../../main/s3/object-store.ts';
import { listedFromRows } from '../../main/s3/listed-rows.ts';
import type { PartSender } from '../../main/s3/put-stream.ts';
import { readSource } from '../../main/s3/read-source.ts';
import type { Clock } from '../../shared/domain/clock.ts';
import { sameHeaders, type Tags } from '../../shared/domain/object-texts.ts';
import { appError, AppErrorException, type ErrorCode } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import {
  compareUtf8,
  type MemoryBucket,
  type MemoryObject,
  type MemoryUpload,
  pageOf,
  rowOf,
  setLatest,
  versionPageOf,
  versionsOf,
} from './memory-bucket.ts';

export type MemoryObjectStoreOptions = {
  readonly clock?: Pick<Clock, 'nowMs'>;
  /** S3's 1,000 unless told otherwise: small pages make tests of paging small. */
  readonly pageSize?: number;
  /** 5 MiB in S3. 1 by default, so that tests may use small parts. */
  readonly minPartBytes?: number;
};

/**
 * ObjectStore in memory: the reference that the contract suite compares servers with, and the server of simulations.
 * Deterministic: no randomness, time from the clock, upload ids counted. What is stored lies open in `buckets`.
 */
export interface MemoryObjectStore extends ObjectStore {
  readonly buckets: Map<string, MemoryBucket>;
  readonly sendPart: PartSender;
  /** From now on nothing is written over in this bucket. What is there is version `null`. */
  versionBucket(bucket: string): void;
  /** From now on what is written takes the place of version `null`; the others stay. */
  suspendVersions(bucket: string): void;
  /** Bytes of an object as a ranged GET answers; PreconditionFailed when it is not the asked version any more. */
  getRange(
    place: { readonly bucket: string; readonly key: string; readonly versionId?: string | undefined },
    offset: number,
    sizeBytes: number,
    ifMatch: string | null,
  ): Result<Uint8Array>;
}

const maxKeyBytes = 1024;

export function createMemoryObjectStore(options: MemoryObjectStoreOptions = {}): MemoryObjectStore {
  const { pageSize = 1000, minPartBytes = 1 } = options;
  const nowMs = () => options.clock?.nowMs() ?? 0;
  const buckets = new Map<string, MemoryBucket>();
  let lastUploadId = 0;
  let lastVersionId = 0;

  const bucketOf = (name: string): Result<MemoryBucket> => {
    const bucket = buckets.get(name);
    return bucket === undefined ? refuse('NoSuchBucket', 404, { bucket: name }) : ok(bucket);
  };
  const objectOf = (bucket: string, key: string, versionId?: string): Result<MemoryObject> => {
    const found = bucketOf(bucket);
    if (!found.ok) return found;
    const isLatest = versionId === undefined;
    const version = isLatest ? undefined : versionsOf(found.value, key).find((each) => each.versionId === versionId);
    if (version?.object === null) return refuse('MethodNotAllowed', 405, { bucket, key });
    const object = isLatest ? found.value.objects.get(key) : version?.object;
    return object === undefined ? refuse('NoSuchKey', 404, { bucket, key }) : ok(object);
  };
  /** On top of what the key has; without versions it takes the place of that. */
  const addVersion = (bucket: MemoryBucket, key: string, object: MemoryObject | null): MemoryObject | null => {
    if (bucket.versions === undefined) {
      setLatest(bucket, key, object);
      return object;
    }
    lastVersionId += 1;
    const versionId = bucket.isSuspended === true ? 'null' : `version-${lastVersionId}`;
    const added = object && { ...object, versionId };
    const kept = versionsOf(bucket, key).filter((version) => version.versionId !== versionId);
    bucket.versions.set(key, [{ versionId, modifiedMs: nowMs(), object: added }, ...kept]);
    setLatest(bucket, key, added);
    return added;
  };
  const uploadOf = (bucket: string, key: string, uploadId: string): Result<MemoryUpload> => {
    const found = bucketOf(bucket);
    if (!found.ok) return found;
    const upload = found.value.uploads.get(uploadId);
    return upload?.key === key ? ok(upload) : refuse('NoSuchUpload', 404, { bucket, key, uploadId });
  };

  const store = (
    bucket: string,
    key: string,
    bytes: Uint8Array,
    headers: ObjectHeaders,
    etag: string,
    condition: WriteCondition | undefined,
    tags: Tags = {},
  ): Result<StoredObject> => {
    const found = bucketOf(bucket);
    if (!found.ok) return found;
    if (Buffer.byteLength(key) > maxKeyBytes) return refuse('KeyTooLongError', 400, { bucket, key });
    const old = found.value.objects.get(key);
    if (condition?.ifNoneMatch === '*' && old !== undefined) return refuse('PreconditionFailed', 412, { bucket, key });
    if (condition?.ifMatch !== undefined && !sameEtag(old?.etag ?? null, condition.ifMatch)) {
      return old === undefined
        ? refuse('NoSuchKey', 404, { bucket, key })
        : refuse('PreconditionFailed', 412, { bucket, key });
    }
    const object: MemoryObject = { bytes: Uint8Array.from(bytes), etag, modifiedMs: nowMs(), headers, tags };
    return ok(storedOf(addVersion(found.value, key, object) ?? object));
  };

  const putSmall: ObjectStore['putSmall'] = async (bucket, key, body, headers, condition) =>
    store(bucket, key, body, headers, `"${md5(body)}"`, condition);

  const putStream: ObjectStore['putStream'] = async (bucket, key, body, headers, streaming) => {
    const blocks: Uint8Array[] = [];
    let sizeBytes = 0;
    streaming?.onBytes?.(sizeBytes);
    try {
      for await (const block of readSource(body, { bucket, key }, streaming?.signal)) {
        blocks.push(block);
        sizeBytes += block.byteLength;
        streaming?.onBytes?.(sizeBytes);
      }
    } catch (error) {
      if (error instanceof AppErrorException) return err(error.error);
      throw error;
    }
    const stored = await putSmall(bucket, key, Buffer.concat(blocks), headers);
    return stored.ok ? ok({ ...stored.value, sizeBytes, verification: 'checksum' }) : stored;
  };

  const head: ObjectStore['head'] = async (bucket, key, _signal, version) => {
    const object = objectOf(bucket, key, version?.versionId);
    return object.ok ? ok(detailsOf(key, object.value)) : object;
  };

  const sendPart: PartSender = async ({ bucket, key, uploadId, partNumber, body, crc32: claimed, signal }) => {
    if (signal?.aborted === true) return err(appError('Cancelled', { bucket, key }));
    const upload = uploadOf(bucket, key, uploadId);
    if (!upload.ok) return upload;
    if (claimed !== null && claimed !== crcOf(body)) return refuse('BadDigest', 400, { bucket, key });
    const etag = `"${md5(body)}"`;
    upload.value.parts.set(partNumber, { bytes: Uint8Array.from(body), etag });
    return ok({ etag });
  };

  const createMultipart: ObjectStore['createMultipart'] = async (bucket, key, headers) => {
    const found = bucketOf(bucket);
    if (!found.ok) return found;
    lastUploadId += 1;
    const uploadId = `upload-${lastUploadId}`;
    found.value.uploads.set(uploadId, { uploadId, key, headers, initiatedMs: nowMs(), parts: new Map() });
    return ok({ uploadId, keepsChecksum: true });
  };

  const completeMultipart: ObjectStore['completeMultipart'] = async (bucket, key, uploadId, parts, completion) => {
    const upload = uploadOf(bucket, key, uploadId);
    if (!upload.ok) return upload;
    const bodies: Uint8Array[] = [];
    for (const [index, part] of parts.entries()) {
      const sent = upload.value.parts.get(part.partNumber);
      const before = parts[index - 1];
      if (sent === undefined || !sameEtag(sent.etag, part.etag) || (before && before.partNumber >= part.partNumber)) {
        return refuse('InvalidPart', 400, { bucket, key, uploadId });
      }
      if (index < parts.length - 1 && sent.bytes.byteLength < minPartBytes) {
        return refuse('EntityTooSmall', 400, { bucket, key });
      }
      bodies.push(sent.bytes);
    }
    if (bodies.length === 0) return refuse('InvalidArgument', 400, { bucket, key });
    const bytes = Buffer.concat(bodies);
    if (completion?.crc32 !== undefined && completion.crc32 !== crcOf(bytes)) {
      return refuse('BadDigest', 400, { bucket, key });
    }
    const etag = `"${multipartEtag(bodies.map(md5))}"`;
    const stored = store(bucket, key, bytes, upload.value.headers, etag, completion);
    if (stored.ok) buckets.get(bucket)?.uploads.delete(uploadId);
    return stored;
  };

  const abortMultipart: ObjectStore['abortMultipart'] = async (bucket, _key, uploadId) => {
    const found = bucketOf(bucket);
    if (!found.ok) return found;
    found.value.uploads.delete(uploadId);
    return ok();
  };

  const remove: ObjectStore['remove'] = async (bucket, key, condition) => {
    const found = bucketOf(bucket);
    if (!found.ok) return found;
    const old = found.value.objects.get(key);
    if (condition?.ifMatch !== undefined && old !== undefined && !sameEtag(old.etag, condition.ifMatch)) {
      return refuse('PreconditionFailed', 412, { bucket, key });
    }
    addVersion(found.value, key, null);
    return ok();
  };

  const sourceOf = (from: {
    bucket: string;
    key: string;
    sourceIfMatch?: string | undefined;
    versionId?: string | undefined;
  }): Result<MemoryObject> => {
    const object = objectOf(from.bucket, from.key, from.versionId);
    if (!object.ok || from.sourceIfMatch === undefined || sameEtag(object.value.etag, from.sourceIfMatch))
      return object;
    return refuse('PreconditionFailed', 412, { bucket: from.bucket, key: from.key });
  };

  const listPage: ObjectStore['listPage'] = async (request) => {
    if (request.signal?.aborted === true) return err(appError('Cancelled', { bucket: request.bucket }));
    const found = bucketOf(request.bucket);
    return found.ok ? ok(pageOf(found.value, request, Math.min(request.maxKeys ?? 1000, pageSize))) : found;
  };

  return {
    buckets,
    versionBucket(name) {
      const bucket = buckets.get(name);
      if (bucket === undefined) throw new Error(`There is no bucket ${name}`);
      const versions = new Map([...bucket.objects.keys()].map((key) => [key, versionsOf(bucket, key)] as const));
      buckets.set(name, { ...bucket, versions });
    },
    suspendVersions(name) {
      const bucket = buckets.get(name);
      if (bucket?.versions === undefined) throw new Error(`There is no versioned bucket ${name}`);
      buckets.set(name, { ...bucket, isSuspended: true });
    },
    sendPart,
    listPage,
    putSmall,
    head,
    createMultipart,
    completeMultipart,
    abortMultipart,
    remove,
    putStream,

    getRange({ bucket, key, versionId }, offset, sizeBytes, ifMatch) {
      const object = objectOf(bucket, key, versionId);
      if (!object.ok) return object;
      if (ifMatch !== null && !sameEtag(object.value.etag, ifMatch)) {
        return refuse('PreconditionFailed', 412, { bucket, key });
      }
      return ok(object.value.bytes.subarray(offset, offset + sizeBytes));
    },

    async listBuckets() {
      const names = [...buckets.keys()].sort(compareUtf8);
      return ok(names.map((name) => ({ name, createdMs: buckets.get(name)?.createdMs ?? null })));
    },
    async createBucket(bucket, region = 'us-east-1') {
      if (buckets.has(bucket)) return refuse('BucketAlreadyOwnedByYou', 409, { bucket });
      buckets.set(bucket, { createdMs: nowMs(), region, objects: new Map(), uploads: new Map() });
      return ok();
    },
    async removeBucket(bucket) {
      const found = bucketOf(bucket);
      if (!found.ok) return found;
      if (found.value.objects.size > 0 || (found.value.versions?.size ?? 0) > 0)
        return refuse('BucketNotEmpty', 409, { bucket });
      buckets.delete(bucket);
      return ok();
    },
    async bucketLocation(bucket) {
      const found = bucketOf(bucket);
      return found.ok ? ok(found.value.region) : found;
    },

    // By the pages of whatever store it is a part of by then: a test that changes listPage changes it too.
    async *listAll(this: Pick<ObjectStore, 'listPage'>, { bucket, prefix, signal }: ListAllRequest) {
      let continuationToken: string | undefined;
      do {
        const page: Result<ListPage> = await this.listPage({
          bucket,
          prefix,
          delimiter: '',
          continuationToken,
          signal,
        });
        yield page.ok ? ok(listedFromRows(page.value.objects)) : page;
        continuationToken = page.ok ? (page.value.continuationToken ?? undefined) : undefined;
      } while (continuationToken !== undefined);
    },

    async getStream(bucket, key, signal, version) {
      const object = objectOf(bucket, key, version?.versionId);
      if (!object.ok) return object;
      return ok({ details: detailsOf(key, object.value), body: chunksOf(object.value.bytes, signal) });
    },

    async readRange(bucket, key, { offset, sizeBytes, ifMatch, versionId }, signal) {
      const object = objectOf(bucket, key, versionId);
      if (!object.ok) return object;
      if (ifMatch !== null && !sameEtag(object.value.etag, ifMatch)) {
        return refuse('PreconditionFailed', 412, { bucket, key });
      }
      const bytes = object.value.bytes.subarray(offset, offset + sizeBytes);
      if (bytes.byteLength === 0) return refuse('InvalidRange', 416, { bucket, key });
      return ok(chunksOf(bytes, signal));
    },

    async getTags(bucket, key) {
      const object = objectOf(bucket, key);
      return object.ok ? ok(object.value.tags ?? {}) : object;
    },
    async setTags(bucket, key, tags) {
      const object = objectOf(bucket, key);
      if (!object.ok) return object;
      const checked = checkTags(Object.entries(tags));
      if (!checked.ok) return refuse('InvalidArgument', 400, { bucket, key });
      const tagged = { ...object.value, tags: checked.value };
      const versioned = buckets.get(bucket) as MemoryBucket;
      setLatest(versioned, key, tagged);
      const [latest, ...older] = versioned.versions?.get(key) ?? [];
      if (latest !== undefined) versioned.versions?.set(key, [{ ...latest, object: tagged }, ...older]);
      return ok();
    },

    async bucketVersioning(bucket) {
      const found = bucketOf(bucket);
      if (!found.ok) return found;
      if (found.value.versions === undefined) return ok('none');
      return ok(found.value.isSuspended === true ? 'suspended' : 'enabled');
    },
    async listVersions(request) {
      if (request.signal?.aborted === true) return err(appError('Cancelled', { bucket: request.bucket }));
      const found = bucketOf(request.bucket);
      return found.ok ? ok(versionPageOf(found.value, request, Math.min(request.maxKeys ?? 1000, pageSize))) : found;
    },
    async removeVersion(bucket, key, versionId) {
      const found = bucketOf(bucket);
      if (!found.ok) return found;
      takeVersion(found.value, key, versionId);
      return ok();
    },

    async removeMany(bucket, keys, onMarker) {
      const found = bucketOf(bucket);
      if (!found.ok) return found;
      for (const key of keys) {
        addVersion(found.value, key, null);
        const marker = found.value.versions?.get(key)?.[0];
        if (marker !== undefined && marker.versionId !== 'null') onMarker?.({ key, versionId: marker.versionId });
      }
      return ok(new Map<string, Result<never>>());
    },
    async removeVersions(bucket, versions) {
      const found = bucketOf(bucket);
      if (!found.ok) return found;
      for (const { key, versionId } of versions) takeVersion(found.value, key, versionId);
      return ok(new Map<string, Result<never>>());
    },

    async rewrite(bucket, key, { versionId, sourceIfMatch, seen, headers }, condition) {
      const source = sourceOf({ bucket, key, sourceIfMatch, versionId });
      if (!source.ok) return source;
      const { bytes, headers: kept, tags } = source.value;
      if (seen !== undefined && !sameHeaders(kept, seen)) return refuse('PreconditionFailed', 412, { bucket, key });
      return store(bucket, key, bytes, headers ?? kept, `"${md5(bytes)}"`, condition, tags);
    },

    async copy(from, to, condition) {
      const source = sourceOf(from);
      if (!source.ok) return source;
      const { bytes, headers, tags } = source.value;
      return store(to.bucket, to.key, bytes, headers, `"${md5(bytes)}"`, condition, tags);
    },
    async copyPart(from, to) {
      const source = sourceOf(from);
      if (!source.ok) return source;
      const body = source.value.bytes.subarray(from.offset, from.offset + from.sizeBytes);
      if (body.byteLength !== from.sizeBytes)
        return refuse('InvalidRange', 416, { bucket: from.bucket, key: from.key });
      return sendPart({ ...to, body, crc32: null });
    },

    async listParts(bucket, key, uploadId) {
      const upload = uploadOf(bucket, key, uploadId);
      if (!upload.ok) return upload;
      const parts = [...upload.value.parts].sort(([a], [b]) => a - b);
      return ok(
        parts.map(([partNumber, { bytes, etag }]) => ({
          partNumber,
          etag,
          sizeBytes: bytes.byteLength,
          crc32: crcOf(bytes),
        })),
      );
    },
    async listUploads(bucket, prefix) {
      const found = bucketOf(bucket);
      if (!found.ok) return found;
      const uploads = [...found.value.uploads.values()].filter((upload) => upload.key.startsWith(prefix));
      uploads.sort((a, b) => compareUtf8(a.key, b.key));
      return ok(uploads.map(({ key, uploadId, initiatedMs }) => ({ key, uploadId, initiatedMs })));
    },

    presignGet: async (bucket, key, expiresInSeconds) =>
      ok(`memory://${bucket}/${encodeURIComponent(key)}?expires=${expiresInSeconds}`),
  };
}

function takeVersion(bucket: MemoryBucket, key: string, versionId: string): void {
  const kept = versionsOf(bucket, key).filter((version) => version.versionId !== versionId);
  if (kept.length > 0) bucket.versions?.set(key, kept);
  else bucket.versions?.delete(key);
  setLatest(bucket, key, kept[0]?.object ?? null);
}

function refuse(code: ErrorCode, status: number, context: Record<string, string>): Result<never> {
  return err(appError(code, { ...context, status }));
}

function storedOf(object: MemoryObject): StoredObject {
  return {
    etag: object.etag,
    etagIsMd5: true,
    checksums: { crc32: crcOf(object.bytes) },
    checksumType: 'FULL_OBJECT',
    versionId: object.versionId ?? null,
  };
}

function detailsOf(key: string, object: MemoryObject): LookedAtObject {
  return {
    ...rowOf(key, object),
    ...storedOf(object),
    contentType: object.headers.contentType ?? 'application/octet-stream',
    metadata: { ...object.headers.metadata },
    headers: object.headers,
  };
}

async function* chunksOf(bytes: Uint8Array, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  const chunkBytes = 64 * 1024;
  for (let from = 0; from < bytes.byteLength; from += chunkBytes) {
    if (signal?.aborted === true) throw new AppErrorException(appError('Cancelled'));
    yield bytes.subarray(from, from + chunkBytes);
  }
}

function md5(bytes: Uint8Array): string {
  return createHash('md5').update(bytes).digest('hex');
}

function crcOf(bytes: Uint8Array): string {
  return crc32ToBase64(crc32(bytes));
}
