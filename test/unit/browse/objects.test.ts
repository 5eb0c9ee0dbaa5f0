import { setTimeout as sleep } from 'node:timers/promises';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { countObjects, parentPrefix } from '../../../main/browse/count-objects.ts';
import { deleteEach, deleteObjects } from '../../../main/browse/delete-objects.ts';
import { outermost } from '../../../shared/domain/outermost.ts';
import { createHostFileService } from '../../../main/host-files/host-file-service.ts';
import type { ObjectStore } from '../../../main/s3/object-store.ts';
import { appError } from '../../../shared/errors.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { createMemoryObjectStore } from '../../fakes/memory-object-store.ts';

function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

async function storeWith(keys: readonly string[]) {
  const store = createMemoryObjectStore({ pageSize: 7 });
  must(await store.createBucket('b'));
  for (const key of keys) must(await store.putSmall('b', key, Buffer.from(key), {}));
  return { store, left: () => [...(store.buckets.get('b')?.objects.keys() ?? [])] };
}

describe('deleting', () => {
  const keys = ['a/', 'a/1', 'a/b/2', 'a2/3', 'top', 'a'];

  test('takes the keys and all below the prefixes, and nothing else', async () => {
    const { store, left } = await storeWith(keys);
    const { deleted, failed } = await deleteObjects(store, 'b', ['top', 'top', 'not-there'], ['a/', 'a/b/']);
    expect([...deleted].sort()).toEqual(['a/', 'a/1', 'a/b/2', 'not-there', 'top']);
    expect(failed).toEqual([]);
    expect(left()).toEqual(['a2/3', 'a']);
  });

  test('goes in batches of at most a thousand', async () => {
    const { store, left } = await storeWith(Array.from({ length: 2100 }, (_, index) => `many/${index}`));
    const sizes: number[] = [];
    const counting: ObjectStore = {
      ...store,
      removeMany(bucket, batch) {
        sizes.push(batch.length);
        return store.removeMany(bucket, batch);
      },
    };
    expect((await deleteObjects(counting, 'b', [], ['many/'])).deleted).toHaveLength(2100);
    expect(sizes).toEqual([1000, 1000, 100]);
    expect(left()).toEqual([]);
  });

  test('a listing that fails half-way deletes what it had seen, and is named', async () => {
    const { store, left } = await storeWith(Array.from({ length: 20 }, (_, index) => `p/${index + 10}`));
    let pages = 0;
    const failing: ObjectStore = {
      ...store,
      listPage: async (request) => (++pages > 2 ? err(appError('InternalError')) : store.listPage(request)),
    };
    const { deleted, failed } = await deleteObjects(failing, 'b', [], ['p/']);
    expect([deleted.length, left().length]).toEqual([14, 6]);
    expect(failed).toMatchObject([{ key: 'p/', error: { code: 'InternalError' } }]);
  });

  test('a refused key, and a whole refused batch, are named', async () => {
    const { store, left } = await storeWith(keys);
    const denied = err(appError('AccessDenied'));
    const partly: ObjectStore = {
      ...store,
      async removeMany(bucket, batch) {
        await store.removeMany(
          bucket,
          batch.filter((key) => key !== 'a/1'),
        );
        return ok(new Map([['a/1', denied]]));
      },
    };
    const first = await deleteObjects(partly, 'b', ['top'], ['a/']);
    expect(first.failed).toMatchObject([{ key: 'a/1', error: { code: 'AccessDenied' } }]);
    expect(left()).toEqual(['a/1', 'a2/3', 'a']);
    const wholly: ObjectStore = { ...store, removeMany: async () => denied };
    const second = await deleteObjects(wholly, 'b', ['a'], ['a2/']);
    expect(second.deleted).toEqual([]);
    expect(second.failed.map(({ key }) => key)).toEqual(['a', 'a2/3']);
  });

  test.each([1, 2])('a batch that cannot tell its markers does not keep the others from it: %i', async (which) => {
    const keys = Array.from({ length: 5000 }, (_, index) => `many/${index}`);
    let [batches, markers] = [0, 0];
    const removeMany: ObjectStore['removeMany'] = async (_bucket, batch, onMarker, onUntold) => {
      batches += 1;
      const isLost = batches === which;
      // The others are asked when its answer is known.
      if (!isLost) await sleep(10);
      if (isLost) onUntold?.();
      else for (const key of batch) onMarker?.({ key, versionId: 'v' });
      return ok(new Map());
    };
    const { store } = await storeWith([]);
    const on = { deleted: () => {}, failed: () => {}, marked: () => (markers += 1) };
    await deleteEach({ ...store, removeMany }, 'b', keys, [], on);
    expect([batches, markers]).toEqual([5, 4000]);
  });

  test('a server that ignores the prefix does not empty the bucket', async () => {
    const { store, left } = await storeWith(keys);
    const ignorant: ObjectStore = { ...store, listPage: (request) => store.listPage({ ...request, prefix: '' }) };
    const { deleted, failed } = await deleteObjects(ignorant, 'b', [], ['a/']);
    expect([...deleted].sort()).toEqual(['a/', 'a/1', 'a/b/2']);
    expect(failed.map(({ error }) => error.code)).toEqual(['NotAnS3Endpoint', 'NotAnS3Endpoint', 'NotAnS3Endpoint']);
    expect([...left()].sort()).toEqual(['a', 'a2/3', 'top']);
  });
});

