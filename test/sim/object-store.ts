import { sameEtag } from '../../main/s3/etag.ts';
import type { LookedAtObject, ObjectStore } from '../../main/s3/object-store.ts';
import type { CredentialSource } from '../../main/s3/credential-source.ts';
import { maxRenewals } from '../../main/s3/credential-source.ts';
import type { SigningCredentials } from '../../main/s3/data-plane/transport.ts';
import { appError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { pause } from '../../main/pause.ts';
import type { Clock } from '../../shared/domain/clock.ts';
import { compareKeys } from '../../shared/domain/key-order.ts';
import type { ObjectRow } from '../../shared/domain/listing.ts';
import type { Network } from './network.ts';
import type { Life } from './scheduler.ts';
import { crc32Of, refuse, type SimServer, type Version } from './server.ts';
import { storedOf } from './transport.ts';
import { versionPageOf } from './version-page.ts';

const isAborted = (signal: AbortSignal | undefined) => signal?.aborted === true;

/** Tries of the SDK before it says that a request has failed. */
const sdkAttempts = 3;
const pageSize = 3;
/** Tags are the object's until another one takes its place. */
export const tagsOf = new WeakMap<Version, Readonly<Record<string, string>>>();

const linesOf = (objects: readonly ObjectRow[]): Uint8Array =>
  Buffer.from(objects.map((object) => `${JSON.stringify(object)}\n`).join(''));

function detailsOf(key: string, version: Version): LookedAtObject {
  return {
    ...storedOf(version),
    key,
    sizeBytes: version.bytes.length,
    lastModified: new Date(version.modifiedMs).toISOString(),
    storageClass: 'STANDARD',
    contentType: version.headers.contentType ?? null,
    metadata: { ...version.headers.metadata },
    headers: version.headers,
  };
}

/**
 * ObjectStore on a simulated server, as SdkObjectStore is one on a real one: what it does besides sending a request
 * (looking first where a server ignores a condition, trying again, renewing credentials) is done here too.
 */
export function createSimObjectStore(options: {
  readonly server: SimServer;
  readonly host: string;
  readonly network: Network;
  readonly life: Life;
  readonly clock: Clock;
  readonly credentials: CredentialSource;
  readonly isExpired: (credentials: SigningCredentials) => boolean;
  /** Told of what the engine has seen at a key; null when nothing was there. */
  readonly onLook: (bucket: string, key: string, seen: Version | null) => void;
}): ObjectStore {
  const { server, host, network, life, clock, credentials, isExpired, onLook } = options;

  async function call<T>(
    label: string,
    about: string,
    signal: AbortSignal | undefined,
    effect: () => Result<T>,
    /** Before each attempt; it is not sent when that fails. */
    look?: () => Promise<Result<void>>,
  ): Promise<Result<T>> {
    let rejected: SigningCredentials | undefined;
    let renewals = 0;
    for (let attempt = 1; ; ) {
      if (isAborted(signal)) return err(appError('Cancelled'));
      const looked = await look?.();
      if (looked?.ok === false) return looked;
      const signing = await credentials({ rejected });
      if (!signing.ok) return signing;
      rejected = undefined;
      const result = await network.request({
        life,
        label: `${server.name} ${label}`,
        host,
        about,
        signal,
        effect: () => (isExpired(signing.value) ? refuse('ExpiredToken', 400, {}) : effect()),
      });
      if (result.ok) return result;
      if (isAborted(signal)) return err(appError('Cancelled'));
      const { error } = result;
      if (error.code === 'ExpiredToken' && renewals < maxRenewals) {
        renewals += 1;
        rejected = signing.value;
        continue;
      }
      if (error.retry !== 'backoff' || (attempt += 1) > sdkAttempts) return result;
      if (!(await pause(clock, 50 * attempt, signal))) return err(appError('Cancelled'));
    }
  }

  const head: ObjectStore['head'] = (bucket, key, signal, { versionId } = {}) =>
    call(`head ${bucket}/${key}${versionId === undefined ? '' : ` of ${versionId}`}`, key, signal, () => {
      const found = server.objectOf(bucket, key, versionId);
      if (versionId === undefined) onLook(bucket, key, found.ok ? found.value : null);
      return found.ok ? ok(detailsOf(key, found.value)) : found;
    });

  /** Where a server ignores a copy's condition, the source is looked at before. */
  async function sourceChanged(
    from: { bucket: string; key: string; sourceIfMatch?: string | undefined; versionId?: string | undefined },
    signal: AbortSignal | undefined,
  ) {
    if (server.profile.guardsCopies || from.sourceIfMatch === undefined) return null;
    const now = await head(from.bucket, from.key, signal, { versionId: from.versionId });
    if (!now.ok) return now;
    return sameEtag(now.value.etag, from.sourceIfMatch) ? null : refuse('PreconditionFailed', 412, { key: from.key });
  }

  const notSimulated = (what: string) => () => {
    throw new Error(`${what} is not simulated`);
  };

  const listPage: ObjectStore['listPage'] = ({ bucket, prefix, delimiter, continuationToken, signal }) =>
    call(`list ${bucket}/${prefix}`, prefix, signal, () => {
      const found = server.bucketOf(bucket);
      if (!found.ok) return found;
      const entryOf = (key: string) => {
        const cut = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
        return cut < 0 ? key : key.slice(0, cut + 1);
      };
      const keys = [...found.value.objects.keys()].filter((key) => key.startsWith(prefix)).map(entryOf);
      const entries = [...new Set(keys)].filter((entry) => compareKeys(entry, continuationToken ?? '') > 0);
      const page = entries.sort(compareKeys).slice(0, pageSize);
      const objects = page.flatMap((key) => {
        const version = found.value.objects.get(key);
        return version === undefined || entryOf(key) !== key ? [] : [detailsOf(key, version)];
      });
      const prefixes = page.filter((entry) => !objects.some(({ key }) => key === entry));
      return ok({
        objects,
        prefixes,
        continuationToken: entries.length > pageSize ? (page.at(-1) ?? null) : null,
      });
    });

  return {
    listBuckets: () =>
      call('list buckets', '', undefined, () =>
        ok([...server.buckets.keys()].map((name) => ({ name, createdMs: null }))),
      ),
    createBucket: notSimulated('createBucket'),
    removeBucket: notSimulated('removeBucket'),
    bucketLocation: notSimulated('bucketLocation'),
    bucketVersioning: notSimulated('bucketVersioning'),
    putStream: notSimulated('putStream'),
    getStream: notSimulated('getStream'),
    readRange: notSimulated('readRange'),
    listVersions: (asked) =>
      call(`list versions ${asked.bucket}/${asked.prefix}`, asked.prefix, asked.signal, () => {
        const found = server.bucketOf(asked.bucket);
        return found.ok ? versionPageOf(found.value, asked, pageSize) : found;
      }),
    removeVersion: notSimulated('removeVersion'),
    getTags: (bucket, key, signal) =>
      call(`tags ${bucket}/${key}`, key, signal, () => {
        const found = server.objectOf(bucket, key);
        return found.ok ? ok(tagsOf.get(found.value) ?? {}) : found;
      }),
    setTags: (bucket, key, tags, signal) =>
      call(`tag ${bucket}/${key}`, key, signal, () => {
        const found = server.objectOf(bucket, key);
        if (found.ok) tagsOf.set(found.value, tags);
        return found.ok ? ok() : found;
      }),
    removeMany: notSimulated('removeMany'),
    removeVersions: notSimulated('removeVersions'),
    rewrite: notSimulated('rewrite'),
    presignGet: notSimulated('presignGet'),
    copyPart: notSimulated('copyPart'),
    listUploads: notSimulated('listUploads'),
    head,

    listPage,
    async *listAll({ bucket, prefix, signal }) {
      let continuationToken: string | undefined;
      do {
        const page = await listPage({ bucket, prefix, delimiter: '', continuationToken, signal });
        if (!page.ok) {
          yield page;
          return;
        }
        const { objects } = page.value;
        yield ok({ count: objects.length, rows: () => objects, lines: () => linesOf(objects) });
        continuationToken = page.value.continuationToken ?? undefined;
      } while (continuationToken !== undefined);
    },

    async putSmall(bucket, key, bytes, headers, condition, signal) {
      const put = await call(`put ${bucket}/${key}`, key, signal, () =>
        server.put(bucket, key, { bytes, crc32: null, md5: null, isCorrupt: false }, headers, condition),
      );
      return put.ok ? ok(storedOf(put.value)) : put;
    },

    async remove(bucket, key, condition, signal) {
      const ifMatch = condition?.ifMatch;
      const look = async (): Promise<Result<void>> => {
        if (ifMatch === undefined) return ok();
        const now = await head(bucket, key, signal);
        if (!now.ok) return now;
        return sameEtag(now.value.etag, ifMatch) ? ok() : refuse('PreconditionFailed', 412, { bucket, key });
      };
      const send = (asked: string | undefined) =>
        call(`delete ${bucket}/${key}`, key, signal, () => server.remove(bucket, key, asked), look);
      let removed = await send(ifMatch);
      if (!removed.ok && removed.error.code === 'NotImplemented' && ifMatch !== undefined)
        removed = await send(undefined);
      return !removed.ok && removed.error.code === 'NoSuchKey' ? ok() : removed;
    },

    async copy(from, to, condition, signal) {
      const changed = await sourceChanged(from, signal);
      if (changed !== null) return changed;
      const copied = await call(`copy ${from.bucket}/${from.key} ${to.bucket}/${to.key}`, to.key, signal, () =>
        server.copy(from, to, condition),
      );
      return copied.ok ? ok(storedOf(copied.value)) : copied;
    },

    async createMultipart(bucket, key, headers) {
      const upload = await call(`create ${bucket}/${key}`, key, undefined, () =>
        server.createUpload(bucket, key, headers),
      );
      if (!upload.ok) return upload;
      return ok({ uploadId: upload.value.uploadId, keepsChecksum: upload.value.keepsChecksum });
    },
    listParts: (bucket, key, uploadId, signal) =>
      call(`list parts ${uploadId}`, key, signal, () => {
        const upload = server.uploadOf(bucket, key, uploadId);
        if (!upload.ok) return upload;
        const parts = [...upload.value.parts].sort(([a], [b]) => a - b);
        return ok(
          parts.map(([partNumber, { bytes, etag }]) => ({
            partNumber,
            etag,
            sizeBytes: bytes.length,
            crc32: server.profile.checksums === 'kept' ? crc32Of(bytes) : null,
          })),
        );
      }),
    async completeMultipart(bucket, key, uploadId, parts, condition, signal) {
      const completed = await call(`complete ${bucket}/${key} ${uploadId}`, key, signal, () =>
        server.complete(bucket, key, uploadId, parts, condition),
      );
      return completed.ok ? ok(storedOf(completed.value)) : completed;
    },
    abortMultipart: (bucket, key, uploadId, signal) =>
      call(`abort ${bucket}/${key} ${uploadId}`, key, signal, () => server.abort(bucket, uploadId)),
  };
}
