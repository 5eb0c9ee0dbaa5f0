import type { ObjectDetails } from '../shared/domain/listing.ts';
import { appError, AppErrorException } from '../shared/errors.ts';
import { err, ok, type Result } from '../shared/result.ts';
import { withSuggestion } from './s3/suggest-name.ts';
import { createDigest, type Digest, type DigestAlgorithm } from './checksums/digest.ts';
import type { EngineEvent } from '../shared/contract/events.ts';
import { connectionIdSchema } from '../shared/domain/ids.ts';
import { parentPrefix } from './browse/count-objects.ts';
import type { EngineStreams } from './engine-types.ts';
import { md5OfObject } from './s3/etag.ts';
import { paced, type RateLimiters } from './s3/data-plane/rate-limit.ts';
import type { UnfinishedUploadService } from './transfers/unfinished-uploads.ts';
import type { ListedRows, StoredObject } from './s3/object-store.ts';
import type { ConnectionOpener } from './s3/open-connection.ts';

/** The cheapest first. */
const comparable: readonly DigestAlgorithm[] = ['crc32', 'crc32c', 'crc64nvme', 'sha256', 'sha1'];

/** Bodies as streams, verified and held back by the limits on the way: for standard input and output, and downloads through a browser. */
export function createEngineStreams(
  opener: ConnectionOpener,
  emit: (event: EngineEvent) => void,
  limiters: RateLimiters,
  unfinished: Pick<UnfinishedUploadService, 'begin'>,
): Omit<EngineStreams, 'preview'> {
  return {
    async put({ connectionId, bucket, key, contentType }, body, signal) {
      const connection = await opener.open(connectionId);
      if (!connection.ok) return connection;
      const { store } = connection.value;
      const upload = unfinished.begin(connection.value, bucket, key);
      const options = {
        onUpload: (uploadId: string) => upload.started(uploadId),
        ...(signal === undefined ? {} : { signal }),
      };
      const stored = await store.putStream(
        bucket,
        key,
        paced(body, limiters.up),
        contentType === undefined ? {} : { contentType },
        options,
      );
      // After a failure it may have been taken back or not: it is looked at later.
      await upload.ended(stored.ok);
      if (!stored.ok) return err(await withSuggestion(store, stored.error));
      emit({
        type: 'objects.changed',
        connectionId: connectionIdSchema.parse(connectionId),
        bucket,
        prefix: parentPrefix(key),
      });
      return ok({ sizeBytes: stored.value.sizeBytes, verification: stored.value.verification });
    },

    async get({ connectionId, bucket, key }, signal) {
      const connection = await opener.open(connectionId);
      if (!connection.ok) return connection;
      const { store } = connection.value;
      const got = await store.getStream(bucket, key, signal);
      if (!got.ok) return err(await withSuggestion(store, got.error));
      return ok({
        details: got.value.details,
        body: verified(paced(got.value.body, limiters.down), got.value.details),
      });
    },

    async list({ connectionId, bucket, prefix }, signal) {
      const connection = await opener.open(connectionId);
      if (!connection.ok) return connection;
      const { store } = connection.value;
      const listed = store.listAll({ bucket, prefix, as: 'lines', signal })[Symbol.asyncIterator]();
      const first = await listed.next();
      if (first.done !== true && !first.value.ok) return err(await withSuggestion(store, first.value.error));
      return ok({ body: linesOf(first, listed) });
    },
  };
}

async function* linesOf(
  first: IteratorResult<Result<ListedRows>>,
  listed: AsyncIterator<Result<ListedRows>>,
): AsyncGenerator<Uint8Array> {
  try {
    for (let step = first; step.done !== true; step = await listed.next()) {
      if (!step.value.ok) throw new AppErrorException(step.value.error);
      yield step.value.value.lines();
    }
  } finally {
    await listed.return?.();
  }
}

/** The same bytes; throws after the last one when their digest is not what the server keeps. */
async function* verified(
  body: AsyncIterable<Uint8Array>,
  details: ObjectDetails & StoredObject,
): AsyncGenerator<Uint8Array> {
  const check = checkOf(details);
  for await (const chunk of body) {
    check?.digest.update(chunk);
    yield chunk;
  }
  if (check === null) return;
  const actual = check.digest.digestBase64();
  if (actual !== check.expected) {
    const { algorithm, expected } = check;
    throw new AppErrorException(appError('ChecksumMismatch', { key: details.key, algorithm, expected, actual }));
  }
}

function checkOf(
  details: StoredObject,
): { readonly algorithm: DigestAlgorithm; readonly digest: Digest; readonly expected: string } | null {
  if (details.checksumType === 'FULL_OBJECT') {
    for (const algorithm of comparable) {
      const expected = details.checksums[algorithm];
      if (expected !== undefined) return { algorithm, digest: createDigest(algorithm), expected };
    }
  }
  const md5 = md5OfObject(details);
  if (md5 === null) return null;
  return { algorithm: 'md5', digest: createDigest('md5'), expected: Buffer.from(md5, 'hex').toString('base64') };
}
