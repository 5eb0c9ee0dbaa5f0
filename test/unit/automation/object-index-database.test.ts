import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ObjectIndexDatabase, openObjectIndexDatabase } from '../../../main/db/object-index-database.ts';
import type { Cover, LookedRow, Mark } from '../../../main/automation/object-index.ts';
import { must } from '../../fakes/test-connection.ts';

let folder = '';
let filePath = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'brigade-index-'));
  filePath = join(folder, 'automation', 'index.sqlite');
});
afterEach(() => rmSync(folder, { recursive: true }));

const all: Cover = { prefix: '', recursive: true };
const row = (key: string, etag = '"1"'): LookedRow => ({
  key,
  sizeBytes: 1,
  etag,
  lastModified: '2026-01-01T00:00:00.000Z',
  storageClass: null,
});
const markOf = (id: string, cover: Cover = all, fromMs: number | null = Date.parse('2030-01-01')): Mark => ({
  id,
  cover,
  fromMs,
  toMs: null,
});

function look(index: ObjectIndexDatabase, rows: readonly LookedRow[], cover = all, marks: readonly Mark[] = []) {
  const open = must(index.beginLook({ cover, marks }));
  for (let from = 0; from < rows.length; from += 1000) must(open.take(rows.slice(from, from + 1000)));
  return must(open.end());
}
const told = (index: ObjectIndexDatabase) =>
  must(index.staged(0, 1_000_000)).map(({ type, key, mark }) => `${type} ${key}${mark === null ? '' : ` for ${mark}`}`);

function manyRows(count: number, etag = '"1"'): LookedRow[] {
  return Array.from({ length: count }, (_, at) => row(`folder/${String(at).padStart(7, '0')}`, etag));
}

describe('[A9] what cannot be read is put aside and begun anew', () => {
  test.each<[string, () => void]>([
    [
      'no database',
      () => writeFileSync(filePath, 'this is not a database, and longer than a header of one is. '.repeat(20)),
    ],
    ["another program's", () => new Database(filePath).exec('DROP TABLE object').pragma('application_id = 5')],
    ['of a newer version', () => new Database(filePath).pragma('user_version = 99')],
    [
      'a broken page',
      () => {
        const bytes = readFileSync(filePath);
        bytes.fill(0xaa, 5 * 4096, 20 * 4096);
        writeFileSync(filePath, bytes);
      },
    ],
  ])('%s', (_, spoil) => {
    const first = must(openObjectIndexDatabase(filePath));
    look(first, manyRows(3000), all, [markOf('m')]);
    first.close();
    spoil();
    const spoilt = readFileSync(filePath);
    const second = must(openObjectIndexDatabase(filePath));
    expect(second.indexId).not.toBe(first.indexId);
    expect(must(second.servedMarks()).size).toBe(0);
    second.close();
    expect(readFileSync(`${filePath}.unreadable`)).toEqual(spoilt);
  });

  test('one that turns out to be broken fails from then on, and the next opening begins anew', () => {
    const first = must(openObjectIndexDatabase(filePath));
    // More than SQLite has in memory.
    look(first, manyRows(200_000));
    const bytes = readFileSync(filePath);
    bytes.fill(0xaa, 20 * 4096, bytes.length - 20 * 4096);
    writeFileSync(filePath, bytes);
    const open = must(first.beginLook({ cover: all, marks: [] }));
    const taken = open.take(manyRows(200_000, '"2"'));
    expect(taken).toMatchObject({ ok: false, error: { code: 'DatabaseCorrupt', context: { path: filePath } } });
    expect(open.end()).toMatchObject({ ok: false, error: { code: 'DatabaseCorrupt' } });
    expect(first.servedMarks()).toMatchObject({ ok: false, error: { code: 'DatabaseCorrupt' } });
    first.close();
    const second = must(openObjectIndexDatabase(filePath));
    expect(second.indexId).not.toBe(first.indexId);
    expect(look(second, manyRows(3)).pass).toBe(1);
    second.close();
  });

  test('the journal of a file that is gone is not taken for that of the new one', () => {
    must(openObjectIndexDatabase(filePath)).close();
    rmSync(filePath);
    writeFileSync(`${filePath}-journal`, 'left behind'.repeat(1000));
    const index = must(openObjectIndexDatabase(filePath));
    expect(look(index, manyRows(3)).objects).toBe(3);
    index.close();
  });

  test('a folder that may not be written to is no reason to begin anew', () => {
    writeFileSync(join(folder, 'automation'), '');
    expect(openObjectIndexDatabase(filePath)).toMatchObject({ ok: false, error: { code: 'NotADirectory' } });
  });
});

