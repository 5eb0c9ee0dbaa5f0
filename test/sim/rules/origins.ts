import type { LookedRow, LookRequest, SeenObject, StagedChange } from '../../../main/automation/object-index.ts';
import type { RuleId, RunId } from '../../../shared/domain/ids.ts';
import type { SimServer, Version } from '../server.ts';
import { endsOf, journaledFiles, serverOfConnection, targetOf } from '../world.ts';
import type { SeenChange } from './observer.ts';
import { placeOfIndex, watchedFolder } from './places.ts';
import type { RuleWorld } from './rule-world.ts';

/** Whose doing a write or removal was. */
export type Writer = { readonly ruleId: RuleId; readonly runIds: readonly number[]; readonly isMove: boolean };

/** The states that an event may have told of: versions of an object, or of a file. */
export type SeenState = { readonly bytes: Uint8Array; readonly bornStep: number; readonly goneStep: number | null };

/** Within so many steps a write is looked at by whoever has made it. */
const soonSteps = 300;

type Listing = { readonly keys: string[]; readonly beganMs: number; isWhole: boolean };

/** What really happened, whatever the automation makes of it. */
export type Origins = {
  readonly watchers: Set<(path: string) => void>;
  listing(connectionId: string, bucket: string, prefix: string, recursive: boolean): Listing;
  lookBeganMs(filePath: string): number;
  noteStat(path: string): void;
  noteWrite(server: SimServer, bucket: string, key: string, version: Version): void;
  noteRemoval(server: SimServer, bucket: string, key: string, version: Version): void;
  notePlaced(path: string, bytes: Uint8Array): void;
  /** Rules that send streams there just now, which are no transfer jobs. */
  readonly streams: Map<string, readonly Writer[]>;
  /** [A1] */
  checkWholeLook(filePath: string, request: LookRequest, rows: readonly LookedRow[]): void;
  /** [A11] */
  checkSettled(key: string, now: SeenObject): void;
  statesOf(filePath: string, change: SeenChange['change']): readonly SeenState[];
  /** Who has done it; `isUnclear`: two states that nobody can tell apart have been there, by different hands. */
  writerOf(
    filePath: string,
    change: Omit<StagedChange, 'id'>,
  ): { readonly writer: Writer | null; readonly isUnclear: boolean };
};

