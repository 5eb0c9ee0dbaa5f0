import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { seenObject } from '../../main/automation/index/merge-diff.ts';
import type { LookedRow, ObjectIndex, ObjectIndexes } from '../../main/automation/object-index.ts';
import { appError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { createIndexesHere } from '../fakes/indexes-here.ts';
import { createMemoryObjectIndexes } from '../fakes/memory-object-indexes.ts';
import { must } from '../fakes/test-connection.ts';
import { buckets, covers, createNaiveIndex, inUtf8Order, keys, looked, marks } from './index-world.ts';

const steps = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        type: fc.constant('look' as const),
        cover: covers,
        marks: fc.uniqueArray(marks, { selector: ({ id }) => id, maxLength: 2 }),
        rows: buckets,
        /** Null: the listing is whole. */
        failsAfter: fc.option(fc.integer({ min: 0, max: 3 }), { freq: 3 }),
        isSorted: fc.boolean(),
        pageRows: fc.integer({ min: 1, max: 6 }),
      }),
    },
    fc.record({
      type: fc.constant('update' as const),
      keys: fc.array(fc.record({ key: keys, now: fc.option(looked) }), { maxLength: 4 }),
    }),
    fc.record({ type: fc.constant('forget' as const), limit: fc.integer({ min: 1, max: 5 }) }),
    fc.record({ type: fc.constant('dropMarks' as const), ids: fc.subarray(['m1', 'm2', 'm3', 'm4']) }),
    fc.constant({ type: 'reopen' as const }),
  ),
  { maxLength: 12 },
);

const someRow = (key: string): LookedRow => ({ key, sizeBytes: 0, etag: null, lastModified: null, storageClass: null });

async function* pagesOf(rows: readonly LookedRow[], pageRows: number, failsAfter: number | null) {
  let page = 0;
  for (let from = 0; from < rows.length; from += pageRows) {
    if (page === failsAfter) break;
    page += 1;
    yield ok(rows.slice(from, from + pageRows));
  }
  if (failsAfter !== null) yield err(appError('ConnectionReset'));
}

async function allStaged(index: ObjectIndex) {
  return must(await index.staged(0, 1_000_000));
}

/** Returns what the index has in the end, and what it should. */
async function lookedAt(
  indexes: ObjectIndexes,
  filePath: string,
  all: typeof steps extends fc.Arbitrary<infer S> ? S : never,
) {
  const naive = createNaiveIndex();
  let index = must(await indexes.open(filePath));
  const { indexId } = index;
  for (const step of all) {
    if (step.type === 'look') {
      const rows = step.isSorted ? inUtf8Order(step.rows) : step.rows;
      const summary: Result<unknown> = await index.look(step, pagesOf(rows, step.pageRows, step.failsAfter));
      if (step.failsAfter === null) expect(must(summary)).toEqual(naive.look(step.cover, step.marks, step.rows));
      else expect(summary).toMatchObject({ ok: false, error: { code: 'ConnectionReset' } });
    } else if (step.type === 'update') {
      const changed = step.keys.map(({ key, now }) => ({ key, now: now === null ? null : { ...now, key } }));
      expect(must(await index.update(changed))).toEqual(naive.update(changed));
    } else if (step.type === 'forget') {
      const page = must(await index.staged(0, step.limit));
      expect(page).toEqual(naive.staged.slice(0, step.limit));
      const through = page.at(-1)?.id ?? 0;
      must(await index.forget(through));
      naive.staged.splice(0, page.length);
    } else if (step.type === 'dropMarks') {
      must(await index.dropMarks(step.ids));
      for (const id of step.ids) naive.served.delete(id);
    } else {
      await index.close();
      index = must(await indexes.open(filePath));
      expect(index.indexId).toBe(indexId);
    }
    expect(await allStaged(index)).toEqual(naive.staged);
    const served = [...naive.served].map(([id, { pass }]) => [id, pass] as const);
    expect(must(await index.servedMarks())).toEqual(new Map(served));
  }
  // What it has of every object: a mark that takes all of them says so.
  must(await index.dropMarks(['all']));
  const everything = { prefix: '', recursive: true };
  const rows = inUtf8Order([...naive.objects.values()]).map((row) => ({ ...row, unsettled: true as const }));
  const mark = { id: 'all', cover: everything, fromMs: null, toMs: null };
  expect(must(await index.look({ cover: everything, marks: [mark] }, pagesOf(rows, 3, null)))).toMatchObject({
    changes: naive.objects.size,
  });
  const taken = (await allStaged(index)).slice(naive.staged.length).map(seenObject);
  await index.close();
  return [taken, rows.map(seenObject)];
}

test('[A1] [A2] [A3] [A4] an index on the disk is what a Map is, however it was looked at', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'brigade-index-'));
  const indexes = createIndexesHere();
  let run = 0;
  await fc.assert(
    fc.asyncProperty(steps, async (all) => {
      run += 1;
      const [has, should] = await lookedAt(indexes, join(folder, `${run}.sqlite`), all);
      expect(has).toEqual(should);
    }),
    {
      numRuns: 100,
      // A row outside of the cover, before the order breaks: it says nothing of what comes before it.
      examples: [
        [
          [
            { type: 'update', keys: [{ key: 'a', now: someRow('a') }] },
            {
              type: 'look',
              cover: { prefix: '', recursive: false },
              marks: [],
              rows: [someRow('a/a'), someRow('/')],
              failsAfter: null,
              isSorted: false,
              pageRows: 1,
            },
          ],
        ],
      ],
    },
  );
  rmSync(folder, { recursive: true });
});

test('[A1] [A3] [A4] the fake is the same', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (all) => {
      const [has, should] = await lookedAt(createMemoryObjectIndexes(), '/index', all);
      expect(has).toEqual(should);
    }),
    { numRuns: 300 },
  );
});
