import type { Cover, LookedRow, LookRequest, SeenObject, StagedChange } from '../../../main/automation/object-index.ts';
import type { RuleRecord } from '../../../main/automation/rule-record.ts';
import type { RuleId } from '../../../shared/domain/ids.ts';
import type { Bucket, Version } from '../server.ts';
import { historyOf, isMarker } from '../version-page.ts';
import { serverOfConnection } from '../world.ts';
import { patternsOf } from './patterns.ts';
import { placeOfIndex } from './places.ts';
import type { RuleWorld } from './rule-world.ts';
import { statesBetween } from './states-between.ts';

/** A change that was staged, with what the rules were then; or a version that has led to it. */
export type SeenChange = {
  readonly filePath: string;
  readonly change: StagedChange & { readonly versionId: string | null };
  /** What it is to each rule that it concerns; a rule that was edited before it was taken may have a run or not. */
  readonly expected: Map<RuleId, Expected>;
  isForgotten: boolean;
};

export type Expected = {
  readonly type: string;
  /** That the run acts on; null: what is latest. Undefined: nobody can tell. */
  readonly versionId: string | null | undefined;
  isSure: boolean;
  readonly definition: string;
  /** An update, to a rule for new objects: it is for it if the rule has not seen to the object before. */
  readonly isRewritten: boolean;
  /** Of a backfill: it may leave out what has a run after the first, or one of the others. */
  readonly fill: { readonly afterRun: number; readonly open: ReadonlySet<number> } | null;
};

type Model = {
  readonly objects: Map<string, SeenObject>;
  readonly served: Map<string, { readonly pass: number; readonly cover: Cover }>;
  pass: number;
};

/** A naive memory of what every completed look saw, beside the product's own. */
export type Observer = {
  newIndexNumber(): number;
  onLook(filePath: string, request: LookRequest, rows: readonly LookedRow[]): void;
  onUpdate(filePath: string, keys: readonly { readonly key: string; readonly now: SeenObject | null }[]): void;
  onForget(filePath: string, throughId: number): void;
  onDropMarks(filePath: string, ids: readonly string[]): void;
  onRemoveIndex(filePath: string): void;
  /** The disk has lost it. */
  loseIndex(filePath: string): void;
  /** By source: `${indexId}/${id}`. */
  readonly changes: ReadonlyMap<string, SeenChange>;
  objectsOf(filePath: string): ReadonlyMap<string, SeenObject>;
  /** When a look at a place was last whole; before its index was lost. */
  readonly lastLookMs: ReadonlyMap<string, number>;
  /** Rules whose index was lost since they began. */
  readonly lostSince: ReadonlySet<RuleId>;
};

const isIn = ({ prefix, recursive }: Cover, key: string): boolean =>
  key.startsWith(prefix) && (recursive || !key.slice(prefix.length).includes('/'));
const includes = (outer: Cover, inner: Cover): boolean =>
  inner.prefix.startsWith(outer.prefix) &&
  (outer.recursive || (!inner.recursive && !inner.prefix.slice(outer.prefix.length).includes('/')));
const isSame = (a: SeenObject, b: SeenObject): boolean =>
  a.etag === b.etag && a.sizeBytes === b.sizeBytes && a.lastModified === b.lastModified;
/** What makes it another rule for a change. */
const definitionOf = ({ trigger, conditions, connectionId, marks }: RuleRecord): string =>
  JSON.stringify([trigger, conditions, connectionId, marks.map(({ id }) => id)]);
const describe = ({ type, mark, key, etag, lastModified }: Omit<StagedChange, 'id' | 'pass'>): string =>
  `${type} ${key} ${etag} ${lastModified}${mark === null ? '' : ` for ${mark}`}`;

const kept = (bucket: Bucket | null, key: string): readonly Version[] =>
  bucket === null ? [] : historyOf(bucket, key).flatMap((entry) => (isMarker(entry) ? [] : [entry]));