describe('[A4] who is told of what', () => {
  test('a wide rule joins, leaves and comes back: nothing is created for the narrow one, nothing old for the wide one', () => {
    const index = must(openObjectIndexDatabase(filePath));
    const narrow: Cover = { prefix: 'a/', recursive: true };
    expect(look(index, [row('a/1')], narrow, [markOf('narrow', narrow)]).changes).toBe(0);
    // It sees what it knew, and much that it has never looked at.
    expect(look(index, [row('a/1'), row('a/2'), row('b/1'), row('c')], all, [markOf('wide')]).changes).toBe(1);
    expect(told(index)).toEqual(['created a/2']);
    look(index, [row('a/1'), row('a/2'), row('b/2'), row('c')]);
    expect(told(index)).toEqual(['created a/2', 'removed b/1', 'created b/2']);
    must(index.forget(100));
    must(index.dropMarks(['wide']));
    look(index, [row('a/1', '"2"')], narrow);
    expect(told(index)).toEqual(['updated a/1', 'removed a/2']);
    must(index.forget(100));
    // What became of the rest meanwhile is nobody's news.
    look(index, [row('a/1', '"2"'), row('b/3'), row('c', '"2"')], all, [markOf('wide again')]);
    expect(told(index)).toEqual([]);
    look(index, [row('a/1', '"2"'), row('b/3'), row('c', '"3"')]);
    expect(told(index)).toEqual(['updated c']);
    index.close();
  });

  test('flat and recursive covers side by side do not take each other for removals', () => {
    const index = must(openObjectIndexDatabase(filePath));
    const flat: Cover = { prefix: '', recursive: false };
    const below: Cover = { prefix: 'a/b/', recursive: true };
    look(index, [row('a'), row('z')], flat, [markOf('flat', flat)]);
    look(index, [row('a/b/1'), row('a/b/c/2')], below, [markOf('below', below)]);
    expect(look(index, [row('a'), row('z')], flat).changes).toBe(0);
    expect(look(index, [row('a/b/1'), row('a/b/c/2')], below).changes).toBe(0);
    expect(look(index, [row('a'), row('a/b/1'), row('a/b/c/2'), row('a/x'), row('z')], all).changes).toBe(0);
    expect(look(index, [row('z')], flat).changes).toBe(1);
    expect(told(index)).toEqual(['removed a']);
    index.close();
  });

  test('a mark is served once, and only by a look that has all of its cover', () => {
    const index = must(openObjectIndexDatabase(filePath));
    const marks = [markOf('wide', all, null), markOf('narrow', { prefix: 'a/', recursive: false }, null)];
    look(index, [row('a/1'), row('a/b/2')], { prefix: 'a/', recursive: true }, marks);
    expect(told(index)).toEqual(['created a/1 for narrow']);
    look(index, [row('a/1'), row('a/b/2'), row('c')], all, marks);
    expect(told(index).slice(1)).toEqual(['created a/1 for wide', 'created a/b/2 for wide', 'created c for wide']);
    expect(must(index.servedMarks())).toEqual(
      new Map([
        ['narrow', 1],
        ['wide', 2],
      ]),
    );
    index.close();
  });
});

test('[A62] keys are counted that pass the patterns of a rule', () => {
  const index = must(openObjectIndexDatabase(filePath));
  look(
    index,
    ['in/a.pdf', 'in/b.txt', 'in/sub/c.pdf', 'in/tmp/d.pdf', 'other/e.pdf'].map((key) => row(key, '"1"')),
  );
  const count = (keys: object) => must(index.count({ prefix: 'in/', recursive: true, match: [], ignore: [], ...keys }));
  expect(count({})).toBe(4);
  expect(count({ recursive: false })).toBe(2);
  expect(count({ match: ['*.pdf'], ignore: ['tmp/'] })).toBe(2);
  expect(count({ recursive: false, match: ['*.pdf'] })).toBe(1);
  index.close();
});

