import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createObjectIndexes } from '../../main/automation/index/index-thread.ts';
import { pagesAhead } from '../../main/automation/index/index-protocol.ts';
import type { LookedRow, Mark, ObjectIndexes } from '../../main/automation/object-index.ts';
import { linesOfRows } from '../../main/s3/data-plane/listing/page-lines.ts';
import { appError } from '../../shared/errors.ts';
import { err, ok } from '../../shared/result.ts';
import { must } from '../fakes/test-connection.ts';
import { projectDir } from '../servers/brigade.ts';
import { indexWorkerUrl } from '../servers/thread-url.ts';

let folder = '';
let indexes: ObjectIndexes;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'brigade-index-'));
  indexes = createObjectIndexes(indexWorkerUrl);
});
afterEach(async () => {
  await indexes.close();
  rmSync(folder, { recursive: true });
});

const all = { prefix: '', recursive: true };
const mark: Mark = { id: 'm', cover: all, fromMs: null, toMs: null };
const row = (key: string, etag = '"1"'): LookedRow => ({
  key,
  sizeBytes: 1,
  etag,
  lastModified: '2026-01-01T00:00:00.000Z',
  storageClass: 'STANDARD',
});
const pageOf = (page: number): LookedRow[] =>
  Array.from({ length: 1000 }, (_, at) => row(`ü/${String(page * 1000 + at).padStart(7, '0')}`));

async function* each<T>(items: Iterable<T>) {
  yield* items;
}
const rowsOf = (...keys: string[]) => each([ok(keys.map((key) => row(key)))]);

test('takes lines and rows, and the memory of the lines is the caller’s again', async () => {
  const index = must(await indexes.open(join(folder, 'a', 'index.sqlite')));
  const memory = new Uint8Array(1_000_000);
  async function* lines() {
    for (let page = 0; page < 20; page += 1) {
      const bytes = linesOfRows(pageOf(page));
      memory.fill(0);
      memory.set(bytes);
      yield ok(memory.subarray(0, bytes.length));
    }
  }
  expect(must(await index.lookAtLines({ cover: all, marks: [mark] }, lines()))).toEqual({
    pass: 1,
    objects: 20_000,
    changes: 20_000,
  });
  expect(must(await index.staged(19_999, 10))).toEqual([
    { id: 20_000, pass: 1, type: 'created', mark: 'm', ...row('ü/0019999') },
  ]);
  must(await index.forget(20_000));
  const pages = Array.from({ length: 20 }, (_, page) => ok(pageOf(page).filter(({ key }) => key !== 'ü/0000500')));
  expect(must(await index.look({ cover: all, marks: [mark] }, each(pages)))).toMatchObject({ pass: 2, changes: 1 });
  expect(must(await index.staged(0, 10))).toMatchObject([
    { id: 20_001, type: 'removed', key: 'ü/0000500', mark: null },
  ]);
  expect(must(await index.servedMarks())).toEqual(new Map([['m', 1]]));
  must(await index.dropMarks(['m']));
  expect(must(await index.servedMarks())).toEqual(new Map());
});

test('[A8] a listing is read a few pages ahead only', async () => {
  const index = must(await indexes.open(join(folder, 'index.sqlite')));
  let pulled = 0;
  async function* pages() {
    for (let page = 0; page < 40; page += 1) {
      pulled += 1;
      yield ok(pageOf(page));
    }
  }
  const look = index.look({ cover: all, marks: [] }, pages());
  // All of them could be had in one turn of the event loop, in which no answer of the thread arrives.
  for (let turn = 0; turn < 5000; turn += 1) await Promise.resolve();
  expect(pulled).toBe(pagesAhead);
  expect(must(await look).objects).toBe(40_000);
});

test('[A1] a listing that fails or throws changes nothing, and what waited for it goes on', async () => {
  const index = must(await indexes.open(join(folder, 'index.sqlite')));
  must(await index.look({ cover: all, marks: [mark] }, rowsOf('a', 'b')));
  const failing = index.look({ cover: all, marks: [] }, each([ok([row('c')]), err(appError('ResponseTruncated'))]));
  const next = index.update([{ key: 'd', now: row('d') }]);
  const last = index.staged(2, 10);
  expect(await failing).toMatchObject({ ok: false, error: { code: 'ResponseTruncated' } });
  expect(must(await next)).toEqual({ pass: 2, objects: 1, changes: 1 });
  expect(must(await last)).toMatchObject([{ type: 'created', key: 'd' }]);
  async function* throwing() {
    yield ok([row('x')]);
    throw new Error('a bug');
  }
  await expect(index.look({ cover: all, marks: [] }, throwing())).rejects.toThrow('a bug');
  expect(must(await index.look({ cover: all, marks: [] }, rowsOf('a', 'b', 'd')))).toMatchObject({
    pass: 3,
    changes: 0,
  });
});

test('closing ends a look whose listing hangs; the file can be opened again, and removed', async () => {
  const filePath = join(folder, 'index.sqlite');
  const index = must(await indexes.open(filePath));
  must(await index.look({ cover: all, marks: [mark] }, rowsOf('a')));
  async function* hanging() {
    yield ok([row('b')]);
    await new Promise<never>(() => undefined);
  }
  const look = index.look({ cover: all, marks: [] }, hanging());
  const waiting = index.servedMarks();
  expect(await indexes.open(filePath)).toMatchObject({ ok: false, error: { code: 'DatabaseLocked' } });
  await index.close();
  expect(await look).toMatchObject({ ok: false, error: { code: 'Cancelled' } });
  expect(await waiting).toMatchObject({ ok: false, error: { code: 'Cancelled' } });
  const again = must(await indexes.open(filePath));
  expect(again.indexId).toBe(index.indexId);
  expect(must(await again.look({ cover: all, marks: [] }, rowsOf('a')))).toMatchObject({ pass: 2, changes: 0 });
  await again.close();
  must(await indexes.remove(filePath));
  must(await indexes.remove(filePath));
  expect(readdirSync(folder)).toEqual([]);
});

test('several indexes are looked at side by side', async () => {
  const looks = Array.from({ length: 4 }, async (_, at) => {
    const index = must(await indexes.open(join(folder, `${at}.sqlite`)));
    const pages = Array.from({ length: 10 + at }, (_, page) => ok(pageOf(page)));
    return must(await index.look({ cover: all, marks: [] }, each(pages))).objects;
  });
  expect(await Promise.all(looks)).toEqual([10_000, 11_000, 12_000, 13_000]);
});

test('a thread that dies fails its looks, and is replaced', async () => {
  await indexes.close();
  indexes = createObjectIndexes(pathToFileURL(join(projectDir, 'test/fakes/dying-index-worker.ts')));
  const index = must(await indexes.open(join(folder, 'index.sqlite')));
  must(await index.look({ cover: all, marks: [mark] }, rowsOf('a')));
  const deadly = index.look({ cover: all, marks: [] }, rowsOf('b', 'deadly'));
  const next = index.look({ cover: all, marks: [] }, rowsOf('a', 'c'));
  expect(await deadly).toMatchObject({ ok: false, error: { code: 'UnexpectedFailure', retry: 'backoff' } });
  expect(must(await next)).toEqual({ pass: 2, objects: 2, changes: 1 });
  expect(must(await index.staged(1, 10))).toMatchObject([{ id: 2, key: 'c' }]);
});