const seenOf = ({ bytes, etag, modifiedMs, versionId }: Version) => ({
  sizeBytes: bytes.length,
  etag,
  lastModified: new Date(modifiedMs).toISOString(),
  versionId,
});
const takesEachState = ({ trigger }: RuleRecord): boolean =>
  trigger.type === 'newObject' && trigger.on.includes('updated');
const isForCreatedOnly = ({ trigger }: RuleRecord): boolean =>
  (trigger.type === 'newObject' || trigger.type === 'folder') &&
  trigger.on.includes('created') &&
  !trigger.on.includes('updated');

export function createObserver(world: RuleWorld): Observer {
  const models = new Map<string, Model>();
  const changes = new Map<string, SeenChange>();
  const lastLookMs = new Map<string, number>();
  const lostSince = new Set<RuleId>();
  let indexes = 0;

  const modelOf = (filePath: string): Model => {
    let model = models.get(filePath);
    if (model === undefined) models.set(filePath, (model = { objects: new Map(), served: new Map(), pass: 0 }));
    return model;
  };
  const isTold = (model: Model, key: string): boolean =>
    [...model.served.values()].some(({ cover }) => isIn(cover, key));

  function rulesAt(filePath: string): readonly RuleRecord[] {
    const place = placeOfIndex(filePath);
    return world.reader
      .rules()
      .filter(({ trigger, connectionId }) =>
        place.type === 'folder'
          ? trigger.type === 'folder'
          : trigger.type === 'newObject' && connectionId === place.connectionId && trigger.bucket === place.bucket,
      );
  }

  /** What the change is to the rule, by the words of the specification; null: nothing. */
  function meaning(rule: RuleRecord, change: StagedChange, model: Model): string | null {
    const { trigger, marks, conditions } = rule;
    if ((trigger.type !== 'newObject' && trigger.type !== 'folder') || change.key.endsWith('/')) return null;
    const first = model.served.get(marks[0]?.id ?? '');
    const isOwn = change.mark !== null && marks.some(({ id }) => id === change.mark);
    if (!isOwn && (change.mark !== null || first === undefined || first.pass >= change.pass)) return null;
    const prefix = trigger.type === 'newObject' ? trigger.prefix : '';
    if (!isIn({ prefix, recursive: trigger.recursive }, change.key)) return null;
    if (!patternsOf(trigger.match, trigger.ignore).fits(change.key.slice(prefix.lastIndexOf('/') + 1))) return null;
    if (change.sizeBytes < (conditions?.minSizeBytes ?? 0)) return null;
    if (trigger.on.includes(change.type)) return change.type;
    return isOwn && trigger.on.includes('updated') ? 'updated' : null;
  }

  function fillOf({ id: ruleId, marks }: RuleRecord, { mark, key }: StagedChange): Expected['fill'] {
    const fill = marks.slice(1).find(({ id }) => id === mark);
    if (fill === undefined) return null;
    // What has failed may be retried until it is taken.
    const open = world.reader.runsIn(ruleId, ['waiting', 'running', 'failed'], 1_000_000);
    return {
      afterRun: fill.afterRun ?? 0,
      open: new Set(open.flatMap(({ id, event }) => (event.key === key ? [id] : []))),
    };
  }

  /** [A3] Null where no versions are seen. */
  function bucketOf(filePath: string): Bucket | null {
    const place = placeOfIndex(filePath);
    if (place.type === 'folder') return null;
    const bucket = serverOfConnection(world, place.connectionId).buckets.get(place.bucket);
    return bucket?.keepsVersions === 'all' ? bucket : null;
  }

  /** Each change is noted with what it is to the rules; for those that take updates, so is each version that has led to it. */
  function note(filePath: string, indexId: string, found: StagedChange, was: SeenObject | null, model: Model): void {
    const change = { ...found, pass: model.pass };
    const source = `${indexId}/${change.id}`;
    const rules = rulesAt(filePath);
    const bucket = change.mark === null && change.type !== 'removed' ? bucketOf(filePath) : null;
    const states = bucket === null ? [] : statesBetween(bucket, change.key, was, change);
    const expect = (of: SeenChange['change'], index: number, isLatest: boolean): SeenChange['expected'] => {
      const expected: SeenChange['expected'] = new Map();
      for (const rule of rules) {
        const takesAll = bucket !== null && takesEachState(rule);
        if (!isLatest && !takesAll) continue;
        const type = takesAll && index > 0 ? 'updated' : of.type;
        const isRewritten = of.type === 'updated' && isForCreatedOnly(rule);
        const isSure = !isRewritten && (!takesAll || states !== null);
        const means =
          meaning(rule, { ...of, type: isRewritten ? 'created' : type }, model) ??
          (isSure ? null : meaning(rule, { ...of, type: 'updated' }, model));
        const versionId = takesAll ? (states === null ? undefined : of.versionId) : null;
        const definition = definitionOf(rule);
        const fill = fillOf(rule, of);
        if (means !== null) expected.set(rule.id, { type: means, versionId, isSure, definition, isRewritten, fill });
      }
      return expected;
    };
    const add = (at: string, of: SeenChange['change'], index: number, isLatest: boolean): void => {
      changes.set(at, { filePath, change: of, expected: expect(of, index, isLatest), isForgotten: false });
    };
    const latest = states?.at(-1)?.versionId ?? null;
    add(source, { ...change, versionId: latest }, (states?.length ?? 1) - 1, true);
    const earlier = states === null ? kept(bucket, change.key) : states.slice(0, -1);
    for (const [index, version] of earlier.entries())
      add(`${source}/${version.versionId}`, { ...change, ...seenOf(version) }, index, false);
  }

  /** What the index has staged now must be what the naive comparison found. */
  function compare(
    filePath: string,
    model: Model,
    found: readonly Omit<StagedChange, 'id' | 'pass'>[],
    before: ReadonlyMap<string, SeenObject>,
  ): void {
    const file = world.indexFiles.get(filePath);
    if (file === undefined) return;
    const fresh = file.staged.filter((each) => each.pass === file.pass);
    const [told, wanted] = [fresh.map(describe).sort(), found.map(describe).sort()];
    if (told.join('\n') !== wanted.join('\n'))
      world.violate(`[A3] a look found ${told.join(', ') || 'nothing'} instead of ${wanted.join(', ') || 'nothing'}`);
    for (const change of fresh) note(filePath, file.indexId, change, before.get(change.key) ?? null, model);
  }

  /** [A4] A beginning takes what was modified since the rule was saved, and nothing older. */
  function checkBeginnings(filePath: string, request: LookRequest, rows: readonly LookedRow[], model: Model): void {
    if (world.hasClockJumps) return;
    for (const rule of rulesAt(filePath)) {
      const mark = rule.marks[0];
      const { trigger } = rule;
      if (mark === undefined || model.served.get(mark.id)?.pass !== model.pass) continue;
      if (trigger.type !== 'newObject' && trigger.type !== 'folder') continue;
      const given = request.marks.find(({ id }) => id === mark.id);
      const savedMs = Number(mark.id.split('/')[1]);
      const lastMs = lostSince.has(rule.id)
        ? (lastLookMs.get(filePath) ?? Number.NEGATIVE_INFINITY)
        : Number.NEGATIVE_INFINITY;
      const beginMs = Math.max(trigger.startFrom === 'all' ? Number.NEGATIVE_INFINITY : savedMs, lastMs);
      for (const row of rows) {
        if (!isIn(mark.cover, row.key) || row.unsettled === true) continue;
        const modifiedMs = Date.parse(row.lastModified ?? '');
        const takes = given !== undefined && (given.fromMs === null || modifiedMs + 999 >= given.fromMs);
        if (!takes && modifiedMs >= Math.floor(beginMs / 1000) * 1000)
          world.violate(`[A4] ${rule.id} begins without ${row.key} of ${row.lastModified}`);
        if (takes && trigger.startFrom === 'now' && modifiedMs + 1000 < savedMs - 60_000)
          world.violate(`[A4] ${rule.id} begins with ${row.key} of ${row.lastModified}, which is older`);
      }
    }
  }

  return {
    newIndexNumber: () => (indexes += 1),
    changes,
    lastLookMs,
    lostSince,
    objectsOf: (filePath) => modelOf(filePath).objects,

    onLook(filePath, request, rows) {
      const model = modelOf(filePath);
      world.origins.checkWholeLook(filePath, request, rows);
      const found: Omit<StagedChange, 'id' | 'pass'>[] = [];
      const before = new Map(model.objects);
      model.pass += 1;
      const byKey = new Map(rows.filter(({ key }) => isIn(request.cover, key)).map((row) => [row.key, row]));
      const told = new Map([...model.objects.keys(), ...byKey.keys()].map((key) => [key, isTold(model, key)]));
      for (const [key, was] of model.objects) {
        if (!isIn(request.cover, key) || byKey.has(key)) continue;
        model.objects.delete(key);
        if (told.get(key) === true) found.push({ ...was, type: 'removed', mark: null });
      }
      for (const { unsettled, ...now } of byKey.values()) {
        const was = model.objects.get(now.key);
        if (unsettled === true) continue;
        if (told.get(now.key) === true && (was === undefined || !isSame(was, now)))
          found.push({ ...now, type: was === undefined ? 'created' : 'updated', mark: null });
        model.objects.set(now.key, now);
      }
      for (const { id, cover, fromMs, toMs } of request.marks) {
        if (model.served.has(id) || !includes(request.cover, cover)) continue;
        for (const [key, row] of byKey) {
          const there = row.unsettled === true ? model.objects.get(key) : row;
          if (there === undefined || !isIn(cover, key)) continue;
          const ms = Date.parse(there.lastModified ?? '');
          const lastOfSecondMs = ms % 1000 === 0 ? ms + 999 : ms;
          if ((fromMs === null || lastOfSecondMs >= fromMs) && (toMs === null || ms <= toMs))
            found.push({ ...there, type: 'created', mark: id });
        }
        model.served.set(id, { pass: model.pass, cover });
      }
      compare(filePath, model, found, before);
      checkBeginnings(filePath, request, rows, model);
      lastLookMs.set(filePath, world.origins.lookBeganMs(filePath));
    },

    onUpdate(filePath, keys) {
      const model = modelOf(filePath);
      const before = new Map(model.objects);
      model.pass += 1;
      const found: Omit<StagedChange, 'id' | 'pass'>[] = [];
      for (const { key, now } of keys) {
        const was = model.objects.get(key);
        if (now === null) {
          model.objects.delete(key);
          if (was !== undefined && isTold(model, key)) found.push({ ...was, type: 'removed', mark: null });
          continue;
        }
        if (isTold(model, key) && (was === undefined || !isSame(was, now)))
          found.push({ ...now, type: was === undefined ? 'created' : 'updated', mark: null });
        model.objects.set(key, now);
        world.origins.checkSettled(key, now);
      }
      compare(filePath, model, found, before);
    },

    onForget(filePath, throughId) {
      const rules = new Map(rulesAt(filePath).map((rule) => [rule.id, definitionOf(rule)]));
      for (const seen of changes.values()) {
        if (seen.filePath !== filePath || seen.isForgotten || seen.change.id > throughId) continue;
        seen.isForgotten = true;
        for (const [ruleId, each] of seen.expected) if (rules.get(ruleId) !== each.definition) each.isSure = false;
      }
    },
    onDropMarks(filePath, ids) {
      for (const id of ids) modelOf(filePath).served.delete(id);
    },
    onRemoveIndex(filePath) {
      models.delete(filePath);
      for (const seen of changes.values()) if (seen.filePath === filePath) seen.isForgotten = true;
      lastLookMs.delete(filePath);
    },
    loseIndex(filePath) {
      models.delete(filePath);
      // What was staged is found again, or is gone: rules begin anew with what is there.
      for (const seen of changes.values()) {
        if (seen.filePath !== filePath || seen.isForgotten) continue;
        seen.isForgotten = true;
        for (const each of seen.expected.values()) each.isSure = false;
      }
      for (const { id } of rulesAt(filePath)) lostSince.add(id);
    },
  };
}