export function createOrigins(world: RuleWorld): Origins {
  const listings = new Map<string, Listing>();
  const writers = new WeakMap<Version, Writer>();
  const removers = new WeakMap<Version, Writer>();
  /** Written, or taken away, where no rule looked then: the automation notes nothing of that. */
  const unnoted = new WeakSet<Version>();
  const placed = new Map<string, { readonly bytes: Uint8Array; readonly writer: Writer | null }[]>();
  const changedAt = new Map<string, number[]>();
  const statAt = new Map<string, number>();
  const watchers = new Set<(path: string) => void>();
  const streams: Origins['streams'] = new Map();
  /** Writes of which nothing but the size is known: they were gone or replaced before they could be looked at. */
  const vague = world.db.prepare(
    'SELECT 1 FROM rule_write WHERE key = ? AND size_bytes = ? AND ended_ms IS NOT NULL AND etag IS NULL',
  );
  /** [T25] A server that says it has deleted a move's source is believed, also when somebody else was faster. */
  const believed = world.db.prepare(
    'SELECT 1 FROM rule_write WHERE key = ? AND is_removal = 1 AND ended_ms IS NOT NULL AND etag = ? AND last_modified = ?',
  );
  const runsOfJob = world.db.prepare('SELECT run_id FROM rule_step WHERE job_id = ?').pluck();

  world.disk.watchWith((path) => {
    // What a power cut brings back is as old as it was, and what had been done to it is undone.
    if (world.isCutting) {
      changedAt.delete(path);
      return;
    }
    const times = changedAt.get(path);
    if (times === undefined) changedAt.set(path, [world.scheduler.nowMs()]);
    else times.push(world.scheduler.nowMs());
    for (const watcher of watchers) watcher(path);
  });

  /** The rule whose transfer this is; null where it is nobody's, or may be one of several. */
  function transferer(
    isIt: (found: Parameters<typeof endsOf>[1], source: string, target: string) => boolean,
  ): Writer | null {
    const found = [...journaledFiles(world)].filter(
      ({ job, file }) => isIt(job, file.source, targetOf(file)) && file.state !== 'skipped' && file.state !== 'failed',
    );
    const open = found.filter(({ file }) => file.state === 'queued' || file.state === 'waiting');
    const chosen = open.length > 0 ? open : found;
    const [first] = chosen;
    if (first?.job.request.ruleId === undefined) return null;
    const { ruleId, removeSource } = first.job.request;
    return {
      ruleId,
      runIds: chosen.flatMap(({ job }) => runsOfJob.all(job.id) as number[]),
      isMove: removeSource,
    };
  }

  const serverOf = (connectionId: string) => serverOfConnection(world, connectionId);
  const timeOf = (lastModified: string | null) => (lastModified === null ? Number.NaN : Date.parse(lastModified));

  function versionsOf(connectionId: string, bucket: string, change: Omit<StagedChange, 'id'>): readonly Version[] {
    return serverOf(connectionId)
      .versionsOf(bucket, change.key)
      .filter(({ etag, modifiedMs }) => etag === change.etag && modifiedMs === timeOf(change.lastModified));
  }

  function fileVersions(change: Omit<StagedChange, 'id'>) {
    return world.disk
      .versionsOf(`${watchedFolder}/${change.key}`)
      .filter(
        ({ bytes, modifiedMs }) =>
          bytes.length === change.sizeBytes && Math.floor(modifiedMs) === timeOf(change.lastModified),
      );
  }

  /** What was replaced before anybody could look at it again is not known to be ours: what it led to is short-lived as well. */
  const isLost = (change: Omit<StagedChange, 'id'>, version: Version | undefined): boolean =>
    change.type !== 'removed' && version !== undefined && version.by === 'engine' && version.goneStep !== null;

  /** Who replaces an object of ours by one of its size before it is looked at is taken for us: sizes are what is compared. */
  const isLikeOurs = (all: readonly Version[], version: Version | undefined): boolean =>
    version?.by === 'other' &&
    all.some(
      ({ by, bytes, bornStep }) =>
        by === 'engine' &&
        bytes.length === version.bytes.length &&
        bornStep <= version.bornStep &&
        version.bornStep - bornStep < soonSteps,
    );

  /** A removal is told with the state that was seen last: what has replaced that is what was taken away. */
  const isOlder = (change: Omit<StagedChange, 'id'>, all: readonly Version[], version: Version | undefined): boolean =>
    change.type === 'removed' &&
    version !== undefined &&
    all.some((next) => next !== version && next.bornStep === version.goneStep);

  /** What is written where no rule looks is nobody's, for a rule that comes to look there later. */
  const isWatched = (server: SimServer, bucket: string, key: string, sinceMs: number, isRemoval: boolean): boolean =>
    world.reader
      .rules()
      .some(
        ({ trigger, connectionId, createdMs }) =>
          createdMs + 100 < sinceMs &&
          trigger.type === 'newObject' &&
          (!isRemoval || trigger.on.includes('removed')) &&
          serverOf(connectionId) === server &&
          trigger.bucket === bucket &&
          key.startsWith(trigger.prefix) &&
          (trigger.recursive || !key.slice(trigger.prefix.length).includes('/')),
      );

  function noteUnwatched(
    server: SimServer,
    bucket: string,
    key: string,
    version: Version,
    by: Writer | null,
    isRemoval: boolean,
  ): void {
    const [runId] = by?.runIds ?? [];
    const begunMs = runId === undefined ? null : (world.reader.run(runId as RunId)?.startedMs ?? null);
    if (begunMs !== null && !isWatched(server, bucket, key, begunMs, isRemoval)) unnoted.add(version);
  }

  return {
    watchers,
    streams,
    listing(connectionId, bucket, prefix, recursive) {
      const listing = { keys: [], beganMs: world.scheduler.nowMs(), isWhole: false };
      listings.set(`${connectionId} ${bucket} ${prefix} ${recursive}`, listing);
      return listing;
    },
    lookBeganMs(filePath) {
      const place = placeOfIndex(filePath);
      if (place.type === 'folder') return world.nowMs();
      const began = [...listings].filter(([name]) => name.startsWith(`${place.connectionId} ${place.bucket} `));
      return Math.max(...began.map(([, { beganMs }]) => beganMs));
    },
    noteStat: (path) => void statAt.set(path, world.scheduler.nowMs()),
    noteWrite(server, bucket, key, version) {
      const [stream] = streams.get(`${server.name} ${bucket}/${key}`) ?? [];
      const writer =
        stream ??
        transferer((job, _source, target) => {
          const end = endsOf(world, job).target;
          return end?.server === server && end.bucket === bucket && target === key;
        });
      if (writer !== null) writers.set(version, writer);
      noteUnwatched(server, bucket, key, version, writer, false);
    },
    noteRemoval(server, bucket, key, version) {
      const remover = transferer((job, source) => {
        const end = endsOf(world, job).source;
        return job.request.removeSource && end?.server === server && end.bucket === bucket && source === key;
      });
      if (remover !== null) removers.set(version, remover);
      noteUnwatched(server, bucket, key, version, remover, true);
    },
    notePlaced(path, bytes) {
      const writer = transferer((job, _source, target) => job.request.kind === 'download' && target === path);
      const known = placed.get(path) ?? [];
      placed.set(path, [...known, { bytes, writer }]);
    },

    checkWholeLook(filePath, { cover }, rows) {
      const place = placeOfIndex(filePath);
      if (place.type === 'folder') {
        for (const row of rows) if (row.unsettled !== true) this.checkSettled(row.key, row);
        return;
      }
      const listing = listings.get(`${place.connectionId} ${place.bucket} ${cover.prefix} ${cover.recursive}`);
      const isIt = listing?.isWhole === true && listing.keys.join('\n') === rows.map(({ key }) => key).join('\n');
      if (!isIt) world.violate(`[A1] what counts is not a whole listing of ${place.bucket}/${cover.prefix}`);
    },

    checkSettled(key, now) {
      const known = world.observer.objectsOf(folderIndexOf(world)).get(key);
      if (world.hasClockJumps || (known !== undefined && known.etag === now.etag)) return;
      const path = `${watchedFolder}/${key}`;
      const lookedMs = statAt.get(path) ?? world.scheduler.nowMs();
      const seconds = world.reader.rules().flatMap(({ id, trigger }) => {
        if (trigger.type !== 'folder') return [];
        // It may have been edited since the look began.
        return [world.edited.has(id) ? 0 : trigger.settleSeconds];
      });
      // Its rule has just been removed.
      if (seconds.length === 0) return;
      const quietMs = 1000 * Math.min(...seconds);
      const lastMs = Math.max(...(changedAt.get(path) ?? [0]).filter((ms) => ms < lookedMs));
      if (lookedMs - lastMs < quietMs - 1)
        world.violate(`[A11] ${path} counts ${Math.round(lookedMs - lastMs)} ms after it was changed`);
    },

    statesOf(filePath, change) {
      const place = placeOfIndex(filePath);
      if (place.type === 'folder') return fileVersions(change);
      const states = versionsOf(place.connectionId, place.bucket, change);
      const { versionId } = change;
      return versionId === null ? states : states.filter((state) => state.versionId === versionId);
    },

    writerOf(filePath, change) {
      const place = placeOfIndex(filePath);
      if (place.type === 'folder') {
        const own = placed.get(`${watchedFolder}/${change.key}`) ?? [];
        const versions = fileVersions(change);
        const ofState = own.filter(({ bytes }) => versions.some((version) => version.bytes === bytes));
        const isForeign = versions.some(({ bytes }) => !own.some((each) => each.bytes === bytes));
        // Of what it has downloaded the automation knows only how large it is.
        const isLike = own.some(({ bytes }) => bytes.length === change.sizeBytes);
        return { writer: ofState[0]?.writer ?? null, isUnclear: (isForeign && isLike) || ofState.length > 1 };
      }
      const versions = versionsOf(place.connectionId, place.bucket, change);
      const all = serverOf(place.connectionId).versionsOf(place.bucket, change.key);
      const of = change.type === 'removed' ? removers : writers;
      const hands = new Set(versions.map((version) => JSON.stringify(of.get(version) ?? null)));
      const [last] = versions.slice(-1);
      return {
        writer: last === undefined ? null : (of.get(last) ?? null),
        isUnclear:
          hands.size !== 1 ||
          isLost(change, last) ||
          (last !== undefined &&
            change.type === 'removed' &&
            !of.has(last) &&
            believed.get(change.key, change.etag, change.lastModified) !== undefined) ||
          isOlder(change, all, last) ||
          (change.type === 'removed' && isPutAnew(all, last)) ||
          vague.get(change.key, change.sizeBytes) !== undefined ||
          isLikeOurs(all, last) ||
          (last !== undefined && unnoted.has(last)),
      };
    },
  };
}

/** The same content was put there again: a move takes that for what it has copied, and notes the time of what it has copied. */
function isPutAnew(all: readonly Version[], last: Version | undefined): boolean {
  return all.some((other) => other !== last && other.etag === last?.etag && other.modifiedMs !== last.modifiedMs);
}

function folderIndexOf({ indexFiles }: RuleWorld): string {
  return [...indexFiles.keys()].find((filePath) => placeOfIndex(filePath).type === 'folder') ?? '';
}
