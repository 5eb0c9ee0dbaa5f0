import * as fc from 'fast-check';
import type {
  Cover,
  LookedRow,
  LookSummary,
  Mark,
  SeenObject,
  StagedChange,
} from '../../main/automation/object-index.ts';

/** Pieces that order differently as UTF-16 and as UTF-8, and that come right before and after the slash. */
const piece = fc.constantFrom('a', 'b', '/', '/', '.', '0', 'é', '\uffff', '😀', '\u0000');
export const keys = fc.array(piece, { minLength: 1, maxLength: 5 }).map((pieces) => pieces.join(''));
export const covers: fc.Arbitrary<Cover> = fc.record({
  prefix: fc.oneof(
    { weight: 2, arbitrary: fc.constant('') },
    fc.array(piece, { maxLength: 2 }).map((all) => all.join('')),
  ),
  recursive: fc.boolean(),
});

export const startMs = Date.parse('2026-01-01T00:00:00.000Z');
const times = fc.integer({ min: 0, max: 8 }).map((halves) => new Date(startMs + halves * 500).toISOString());
export const looked: fc.Arbitrary<LookedRow> = fc.record(
  {
    key: keys,
    sizeBytes: fc.integer({ min: 0, max: 2 }),
    etag: fc.constantFrom('"1"', '"2"', null),
    lastModified: fc.oneof({ weight: 4, arbitrary: times }, fc.constant(null)),
    storageClass: fc.constantFrom('STANDARD', 'GLACIER', null),
    unsettled: fc.constant(true as const),
  },
  { requiredKeys: ['key', 'sizeBytes', 'etag', 'lastModified', 'storageClass'] },
);
export const buckets = fc.uniqueArray(looked, { selector: ({ key }) => key, maxLength: 25 });
export const marks: fc.Arbitrary<Mark> = fc.record({
  id: fc.constantFrom('m1', 'm2', 'm3', 'm4'),
  cover: covers,
  fromMs: fc.option(fc.integer({ min: startMs - 500, max: startMs + 4500 })),
  toMs: fc.option(fc.integer({ min: startMs - 500, max: startMs + 4500 }), { freq: 4 }),
});

export function inCover({ prefix, recursive }: Cover, key: string): boolean {
  if (key.slice(0, prefix.length) !== prefix) return false;
  return recursive || key.slice(prefix.length).split('/').length === 1;
}

export function inUtf8Order<T extends { readonly key: string }>(rows: readonly T[]): T[] {
  return [...rows].sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)));
}

/** An index as anybody would think of it: a Map, and every key looked at one by one. */
export type NaiveIndex = {
  readonly objects: Map<string, SeenObject>;
  readonly served: Map<string, { readonly pass: number; readonly cover: Cover }>;
  readonly staged: StagedChange[];
  look(cover: Cover, marks: readonly Mark[], rows: readonly LookedRow[]): LookSummary;
  update(changed: readonly { readonly key: string; readonly now: SeenObject | null }[]): LookSummary;
};

export function createNaiveIndex(): NaiveIndex {
  const objects = new Map<string, SeenObject>();
  const served: NaiveIndex['served'] = new Map();
  const staged: StagedChange[] = [];
  let [pass, lastId] = [0, 0];

  const stage = (
    type: StagedChange['type'],
    mark: string | null,
    object: SeenObject,
    was: Partial<SeenObject> = {},
  ): void => {
    lastId += 1;
    const { etag = null, lastModified = null } = was;
    const before = etag === null && lastModified === null ? {} : { was: { etag, lastModified } };
    staged.push({ id: lastId, pass, type, mark, ...object, ...before });
  };
  const become = (key: string, now: SeenObject | null): void => {
    const was = objects.get(key);
    const told = [...served.values()].some((each) => each.pass < pass && inCover(each.cover, key));
    if (now === null) {
      if (was !== undefined && told) stage('removed', null, was);
      objects.delete(key);
      return;
    }
    if (was === undefined) {
      if (told) stage('created', null, now);
    } else if (
      told &&
      JSON.stringify([was.etag, was.sizeBytes, was.lastModified]) !==
        JSON.stringify([now.etag, now.sizeBytes, now.lastModified])
    )
      stage('updated', null, now, was);
    objects.set(key, now);
  };

  return {
    objects,
    served,
    staged,
    look(cover, marks, rows) {
      pass += 1;
      const before = staged.length;
      const serving = marks.filter(
        (mark) =>
          !served.has(mark.id) &&
          mark.cover.prefix.startsWith(cover.prefix) &&
          (cover.recursive || (!mark.cover.recursive && !mark.cover.prefix.slice(cover.prefix.length).includes('/'))),
      );
      const now = new Map(rows.filter(({ key }) => inCover(cover, key)).map((row) => [row.key, row]));
      const all = new Set([...now.keys(), ...[...objects.keys()].filter((key) => inCover(cover, key))]);
      for (const { key } of inUtf8Order([...all].map((key) => ({ key })))) {
        const row = now.get(key);
        if (row === undefined) become(key, null);
        else if (row.unsettled !== true) become(key, seen(row));
        const state = objects.get(key);
        if (state === undefined) continue;
        for (const mark of serving)
          if (inCover(mark.cover, key) && inTime(mark, state)) stage('created', mark.id, state);
      }
      for (const mark of serving) served.set(mark.id, { pass, cover: mark.cover });
      const objectsThen = [...objects.keys()].filter((key) => inCover(cover, key)).length;
      return { pass, objects: objectsThen, changes: staged.length - before };
    },
    update(changed) {
      pass += 1;
      const before = staged.length;
      for (const { key, now } of changed) become(key, now === null ? null : seen({ ...now, key }));
      return { pass, objects: changed.length, changes: staged.length - before };
    },
  };
}

function seen({ key, sizeBytes, etag, lastModified, storageClass }: SeenObject): SeenObject {
  return { key, sizeBytes, etag, lastModified, storageClass };
}

function inTime({ fromMs, toMs }: Mark, { lastModified }: SeenObject): boolean {
  if (fromMs === null && toMs === null) return true;
  if (lastModified === null) return false;
  const firstMs = Date.parse(lastModified);
  const lastMs = lastModified.endsWith('.000Z') ? firstMs + 999 : firstMs;
  return (fromMs === null || lastMs >= fromMs) && (toMs === null || firstMs <= toMs);
}
