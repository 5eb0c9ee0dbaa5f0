import { addRow, createListingAnswers, type FakePlace } from '../../test/fakes/listing-answers.ts';
import type { EngineAnswers } from '../../test/fakes/fake-engine-client.ts';
import type { EngineEvent } from '../../shared/contract/events.ts';
import type { ConnectionView } from '../../shared/domain/connection.ts';
import { connectionIdSchema, type JobId, jobIdSchema } from '../../shared/domain/ids.ts';
import type { ListingRow } from '../../shared/domain/listing.ts';
import { jobViewSchema, type TransferRequestInput } from '../../shared/domain/transfer.ts';
import { type AppError, appError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { sampleBuckets, sampleKeys, sampleObject } from './sample-buckets.ts';
import { sampleHostRows } from './sample-host.ts';
import { samplePreviews } from './sample-previews.ts';

const pageRows = 1000;
/** Of buckets whose listing takes its time: before which row it rests for how long. */
const rests: Readonly<Record<string, (row: number) => number>> = {
  growing: (row) => (row === 0 ? 0 : 1500),
  endless: (row) => (row === 12_000 ? 3_600_000 : 0),
  slow: () => 60_000,
};
const noRest = () => 0;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** What cannot be listed, and why: by connection, and by bucket. */
const failures: Readonly<Record<string, AppError>> = {
  'conn-2': appError('EndpointUnreachable', { endpoint: 'http://10.0.0.7:9000' }),
  'conn-4': appError('ExpiredToken', {}),
  'conn-6': appError('AccessDenied', { permission: 's3:ListAllMyBuckets' }, 'Access Denied'),
  denied: appError('AccessDenied', { bucket: 'denied', permission: 's3:ListBucket' }, 'Access Denied'),
  gone: appError('NoSuchBucket', { bucket: 'gone', suggestion: 'finance-eu' }),
};

/** Listings of invented buckets and folders, kept by the engine's own index; what is done to them lasts until a reload. */
export function createSampleListings(
  tell: (event: EngineEvent) => void,
  first: ConnectionView['status'],
): EngineAnswers {
  const buckets = [...sampleBuckets];
  const keys = new Map<string, Set<string>>();
  const keysOf = (bucket: string): Set<string> => {
    const known = keys.get(bucket) ?? new Set(sampleKeys(bucket));
    keys.set(bucket, known);
    return known;
  };
  const changed = (connectionId: string, bucket: string | null) =>
    tell({ type: 'objects.changed', connectionId, bucket, prefix: '' } as EngineEvent);

  const listings = createListingAnswers(async (input): Promise<Result<FakePlace>> => {
    if ('hostFolder' in input) {
      const rows = sampleHostRows(input.hostFolder, input.hidden ?? true);
      const base = input.hostFolder.endsWith('/') ? input.hostFolder : `${input.hostFolder}/`;
      return rows.ok
        ? ok({ place: { type: 'host', folder: input.hostFolder }, base, source: sourceOf(() => rows.value, noRest) })
        : rows;
    }
    const { bucket, prefix = '' } = input;
    const connectionId = connectionIdSchema.parse(input.connectionId);
    // The first connection is in the state that the scene is about.
    if (connectionId === 'conn-1' && first.state === 'signingIn') return new Promise(() => undefined);
    if (connectionId === 'conn-1' && 'error' in first) return err(first.error);
    const failure = failures[bucket ?? connectionId];
    if (failure && (bucket === undefined || connectionId !== 'conn-6' || bucket in failures)) return err(failure);
    if (bucket === undefined) {
      const rows = () =>
        buckets.map((name, index): ListingRow => ({ type: 'bucket', name, createdMs: Date.UTC(2024, index, 3) }));
      return ok({
        place: { type: 'buckets', connectionId, leadsTo: connectionId },
        base: '',
        source: sourceOf(rows, noRest),
      });
    }
    const source = sourceOf(() => rowsBelow(keysOf(bucket), prefix), rests[bucket] ?? noRest);
    return ok({ place: { type: 'folder', connectionId, leadsTo: connectionId, bucket, prefix }, base: prefix, source });
  }, tell);

  const below = (id: string): string[] => {
    const held = listings.held(id);
    if (held?.place.type !== 'folder') return [];
    const all = keysOf(held.place.bucket);
    return [...held.rows()].flatMap((row) =>
      row.type === 'object'
        ? [row.key]
        : row.type === 'folder'
          ? [...all].filter((key) => key.startsWith(row.prefix))
          : [],
    );
  };

  return {
    ...listings.answers,
    'selection.count': async ({ selectionId }) => {
      await pause(400);
      const found = below(selectionId);
      return ok({ objects: found.length, bytes: found.reduce((sum, key) => sum + sampleObject(key, 0).sizeBytes, 0) });
    },
    'selection.delete': async ({ selectionId }) => {
      await pause(600);
      const held = listings.held(selectionId);
      if (!held || held.place.type === 'host') return err(appError('SelectionNotFound'));
      const { place } = held;
      if (place.type === 'buckets') {
        const failed = [...held.rows()].map((row) => ({
          key: row.name,
          error: appError('BucketNotEmpty', { bucket: row.name }),
        }));
        return ok({ deletedCount: 0, restorableCount: 0, failedCount: failed.length, failed });
      }
      const found = below(selectionId);
      for (const key of found) keysOf(place.bucket).delete(key);
      changed(place.connectionId, place.bucket);
      return ok({ deletedCount: found.length, restorableCount: found.length, failedCount: 0, failed: [] });
    },
    'selection.undelete': () =>
      ok({ restoredCount: 1, newerCount: 1, newer: ['report.pdf'], retryCount: 0, failedCount: 0, failed: [] }),
    'selection.tag': async ({ selectionId }) => {
      await pause(600);
      return ok({ taggedCount: below(selectionId).length, failedCount: 0, failed: [] });
    },
    'buckets.list': ({ connectionId }) => {
      const failure = failures[connectionId];
      return failure ? err(failure) : ok({ buckets: buckets.map((name) => ({ name, createdMs: null })) });
    },
    'objects.page': ({ bucket, prefix }) =>
      ok({
        objects: [],
        prefixes: rowsBelow(keysOf(bucket), prefix).flatMap((row) => (row.type === 'folder' ? [row.prefix] : [])),
        continuationToken: null,
      }),
    'objects.createFolder': ({ connectionId, bucket, prefix }) => {
      keysOf(bucket).add(prefix);
      changed(connectionId, bucket);
      return ok({});
    },
    'buckets.create': ({ connectionId, bucket }) => {
      if (buckets.includes(bucket)) return err(appError('BucketAlreadyExists', { bucket }));
      buckets.push(bucket);
      changed(connectionId, null);
      return ok({});
    },
    'objects.stat': async (input) =>
      keysOf(input.bucket).has(input.key)
        ? samplePreviews['objects.stat'](input)
        : err(appError('NoSuchKey', { key: input.key })),
    'transfers.start': async ({ request }) => copySample(request, keysOf, tell),
  };
}

/** A page after the other; `restMs` says how long to wait before the one that begins with this row. */
function sourceOf(rows: () => readonly ListingRow[], restMs: (row: number) => number): FakePlace['source'] {
  return async function* list(table, signal) {
    const all = rows();
    for (let at = 0; at === 0 || at < all.length; at += pageRows) {
      if (restMs(at) > 0) await pause(restMs(at));
      if (signal.aborted) return;
      for (const row of all.slice(at, at + pageRows)) addRow(table, row);
      yield ok();
    }
  };
}

function rowsBelow(keys: ReadonlySet<string>, prefix: string): ListingRow[] {
  const folders = new Set<string>();
  const objects: ListingRow[] = [];
  let index = 0;
  for (const key of keys) {
    if (!key.startsWith(prefix) || key === prefix) continue;
    const slash = key.indexOf('/', prefix.length);
    if (slash < 0) objects.push({ type: 'object', name: key.slice(prefix.length), ...rowOf(key, index++) });
    else folders.add(key.slice(0, slash + 1));
  }
  const folderRows = [...folders].map(
    (path): ListingRow => ({ type: 'folder', name: path.slice(prefix.length, -1), prefix: path }),
  );
  return [...folderRows, ...objects];
}

function rowOf(key: string, index: number) {
  const { lastModified: _, ...rest } = sampleObject(key, index);
  return { ...rest, modifiedMs: Date.now() - index * 7_200_000 };
}

/** Copies and moves within one bucket, at once; what is in the way fails. Other jobs only look as if they were started. */
async function copySample(
  request: TransferRequestInput,
  keysOf: (bucket: string) => Set<string>,
  tell: (event: EngineEvent) => void,
): Promise<Result<{ jobId: JobId }>> {
  const jobId = jobIdSchema.parse(`job-${Math.random().toString(36).slice(2, 8)}`);
  if (request.kind !== 'copy') return ok({ jobId });
  const all = keysOf(request.bucket);
  const pairs = request.items.flatMap((item): [string, string][] =>
    'key' in item
      ? [[item.key, item.toKey]]
      : [...all]
          .filter((key) => key.startsWith(item.prefix))
          .map((key) => [key, item.toPrefix + key.slice(item.prefix.length)]),
  );
  await pause(700);
  const taken = pairs.find(([, to]) => request.conflict === 'fail' && all.has(to));
  if (!taken) {
    for (const [from, to] of pairs) {
      if (request.removeSource) all.delete(from);
      all.add(all.has(to) ? to.replace(/(\.[^.]*)?$/, ' (2)$1') : to);
    }
  }
  const job = jobViewSchema.parse({
    ...sampleJobBase,
    id: jobId,
    connectionId: request.connectionId,
    bucket: request.bucket,
    state: taken ? 'failed' : 'done',
    removeSource: request.removeSource ?? false,
    error: taken ? appError('TargetExists', { target: taken[1] }) : undefined,
  });
  tell({ type: 'transfers.job', job });
  tell({ type: 'objects.changed', connectionId: job.connectionId, bucket: request.bucket, prefix: '' });
  return ok({ jobId });
}

const sampleJobBase = {
  kind: 'copy',
  connectionName: 'Finance archive',
  from: 'finance-eu',
  to: 'finance-eu',
  targetPrefix: '',
  conflict: 'fail',
  filesTotal: 1,
  filesDone: 1,
  filesSkipped: 0,
  filesFailed: 0,
  verified: { checksum: 1, md5: 0, size: 0 },
  bytesTotal: 1000,
  bytesDone: 1000,
  planned: true,
  bytesPerSecond: 0,
  secondsLeft: null,
  createdMs: Date.now(),
  endedMs: Date.now(),
  priority: 'normal',
  position: 0,
  canRepeat: true,
} as const;