test('an unchanged look writes the number of its pass, and nothing else', () => {
  const index = must(openObjectIndexDatabase(filePath));
  look(index, manyRows(20_000), all, [markOf('m', all, null)]);
  const before = readFileSync(filePath);
  expect(look(index, manyRows(20_000))).toEqual({ pass: 2, objects: 20_000, changes: 0 });
  const after = readFileSync(filePath);
  expect(after.length).toBe(before.length);
  const pages = Array.from({ length: after.length / 4096 }, (_, page) => page);
  const pageOf = (bytes: Buffer, page: number) => bytes.subarray(page * 4096, (page + 1) * 4096);
  const written = pages.filter((page) => !pageOf(after, page).equals(pageOf(before, page)));
  // SQLite's own counter is on the first page.
  expect(written).toHaveLength(2);
  index.close();
});

test('[A2] ids of changes are never used again', () => {
  let index = must(openObjectIndexDatabase(filePath));
  look(index, manyRows(3), all, [markOf('m', all, null)]);
  expect(must(index.staged(0, 10)).map(({ id }) => id)).toEqual([1, 2, 3]);
  must(index.forget(3));
  index.close();
  index = must(openObjectIndexDatabase(filePath));
  look(index, manyRows(4));
  expect(must(index.staged(0, 10)).map(({ id }) => id)).toEqual([4]);
  index.close();
});

test('a listing that is out of order after thousands of rows is sorted on the disk', () => {
  const index = must(openObjectIndexDatabase(filePath));
  look(index, manyRows(9000), all, [markOf('m')]);
  const rows = manyRows(9001, '"2"').filter(({ key }) => key !== 'folder/0000007');
  const summary = look(index, [...rows.slice(0, 5000), ...rows.slice(5000).toReversed()]);
  expect(summary).toEqual({ pass: 2, objects: 9000, changes: 9001 });
  const special = new Map([
    ['folder/0000007', 'removed'],
    ['folder/0009000', 'created'],
  ]);
  expect(told(index)).toEqual(manyRows(9001).map(({ key }) => `${special.get(key) ?? 'updated'} ${key}`));
  index.close();
  expect(readdirSync(join(folder, 'automation'))).toEqual(['index.sqlite', 'index.sqlite-journal']);
});

test('[A1] a look that is given up leaves no trace, however far it was', () => {
  const index = must(openObjectIndexDatabase(filePath));
  look(index, manyRows(100), all, [markOf('m')]);
  const open = must(index.beginLook({ cover: all, marks: [markOf('n', all, null)] }));
  must(open.take(manyRows(100_000, '"2"')));
  open.giveUp();
  expect(told(index)).toEqual([]);
  expect(must(index.servedMarks())).toEqual(new Map([['m', 1]]));
  expect(look(index, manyRows(100))).toEqual({ pass: 2, objects: 100, changes: 0 });
  index.close();
  expect(existsSync(`${filePath}.sorting`)).toBe(false);
});

test('a look elsewhere is none at what the index is of', () => {
  let index = must(openObjectIndexDatabase(filePath));
  look(index, [row('a')], all, [markOf('m')]);
  const here = { cover: all, marks: [], lookedAt: 'here' };
  for (const key of ['a', 'b']) {
    const open = must(index.beginLook(here));
    must(open.take([row(key)]));
    must(open.end());
  }
  index.close();
  index = must(openObjectIndexDatabase(filePath));
  expect(index.beginLook({ ...here, lookedAt: 'there' })).toMatchObject({
    ok: false,
    error: { code: 'SourceChanged' },
  });
  expect(look(index, [row('b')])).toMatchObject({ pass: 4, changes: 0 });
  index.close();
});

test('half a character in a name is no new file at each look', () => {
  const index = must(openObjectIndexDatabase(filePath));
  look(index, [row('a\ud800')], all, [markOf('m')]);
  expect(look(index, [row('a\ud800')]).changes).toBe(0);
  must(index.update([{ key: 'a\ud800', now: null }]));
  expect(told(index)).toEqual(['removed a\ufffd']);
  index.close();
});
