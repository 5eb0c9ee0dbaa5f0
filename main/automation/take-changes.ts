import { join, resolve } from 'node:path';
import type { Clock } from '../../shared/domain/clock.ts';
import { outermost } from '../../shared/domain/outermost.ts';
import type { RuleEvent } from '../../shared/domain/rule.ts';
import type { ChangeType } from '../../shared/domain/rule-trigger.ts';
import { appError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { ConnectionOpener } from '../s3/open-connection.ts';
import { createVersionFinder, type KeptState, type StatesOf } from './find-versions.ts';
import type { ChangeBatch, TakeChanges } from './change-source.ts';
import { isInCover } from './index/cover.ts';
import {
  ageOf,
  createPathMatcher,
  eventTypeFor,
  keysOf,
  pathBelow,
  type PathMatcher,
  refusedBySight,
} from './match.ts';
import { hasSeenTo, isForCreatedOnly } from './seen-to.ts';
import type { StagedChange } from './object-index.ts';
import { bucketPlace, filePlace, originOf } from './own-writes.ts';
import type { RuleJournal } from './rule-journal.ts';
import type { NewRun, RuleRecord } from './rule-record.ts';

export type IgnoreText = (folder: string) => Promise<Result<string>>;

export type TakeChangesDeps = {
  readonly journal: RuleJournal;
  readonly opener: ConnectionOpener;
  readonly clock: Clock;
  /** All rules as they are now. */
  readonly rules: () => readonly RuleRecord[];
  /** How long deletions of mirrors wait; five seconds. */
  readonly deletionDelayMs?: number | undefined;
  /** What the ignore file of a folder says; '' where there is none. */
  readonly ignoreText: IgnoreText;
  /** Whether an object is of the audit log, which grows with each run ([A35]). */
  readonly isOwnLog: (key: string) => boolean;
  /** Runs were added. */
  readonly onRuns: () => void;
};

const allChanges: readonly ChangeType[] = ['created', 'updated', 'removed'];
/** Between our clock and the server's: what is signed by one that is further off is refused. */
const clockMarginMs = 15 * 60_000;
/** [A62] */
const standardDeletionDelayMs = 5000;

/** Turns changes of buckets and folders into runs of the rules that ask for them ([A2], [A30]-[A34]). */
export function createTakeChanges(deps: TakeChangesDeps): TakeChanges {
  const { journal, opener, clock, rules, onRuns, deletionDelayMs = standardDeletionDelayMs } = deps;
  const findVersions = createVersionFinder(clock);
  const matchers = new WeakMap<LookingTrigger, { readonly ignoreText: string; readonly fits: PathMatcher }>();

  const matcherOf = (trigger: LookingTrigger, ignoreText: string): PathMatcher => {
    const known = matchers.get(trigger);
    if (known?.ignoreText === ignoreText) return known.fits;
    const fits = createPathMatcher(keysOf(trigger, ignoreText));
    matchers.set(trigger, { ignoreText, fits });
    return fits;
  };

  return async (batch) => {
    const { place } = batch;
    const ignored = place.type === 'folder' ? await deps.ignoreText(place.folder) : ok('');
    if (!ignored.ok) return ignored;
    const ignoreText = ignored.value;
    let where = filePlace;
    let statesOf: StatesOf = () => [];
    if (place.type === 'bucket') {
      const connection = await opener.open(place.connectionId);
      if (!connection.ok) return err(connection.error);
      where = bucketPlace(connection.value, place.bucket);
      const following = concernedBy(batch).filter(takesEachState);
      const wanted = batch.changes.filter((change) =>
        following.some((rule) => isSeen(rule, change, batch, ignoreText)),
      );
      // What one connection may not list, another one may; and so it is with prefixes, each as a rule has it.
      const found: { readonly prefix: string; readonly statesOf: StatesOf }[] = [];
      let failure: Result<never> | null = null;
      for (const prefix of outermost(following.flatMap(prefixOf))) {
        const from = {
          place: `${place.connectionId} ${where} ${prefix}`,
          bucket: place.bucket,
          prefix,
          signal: batch.signal,
        };
        const below = wanted.filter(({ key }) => key.startsWith(prefix));
        const states = await findVersions(connection.value.store, from, below);
        if (states.ok) found.push({ prefix, statesOf: states.value });
        else failure ??= states;
      }
      // All of them have been asked: each fails so often only until it is given up, and they do that at the same time.
      if (failure !== null) return failure;
      statesOf = (change) => found.find(({ prefix }) => change.key.startsWith(prefix))?.statesOf(change) ?? [];
    }
    // As they are now: asking took its time.
    const concerned = concernedBy(batch);
    const runs: NewRun[] = [];
    const fresh = new Set<string>();
    // What it has not acted on may have been replaced before its turn comes.
    const isSeenTo = (rule: RuleRecord, key: string): boolean =>
      !fresh.has(`${rule.id} ${key}`) && hasSeenTo(journal, rule, { key, ...placeOf(batch, key) });
    for (const change of batch.changes) {
      // A mark takes what is there.
      const states = change.mark === null ? statesOf(change) : [];
      for (const rule of concerned) {
        if (!isSeen(rule, change, batch, ignoreText)) continue;
        const isNew = (state: KeptState): boolean => !isOld(rule, change, state, batch);
        for (const seen of seenStates(rule, change, states, isNew)) {
          const isRewritten = isForCreatedOnly(rule) && change.type === 'updated' && !isSeenTo(rule, change.key);
          const run = runFor(rule, seen, batch, where, isRewritten);
          if (run === null || isTwice(run, change, runs)) continue;
          runs.push(run);
          fresh.add(`${rule.id} ${change.key}`);
        }
      }
    }
    if (runs.length === 0) return ok();
    const added = await journal.addRuns(runs);
    if (!added.ok) return added;
    if (added.value > 0) onRuns();
    return ok();
  };

  function concernedBy(batch: ChangeBatch): readonly RuleRecord[] {
    return rules().filter((rule) => isAt(rule, batch));
  }

  /** Whether a change is for the rule to see, by its place, its patterns and its beginning. */
  function isSeen(rule: RuleRecord, change: StagedChange, batch: ChangeBatch, ignoreText: string): boolean {
    const { trigger } = rule;
    if (trigger.type !== 'newObject' && trigger.type !== 'folder') return false;
    const begins = batch.served.get(rule.marks[0]?.id ?? '');
    if (change.mark !== null) {
      if (!rule.marks.some(({ id }) => id === change.mark)) return false;
    } else if (begins === undefined || change.pass <= begins) return false;
    // [A32]
    if (change.key.endsWith('/')) return false;
    if (trigger.type === 'newObject' && deps.isOwnLog(change.key)) return false;
    const keys = keysOf(trigger);
    return isInCover(keys, change.key) && matcherOf(trigger, ignoreText)(pathBelow(keys.prefix, change.key));
  }

  /**
   * Of an object that was not there when it was looked at before nobody knows which of its versions were: one that has come back
   * has them all. They are new to the rule only since its last look.
   */
  function isOld(rule: RuleRecord, change: StagedChange, state: KeptState, { place }: ChangeBatch): boolean {
    if (change.was !== undefined) return false;
    const { sizeBytes, etag, lastModified } = state;
    const sinceMs = Math.max(rule.marks[0]?.fromMs ?? 0, (rule.lastLookMs ?? rule.createdMs) - clockMarginMs);
    const modifiedMs = lastModified === null ? Number.NaN : Date.parse(lastModified);
    // [A4] Times have whole seconds.
    if (!(modifiedMs >= Math.floor(sinceMs / 1000) * 1000)) return true;
    const bucket = place.type === 'bucket' ? place.bucket : null;
    return journal.hasRunFor(rule.id, { key: change.key, bucket, path: null, sizeBytes, etag, lastModified });
  }

  function runFor(
    rule: RuleRecord,
    change: SeenChange,
    batch: ChangeBatch,
    where: string,
    isRewritten: boolean,
  ): NewRun | null {
    const { trigger } = rule;
    if (trigger.type !== 'newObject' && trigger.type !== 'folder') return null;
    const own = change.mark !== null;
    const on = rule.mirror === undefined ? trigger.on : allChanges;
    const type = eventTypeFor({ on }, { type: change.type, isBeginning: own, isRewritten });
    if (type === null) return null;
    if (refusedBySight(rule.conditions, change) !== null) return null;
    const nowMs = clock.nowMs();
    const age = type === 'removed' ? ({ type: 'ok' } as const) : ageOf(rule.conditions, change.lastModified, nowMs);
    if (age.type === 'tooOld') return null;
    const { place } = batch;
    const { key, sizeBytes, lastModified, storageClass, versionId } = change;
    const { bucket, path } = placeOf(batch, key);
    const origin = originOf(journal, where, path ?? key, { ...change, isRemoval: change.type === 'removed' });
    const seen = { bucket, key, path, sizeBytes, etag: eventEtag(batch, change), lastModified };
    // [A9] An index that was begun anew shows again what was there. A mirror that begins takes it all.
    const fill = rule.marks.slice(1).find(({ id }) => id === change.mark);
    const isBeginning = own && fill === undefined;
    if (isBeginning && rule.mirror === undefined && journal.hasRunFor(rule.id, seen)) return null;
    if (fill !== undefined && journal.hasRunFor(rule.id, seen, fill.afterRun)) return null;
    const event: RuleEvent = { type, ...seen, storageClass, versionId };
    const run: NewRun = {
      ruleId: rule.id,
      source: `${batch.indexId}/${change.id}${change.isEarlier ? `/${versionId}` : ''}`,
      event,
      subject: {
        object:
          place.type === 'bucket' && type !== 'removed'
            ? {
                connectionId: place.connectionId,
                bucket: place.bucket,
                key,
                sizeBytes,
                etag: change.etag,
                lastModified,
                ...(versionId === null ? {} : { versionId }),
              }
            : null,
        file: path === null || type === 'removed' ? null : { path, sizeBytes, lastModified },
        link: null,
        ...(isRewritten ? { isRewritten } : {}),
      },
      causes: origin.type === 'rules' ? origin.causes : [],
      isHeld: origin.type === 'unknown',
      revision: rule.revision,
      nextMs:
        age.type === 'wait'
          ? age.untilMs
          : type === 'removed' && rule.mirror !== undefined
            ? nowMs + deletionDelayMs
            : null,
      seenMs: nowMs,
    };
    // A person asked for these by name.
    if (fill !== undefined) return { ...run, causes: [], isHeld: false };
    return withinReason(rule, run, origin.type === 'rules' && origin.isMove);
  }
}

/** Whoever takes updates too; a mirror is what the source is now. Pure. */
function takesEachState({ trigger, mirror }: RuleRecord): boolean {
  return trigger.type === 'newObject' && trigger.on.includes('updated') && mirror === undefined;
}

/** Pure. */
function prefixOf({ trigger }: RuleRecord): readonly string[] {
  return trigger.type === 'newObject' ? [trigger.prefix] : [];
}

type LookingTrigger = Extract<RuleRecord['trigger'], { type: 'newObject' | 'folder' }>;

type SeenChange = StagedChange & { readonly versionId: string | null; readonly isEarlier: boolean };

/**
 * What a change is to a rule: each of the states that have led to it, for one that takes updates too; for others what it has come
 * to. The first of a new object is its creation. Pure.
 */
function seenStates(
  rule: RuleRecord,
  change: StagedChange,
  states: readonly KeptState[],
  isNew: (state: KeptState) => boolean,
): readonly SeenChange[] {
  const latest = states.at(-1);
  if (!takesEachState(rule) || latest === undefined) return [{ ...change, versionId: null, isEarlier: false }];
  const earlier = states.slice(0, -1).filter(isNew);
  return [...earlier, latest].map((state, index) => {
    const { sizeBytes, etag, lastModified, storageClass, versionId } = state;
    const isEarlier = state !== latest;
    const as = isEarlier ? { sizeBytes, etag, lastModified, storageClass } : {};
    return { ...change, ...as, type: index === 0 ? change.type : 'updated', versionId, isEarlier };
  });
}

/** The run, or what is left of it when rules have led to its event ([A33], [A34]): nothing, or a line in the history. Pure. */
export function withinReason(rule: RuleRecord, run: NewRun, isMove: boolean): NewRun | null {
  const { causes } = run;
  if (causes.length === 0) return run;
  if (isMove && !(rule.trigger.type === 'newObject' && rule.trigger.alsoMoved)) return null;
  if (!causes.includes(rule.id)) return run;
  if (causes.length === 1) return null;
  return { ...run, skipped: appError('LoopDetected', { rules: causes.length }) };
}

/** What a look finds new and what a backfill asks for may be the same: the one run is enough. Pure. */
function isTwice(run: NewRun, { mark }: StagedChange, before: readonly NewRun[]): boolean {
  if (mark === null) return false;
  const { key, etag, lastModified } = run.event;
  return before.some(
    ({ ruleId, event }) =>
      ruleId === run.ruleId && event.key === key && event.etag === etag && event.lastModified === lastModified,
  );
}

function placeOf({ place }: ChangeBatch, key: string): Pick<RuleEvent, 'bucket' | 'path'> {
  return place.type === 'bucket'
    ? { bucket: place.bucket, path: null }
    : { bucket: null, path: join(place.folder, ...key.split('/')) };
}

/** A file's tag is the file system's, and says nothing to anybody. */
function eventEtag({ place }: ChangeBatch, { etag }: StagedChange): string | null {
  return place.type === 'bucket' ? etag : null;
}

function isAt({ trigger, connectionId }: RuleRecord, { place }: ChangeBatch): boolean {
  // As the watcher names it: without a slash at its end.
  if (place.type === 'folder') return trigger.type === 'folder' && resolve(trigger.folder) === place.folder;
  return trigger.type === 'newObject' && connectionId === place.connectionId && trigger.bucket === place.bucket;
}
