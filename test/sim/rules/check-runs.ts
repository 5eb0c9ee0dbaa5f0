import type { RuleRecord, RunRecord } from '../../../main/automation/rule-record.ts';
import type { RuleId } from '../../../shared/domain/ids.ts';
import { posix } from 'node:path';
import type { Placements } from '../copies.ts';
import { tagsOf } from '../object-store.ts';
import type { Version } from '../server.ts';
import { sameBytes, serverOfConnection } from '../world.ts';
import { borneFailures } from './rule-store.ts';
import { placeOfIndex, watchedFolder } from './places.ts';
import { checkSchedule } from './check-schedules.ts';
import type { Expected, SeenChange } from './observer.ts';
import type { SeenState, Writer } from './origins.ts';
import type { RuleWorld } from './rule-world.ts';

type Found = { readonly run: RunRecord; readonly source: string };
/** Where an event comes from: the rules that led to it; `isUnclear`: nobody can tell. */
type Causes = { readonly rules: readonly RuleId[]; readonly isMove: boolean; readonly isUnclear: boolean };

/** A run that has ended without doing all of it may say so for these reasons only. */
const goneCodes = ['SourceChanged', 'NoSuchKey', 'FileNotFound'];

/** When everything has come to rest: each state that was seen has been handled once by each rule that it concerns. */
export function checkRuns(world: RuleWorld, placements: Placements, wasEverPaused: boolean): void {
  const { db, reader, observer, origins } = world;
  const rules = new Map(reader.rules().map((rule) => [rule.id, rule]));
  const rows = db.prepare('SELECT id, source FROM rule_run ORDER BY id').all() as { id: number; source: string }[];
  const runs = rows.flatMap(({ id, source }): Found[] => {
    const run = reader.run(id as RunRecord['id']);
    return run === null ? [] : [{ run, source }];
  });
  const byId = new Map(runs.map((found) => [found.run.id as number, found]));
  const bySource = new Map(runs.map((found) => [`${found.run.ruleId} ${found.source}`, found]));

  function causesOf(seen: SeenChange, depth = 0): Causes {
    const nobody: Causes = { rules: [], isMove: false, isUnclear: false };
    if (depth > 20) return { ...nobody, isUnclear: true };
    const { writer, isUnclear } = origins.writerOf(seen.filePath, seen.change);
    if (writer === null) return { ...nobody, isUnclear };
    const before = causesOfWriter(writer, depth);
    return {
      rules: [...before.rules, writer.ruleId],
      isMove: writer.isMove,
      isUnclear: isUnclear || before.isUnclear,
    };
  }

  function causesOfWriter({ runIds, ruleId }: Writer, depth: number): Causes {
    const of = runIds.flatMap((id) => byId.get(id) ?? []);
    const [first] = of;
    // Its rule has been removed, with its runs.
    if (first === undefined) return { rules: [], isMove: false, isUnclear: true };
    // Of what a step has written before it was given up, or found in its own way after a crash, nothing is known.
    const isWhole = ({ run }: Found) => reader.steps(run.id).every(({ state }) => state === 'done');
    if (!of.every(isWhole)) return { rules: [], isMove: false, isUnclear: true };
    const seen = observer.changes.get(first.source);
    if (seen === undefined) return { rules: [], isMove: false, isUnclear: false };
    const rule = rules.get(ruleId);
    const isFill = seen.change.mark !== null && seen.change.mark !== rule?.marks[0]?.id;
    // A rule that was edited begins anew: what it had begun with before looks like a fill.
    // Nor is it known which of a job's runs has written it.
    const isUnknown = of.length > 1 || rule === undefined || world.edited.has(ruleId);
    if (isFill) return { rules: [], isMove: false, isUnclear: isUnknown };
    const before = causesOf(seen, depth + 1);
    return of.length > 1 ? { ...before, isUnclear: true } : before;
  }

  /** Runs of the rule for the same state, by whatever look. */
  const othersFor = (rule: RuleRecord, { change }: SeenChange, source: string): Found[] =>
    runs.filter(
      ({ run, source: other }) =>
        run.ruleId === rule.id &&
        other !== source &&
        run.event.key === change.key &&
        run.event.lastModified === change.lastModified &&
        (run.event.etag === change.etag || run.event.etag === null),
    );

  /**
   * Versions could not be asked for, for a while; the clock says nothing of when they came; or one has come after the look that
   * nothing but its id tells from another.
   */
  function isInDoubt({ filePath, change }: SeenChange): boolean {
    const place = placeOfIndex(filePath);
    if (place.type === 'folder') return false;
    const server = serverOfConnection(world, place.connectionId);
    if (server.buckets.get(place.bucket)?.keepsVersions !== 'all') return false;
    const failures = world.versionFailures.get(`${server.name} ${place.bucket}`) ?? 0;
    return failures >= borneFailures || world.jumps.length > 0 || hasTwins(server.versionsOf(place.bucket, change.key));
  }

  /** [A3] Each version once, whatever it has led to. */
  function checkVersions(): void {
    const runOf = new Map<string, number>();
    for (const { run } of runs) {
      const { bucket, key, versionId } = run.event;
      if (versionId === null || world.edited.has(run.ruleId)) continue;
      const name = `${run.ruleId} ${bucket}/${key} ${versionId}`;
      const before = runOf.get(name);
      if (before !== undefined) world.violate(`[A3] runs ${before} and ${run.id} are about one version: ${name}`);
      runOf.set(name, run.id);
    }
  }

  /** What must be there, and what must not. */
  function checkExpected(source: string, seen: SeenChange): void {
    for (const rule of rules.values()) {
      const found = bySource.get(`${rule.id} ${source}`);
      const expected = seen.expected.get(rule.id);
      const what = `${seen.change.type} ${seen.change.key} ${seen.change.etag} ${seen.change.lastModified}`;
      if (expected === undefined) {
        // It may have been edited into one that it concerns.
        if (found !== undefined && !world.edited.has(rule.id))
          world.violate(`${rule.id} has run ${found.run.id} for ${what}, which is not for it`);
        continue;
      }
      const isSure = expected.isSure && !isInDoubt(seen);
      if (found !== undefined && isSure && found.run.event.type !== expected.type)
        world.violate(`[A3] run ${found.run.id} of ${rule.id} is about ${found.run.event.type}: ${what}`);
      const { versionId } = expected;
      if (found !== undefined && isSure && versionId !== undefined && found.run.event.versionId !== versionId)
        world.violate(`[A3] run ${found.run.id} of ${rule.id} is about ${found.run.event.versionId}: ${what}`);
      const isOwn = seen.change.mark !== null;
      const isFill = expected.fill !== null;
      const {
        rules: causes,
        isMove,
        isUnclear,
      } = isFill ? { rules: [], isMove: false, isUnclear: false } : causesOf(seen);
      if (isUnclear) continue;
      const alsoMoved = rule.trigger.type === 'newObject' && rule.trigger.alsoMoved;
      const isOurs = causes.includes(rule.id) || (isMove && !alsoMoved);
      const code = found?.run.error?.code ?? '';
      const isRefused = ['OwnChange', 'LoopDetected'].includes(code);
      const acting = isRefused || code === 'SeenToBefore' ? undefined : found;
      const acts = acting !== undefined;
      if (isOurs && acting !== undefined && !world.touched.has(acting.run.id) && !world.edited.has(rule.id))
        world.violate(`[A34] run ${acting.run.id} of ${rule.id} is about what ${causes.join()} has done: ${what}`);
      if (isOurs || acts || world.edited.has(rule.id)) continue;
      if (isRefused && found !== undefined) {
        // What our step has written may be looked at when somebody has written it anew, in the same size.
        if (!world.touched.has(found.run.id) && !expected.isRewritten)
          world.violate(
            `[A34] run ${found.run.id} of ${rule.id} was refused (${found.run.error?.code}), it is of ${causes.join()}: ${what}`,
          );
        continue;
      }
      const isLost = expected.isRewritten && found === undefined && othersFor(rule, seen, source).length === 0;
      if (isLost && !isInDoubt(seen)) checkSeenTo(rule, seen, source, what);
      if (!isSure) continue;
      // [A9] What it has had a run for is not taken again by a beginning.
      if (isOwn && leavesOut(rule, seen, source, expected.fill)) continue;
      if (!seen.isForgotten) world.violate(`${what} is still staged for ${rule.id}`);
      world.violate(`[A2] ${rule.id} has no run for ${what} of ${source}${isOwn ? `, its ${seen.change.mark}` : ''}`);
    }
  }

  /** [A9] Whether a beginning has had a run for it, or a backfill since it was asked for, or one that had not ended. */
  function leavesOut(rule: RuleRecord, seen: SeenChange, source: string, fill: Expected['fill']): boolean {
    return othersFor(rule, seen, source).some(
      ({ run: { id } }) => fill === null || id > fill.afterRun || fill.open.has(id) || world.touched.has(id),
    );
  }

  /** [A3] What a rule for new objects has found replaced, and not acted on, is there for it as what has replaced it. */
  function checkSeenTo(rule: RuleRecord, { change }: SeenChange, source: string, what: string): void {
    const [indexId] = source.split('/');
    const before = runs.findLast(
      ({ run, source: other }) =>
        run.ruleId === rule.id &&
        run.event.key === change.key &&
        other.startsWith(`${indexId}/`) &&
        Number(other.split('/')[1]) < change.id,
    )?.run;
    if (before?.state !== 'skipped' || !goneCodes.includes(before.error?.code ?? '')) return;
    if (!world.touched.has(before.id))
      world.violate(`[A3] ${rule.id} has found ${change.key} replaced in run ${before.id}, and has no run for ${what}`);
  }

  /** [A3] Of what a rule for new objects has acted on, another state is an update; not of what it has taken away. */
  function checkNewer({ id, ruleId, event: { key } }: RunRecord, startedMs: number): void {
    const before = runs.findLast(({ run }) => run.id < id && run.ruleId === ruleId && run.event.key === key)?.run;
    if (before?.state !== 'done' || (before.endedMs ?? startedMs) >= startedMs) return;
    const isTaken = reader.steps(before.id).some(({ action }) => action === 'move' || action === 'delete');
    if (!isTaken) world.violate(`[A3] run ${id} of ${ruleId} acts on ${key} again, which run ${before.id} has done`);
  }

  /** [A9] A beginning does not take again what the rule has had a run for. */
  function checkOnce({ run, source }: Found, seen: SeenChange): void {
    const rule = rules.get(run.ruleId);
    if (rule === undefined || seen.change.mark === null) return;
    const fill = seen.expected.get(rule.id)?.fill ?? null;
    const after = fill === null ? 0 : fill.afterRun;
    const before = othersFor(rule, seen, source).find(({ run: { id } }) => id < run.id && id > after);
    if (before !== undefined)
      world.violate(
        `[A9] runs ${before.run.id} and ${run.id} of ${run.ruleId} are about one state of ${run.event.key}`,
      );
  }

  function versionAt(connectionId: string, place: string): readonly Version[] {
    const slash = place.indexOf('/');
    return serverOfConnection(world, connectionId).versionsOf(place.slice(0, slash), place.slice(slash + 1));
  }

  /** The step has done what it says. */
  function checkStep(rule: RuleRecord, { run }: Found, states: readonly SeenState[], position: number): void {
    const action = rule.actions[position];
    const step = reader.steps(run.id).find((each) => each.position === position);
    if (action === undefined || step === undefined || step.state !== 'done') return;
    // A version that nothing but its id tells from another: what it was when it was seen is not known.
    if (run.event.versionId !== null && states.length === 0) return;
    // [A42] is about objects: of a file the newest state is taken, which has an event of its own. And not every server can be
    // asked to copy what it has been looked at only.
    const guards = run.event.bucket !== null && serverOfConnection(world, rule.connectionId).profile.guardsCopies;
    const since = Math.min(...states.map(({ bornStep }) => bornStep));
    const all =
      run.event.path !== null
        ? world.disk.versionsOf(run.event.path)
        : guards
          ? []
          : versionAt(rule.connectionId, `${run.event.bucket}/${run.event.key}`);
    // A version is read by its id, also when there are newer ones.
    const later = run.event.versionId === null ? all.filter(({ bornStep }) => bornStep > since) : [];
    const isCopy = (bytes: Uint8Array) => [...states, ...later].some((state) => sameBytes(state.bytes, bytes));
    const what = `run ${run.id} of ${rule.id}, ${action.type} to ${step.detail}`;
    const connectionId =
      'connection' in action && action.connection !== undefined ? action.connection : rule.connectionId;
    const moved = rule.actions.slice(0, position).some(({ type }) => type === 'move' || type === 'upload');
    switch (action.type) {
      case 'download': {
        const placed = placements.get(step.detail ?? '') ?? [];
        if (!placed.some(({ bytes }) => isCopy(bytes))) world.violate(`${what}: another content`);
        if (!posix.dirname(step.detail ?? '').startsWith(action.folder)) world.violate(`${what}: elsewhere`);
        return;
      }
      case 'copy':
      case 'move':
      case 'upload':
      case 'uploadStream': {
        const made = versionAt(connectionId, step.detail ?? '').filter(({ by }) => by === 'engine');
        // Where it was already, whole, nobody can tell who has put it there.
        const there = made.length > 0 ? made : versionAt(connectionId, step.detail ?? '');
        if (!there.some(({ bytes }) => isCopy(bytes))) world.violate(`${what}: another content`);
        if (action.type === 'move' && !moved && states.every(({ goneStep }) => goneStep === null))
          world.violate(`${what}: its source is still there`);
        return;
      }
      case 'delete':
        if (!moved && states.length > 0 && states.every(({ goneStep }) => goneStep === null))
          world.violate(`${what}: it is still there`);
        return;
      case 'tag': {
        const versions = versionAt(rule.connectionId, `${run.event.bucket}/${run.event.key}`);
        if (!versions.some((version) => tagsOf.get(version)?.['by'] === 'rule')) world.violate(`${what}: no tags`);
        return;
      }
      case 'notify':
      case 'audit':
      case 'createBucket':
      case 'presign':
        return;
    }
  }

  /** Every run has ended, and well: or it says truly why not. */
  function checkEnd(found: Found, seen: SeenChange | undefined): void {
    const { run } = found;
    const rule = rules.get(run.ruleId);
    if (rule === undefined) return;
    const what = `run ${run.id} of ${rule.id} for ${run.event.key}`;
    if (run.state === 'waiting' || run.state === 'running') return world.violate(`${what} is ${run.state} in the end`);
    const states = seen === undefined ? [] : origins.statesOf(seen.filePath, seen.change);
    if (run.state === 'done') for (const position of rule.actions.keys()) checkStep(rule, found, states, position);
    if (run.startedMs !== null && run.subject.isRewritten === true) checkNewer(run, run.startedMs);
    if (world.touched.has(run.id)) return;
    const code = run.error?.code ?? '';
    if (run.state === 'failed' && !mayFail(rule, run))
      world.violate(`${what} has failed: ${JSON.stringify(run.error)}`);
    if (run.state !== 'skipped' || code === 'OwnChange' || code === 'LoopDetected') return;
    if (code === 'Cancelled' && world.jobsCancelled > 0) return;
    // Its copy was left out: deleted, it might be gone for good.
    if (code === 'CopyLeftOut' && run.subject.isLeftOut === true) return;
    // It was acted on as it was before.
    if (code === 'SeenToBefore' && run.subject.isRewritten === true) return;
    // What people edit is half done by nobody.
    if (code === 'RuleEdited' && run.revision !== rule.revision) return;
    // [A47] It had failed, and was tried again when a newer one had been acted on.
    const isLate =
      reader.steps(run.id).some(({ state }) => state === 'failed') &&
      runs.some(
        ({ run: { id, ruleId, event, startedMs } }) =>
          id > run.id && ruleId === run.ruleId && event.key === run.event.key && startedMs !== null,
      );
    if (code === 'LaterVersionDone' && isLate) return;
    if (!goneCodes.includes(code)) return world.violate(`${what} was skipped: ${JSON.stringify(run.error)}`);
    if (code === 'SourceChanged' && mayBeItsCopy(rule, run)) return;
    const type = rule.actions[run.step]?.type ?? '';
    if (run.event.versionId !== null && run.step === 0 && ['copy', 'download', 'uploadStream'].includes(type))
      world.violate(`[A3] ${what} was skipped with ${code}, and its version is kept`);
    if (run.event.type !== 'removed' && states.length > 0 && states.every(({ goneStep }) => goneStep === null))
      world.violate(`[A42] ${what} was skipped with ${code}, and it is there`);
  }

  /** [T29] By two addresses, an object and its copy of the same name and second may be one: then the source is kept. */
  function mayBeItsCopy(rule: RuleRecord, { step, event }: RunRecord): boolean {
    const action = rule.actions[step];
    if (action?.type !== 'move' || action.bucket !== event.bucket || event.key === null) return false;
    const { connection: to = rule.connectionId } = action;
    return (
      to !== rule.connectionId &&
      versionAt(to, `${action.bucket}/${event.key}`).some(
        ({ by, modifiedMs }) => by === 'engine' && modifiedMs === Date.parse(event.lastModified ?? ''),
      )
    );
  }

  function mayFail(rule: RuleRecord, run: RunRecord): boolean {
    const action = rule.actions[run.step];
    if (run.error?.code === 'TargetExists')
      return action !== undefined && 'conflict' in action && action.conflict === 'fail';
    // What it would write is what it found; or two rules write there at the same time, each time it is tried again.
    return ['TargetInsideSource', 'ChecksumMismatch'].includes(run.error?.code ?? '');
  }

  for (const [source, seen] of observer.changes) checkExpected(source, seen);
  checkVersions();
  for (const found of runs) {
    if (!rules.has(found.run.ruleId)) continue;
    const seen = observer.changes.get(found.source);
    const { bucket, key, versionId } = found.run.event;
    const isTwin =
      versionId !== null && hasTwins(versionAt(rules.get(found.run.ruleId)?.connectionId ?? '', `${bucket}/${key}`));
    if (seen === undefined && !isTwin && !/^(at|now)\//.test(found.source))
      world.violate(`run ${found.run.id} is of nothing: ${found.source}`);
    if (seen !== undefined) checkOnce(found, seen);
    checkEnd(found, seen);
  }
  for (const rule of rules.values()) {
    const times = runs
      .filter(({ run, source }) => run.ruleId === rule.id && source.startsWith('at/'))
      .map(({ run, source }) => ({ dueMs: Number.parseInt(source.slice(3), 10), seenMs: run.seenMs }));
    checkSchedule(world, rule, times, wasEverPaused);
    checkNotices(
      rule,
      runs.filter(({ run }) => run.ruleId === rule.id).map(({ run }) => run),
    );
  }

  /** [A44] */
  function checkNotices(rule: RuleRecord, own: readonly RunRecord[]): void {
    const position = rule.actions.findIndex(({ type }) => type === 'notify');
    if (position < 0) return;
    const passed = own.flatMap(({ id }) => reader.steps(id).find((step) => step.position === position) ?? []);
    let shown = 0;
    for (const [id, count] of world.notices) if (id.startsWith(`${rule.id} `)) shown += count;
    if (shown > passed.length) world.violate(`[A44] ${rule.id} has shown ${shown} notices for ${passed.length} runs`);
    const done = passed.filter(({ state }) => state === 'done').length;
    if (world.deaths === 0 && shown < done)
      world.violate(`[A44] ${rule.id} has shown ${shown} notices, ${done} are done`);
    for (const [id, count] of world.notices) {
      if (!id.startsWith(`${rule.id} `)) continue;
      const details = passed.filter(({ detail }) => detail === id.slice(rule.id.length + 1)).length;
      if (count > details + passed.filter(({ detail }) => detail === null).length)
        world.violate(`[A44] shown ${count} times for ${details} runs: ${id}`);
    }
  }
}

const hasTwins = (versions: readonly Version[]): boolean =>
  new Set(versions.map(({ etag, modifiedMs }) => `${etag} ${modifiedMs}`)).size < versions.length;

/** Nothing is left of what was done: no jobs, no temporary files, no uploads, no writes that nobody has heard the end of. */
export function checkNothingOpen(world: RuleWorld): void {
  const { journal, db, indexFiles } = world;
  for (const { id, state, request } of journal.jobs.values())
    world.violate(`${id} of ${request.ruleId} is left in the transfers, ${state}`);
  const open = db
    .prepare(
      `SELECT key FROM rule_write JOIN rule_run ON rule_run.id = run_id
       WHERE rule_write.ended_ms IS NULL AND state IN ('waiting', 'running')
         AND rule_id IN (SELECT id FROM rule WHERE removed = 0)`,
    )
    .pluck()
    .all();
  if (open.length > 0) world.violate(`[A33] writes have no end: ${open.join()}`);
  // Of a place that no rule looks at any more nothing is taken.
  const looks = world.reader.rules().map(({ trigger, connectionId }) => {
    if (trigger.type === 'folder') return watchedFolder;
    return trigger.type === 'newObject' ? `${connectionId} ${trigger.bucket}` : '';
  });
  const isLookedAt = (filePath: string): boolean => {
    const place = placeOfIndex(filePath);
    return looks.includes(place.type === 'folder' ? place.folder : `${place.connectionId} ${place.bucket}`);
  };
  for (const [filePath, { staged }] of indexFiles)
    if (staged.length > 0 && isLookedAt(filePath))
      world.violate(`[A2] ${staged.length} changes are still staged in ${filePath}`);
}