describe('counting', () => {
  test('says what deleting would take, nothing twice', async () => {
    const many = Array.from({ length: 30 }, (_, index) => `m/${index}`);
    const { store } = await storeWith(['a/', 'a/1', 'a/b/22', 'top', ...many]);
    expect(must(await countObjects(store, 'b', ['a/1', 'top', 'gone'], ['a/', 'a/b/']))).toEqual({
      objects: 4,
      bytes: 14,
    });
    const bytes = many.join('').length;
    expect(must(await countObjects(store, 'b', [...many, ...many], []))).toEqual({ objects: 30, bytes });
    expect(must(await countObjects(store, 'b', [], ['none/']))).toEqual({ objects: 0, bytes: 0 });
    expect(await countObjects(store, 'missing', [], ['a/'])).toMatchObject({ error: { code: 'NoSuchBucket' } });
  });

  test('folders and parents', () => {
    expect(outermost(['b/', 'a/b/', 'a/', 'a/'])).toEqual(['a/', 'b/']);
    expect(outermost(['', 'a/'])).toEqual(['']);
    expect(['a/b', 'a/b/', 'a', 'a/', 'a//'].map(parentPrefix)).toEqual(['a/', 'a/', '', '', 'a/']);
  });
});

describe('files of the host', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'brigade-host-'));
    for (const name of ['z folder', 'a folder']) mkdirSync(join(folder, name));
    for (const name of ['file10', 'file9', '.hidden']) writeFileSync(join(folder, name), name);
    symlinkSync(join(folder, 'a folder'), join(folder, 'link'));
    symlinkSync(join(folder, 'gone'), join(folder, 'dangling'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('folders first, by name; links followed, dangling ones left out', async () => {
    const files = createHostFileService({});
    const listed = must(await files['hostFiles.list']({ folder }));
    expect(listed.entries.map((entry) => entry.name)).toEqual([
      'a folder',
      'link',
      'z folder',
      '.hidden',
      'file9',
      'file10',
    ]);
    expect(listed.entries[4]).toMatchObject({ path: join(folder, 'file9'), isFolder: false, sizeBytes: 5 });
    expect(must(await files['hostFiles.list']({ folder: '/' })).parent).toBeNull();
  });

  test('makes folders, and refuses names that are paths', async () => {
    const files = createHostFileService({});
    const made = must(await files['hostFiles.createFolder']({ folder, name: 'new' }));
    expect(made.path).toBe(join(folder, 'new'));
    expect(await files['hostFiles.createFolder']({ folder, name: 'new' })).toMatchObject({
      error: { code: 'FileExists' },
    });
    for (const name of ['..', '.', 'a/b', '/etc', 'nul\0']) {
      expect(await files['hostFiles.createFolder']({ folder, name })).toMatchObject({
        error: { code: 'InvalidInput' },
      });
    }
  });

  test('makes a folder with those above it, again without harm, and not in the place of a file', async () => {
    const files = createHostFileService({});
    const deep = join(folder, 'deep', 'er', 'still');
    for (let time = 0; time < 2; time += 1) {
      expect(must(await files['hostFiles.ensureFolder']({ folder: deep })).path).toBe(deep);
    }
    expect(must(await files['hostFiles.list']({ folder: deep })).entries).toEqual([]);
    const inFile = await files['hostFiles.ensureFolder']({ folder: join(folder, 'file9', 'in') });
    expect(inFile).toMatchObject({ ok: false, error: { context: { path: join(folder, 'file9', 'in') } } });
    const relative = await files['hostFiles.ensureFolder']({ folder: 'relative' });
    expect(relative).toMatchObject({ ok: false, error: { code: 'InvalidInput' } });
  });

  test('says why a folder cannot be listed', async () => {
    const files = createHostFileService({});
    const codes = [];
    for (const path of [join(folder, 'none'), join(folder, 'file9'), 'relative']) {
      const outcome = await files['hostFiles.list']({ folder: path });
      codes.push(outcome.ok ? 'ok' : outcome.error.code);
    }
    expect(codes).toEqual(['FileNotFound', 'NotADirectory', 'InvalidInput']);
  });

  test('inspects dropped paths; dialogs are the host’s', async () => {
    const files = createHostFileService({});
    const paths = [join(folder, 'file9'), join(folder, 'a folder'), join(folder, 'none'), 'relative'];
    const { entries } = must(await files['hostFiles.inspect']({ paths }));
    expect(entries.map(({ name, isFolder, sizeBytes }) => [name, isFolder, sizeBytes])).toEqual([
      ['file9', false, 5],
      ['a folder', true, 0],
    ]);
    expect(await files['hostFiles.reveal']({ path: folder })).toMatchObject({ error: { code: 'Unsupported' } });
    const withDialog = createHostFileService({ pick: async () => ok({ paths: ['/x'] }) });
    expect(await withDialog['hostFiles.pick']({ what: 'files', title: 't' })).toEqual(ok({ paths: ['/x'] }));
  });
});
