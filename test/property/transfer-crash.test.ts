import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openMemoryDatabase } from '../fakes/memory-database.ts';
import { createTransferJournal } from '../../main/db/transfer-journal.ts';
import type { OpenConnection } from '../../main/s3/open-connection.ts';
import { createTransferService, type TransferService } from '../../main/transfers/service.ts';
import { connectionIdSchema, type JobId } from '../../shared/domain/ids.ts';
import { type TransferRequest, transferRequestSchema } from '../../shared/domain/transfer.ts';
import { appError } from '../../shared/errors.ts';
import { err, ok } from '../../shared/result.ts';
import { createMemoryFiles } from '../fakes/memory-files.ts';
import { createMemoryObjectStore, type MemoryObjectStore } from '../fakes/memory-object-store.ts';
import { createMemoryTransport } from '../fakes/memory-transport.ts';
import { must } from '../fakes/test-connection.ts';

/**
 * A small world in memory in which the engine may be killed before any step it takes outside itself, requests may fail
 * on the way, and is then started again. Whatever happens, in the end every file is where it belongs, byte for byte,
 * and nothing of ours is left behind.
 */
const bucket = 'box';
const connectionId = connectionIdSchema.parse('conn-sim');
const otherId = connectionIdSchema.parse('conn-sim-other');
const partSizes = { partBytes: 8, singleUploadBytes: 16, singleDownloadBytes: 8 };

type Life = { readonly crashAfter: number; readonly failEvery: number };

/** Freezes every call after so many, as a killed process does; and lets some requests fail that may be tried again. */
function mortal<T extends object>(port: T, life: { steps: number } & Life, mayFail: readonly string[]): T {
  return new Proxy(port, {
    get(target, name, receiver) {
      const member: unknown = Reflect.get(target, name, receiver);
      // Of a listing the pages are the steps.
      if (typeof member !== 'function' || name === 'walk' || name === 'listAll') return member;
      return (...args: unknown[]) => {
        life.steps += 1;
        if (life.steps > life.crashAfter) return new Promise(() => undefined);
        if (mayFail.includes(String(name)) && life.failEvery > 0 && life.steps % life.failEvery === 0) {
          return Promise.resolve(err(appError('ConnectionReset')));
        }
        return (member as (...all: unknown[]) => unknown).apply(target, args);
      };
    },
  });
}

const journalReads = new Set([
  'jobs',
  'job',
  'file',
  'files',
  'filesAfter',
  'parts',
  'sourceOfTarget',
  'sourcesOfTargets',
]);

function createWorld() {
  const db = openMemoryDatabase();
  const files = createMemoryFiles();
  const store = createMemoryObjectStore();
  const other = createMemoryObjectStore();
  const transport = createMemoryTransport(files, store, ({ hostname }) => (hostname === 'other' ? other : store));
  let nowMs = 1_000_000;
  let random = 1;
  return {
    files,
    store,
    other,
    traces: () => createTransferJournal(db).uploadTraces(),
    startEngine(life: Life): { service: TransferService; died: () => boolean } {
      const state = { ...life, steps: 0 };
      const journal = createTransferJournal(db);
      const writes = mortal(journal, state, []);
      const connectionTo = (id: string, server: MemoryObjectStore, hostname: string): OpenConnection => ({
        id,
        name: 'Simulated',
        store: mortal(server, state, ['head', 'createMultipart', 'completeMultipart', 'listParts']),
        restriction: null,
        downloadThreads: 1,
        uploadThreads: 1,
        description: { endpointUrl: `http://${hostname}`, region: null },
        dataTarget: (name) => Promise.resolve(ok({ bucket: name, hostname, credentials: {} } as never)),
        signIn: async () => ok(),
        noteServerDate: () => undefined,
        noteRegion: () => undefined,
      });
      const connection = connectionTo(connectionId, store, 'one');
      const elsewhere = connectionTo(otherId, other, 'other');
      const service = createTransferService({
        journal: new Proxy(writes, {
          get: (target, name) => (journalReads.has(String(name)) ? journal[name as 'jobs'] : target[name as 'jobs']),
        }),
        opener: { open: (id) => Promise.resolve(ok(id === otherId ? elsewhere : connection)) },
        transport: mortal(transport, state, ['send', 'receive', 'relay']),
        files: mortal(files, state, []),
        clock: {
          nowMs: () => nowMs,
          setTimer(delayMs, callback) {
            const timer = setImmediate(() => {
              nowMs += delayMs;
              callback();
            });
            return () => clearImmediate(timer);
          },
        },
        random: { next: () => (random = (random * 48271) % 2147483647) / 2147483647 },
        pathRules: { platform: 'posix' },
        spoolFolder: '/spool',
        emit: () => undefined,
        retryPolicy: { attempts: 50, baseDelayMs: 1, maxDelayMs: 2 },
        partSizes,
      });
      return { service, died: () => state.steps > state.crashAfter };
    },
  };
}

/** Runs the request through all its lives; the last one lives for ever. */
async function live(
  world: ReturnType<typeof createWorld>,
  request: TransferRequest,
  lives: readonly Life[],
): Promise<string> {
  let jobId: JobId | null = null;
  for (const life of [...lives, { crashAfter: Infinity, failEvery: 0 }]) {
    const { service, died } = world.startEngine(life);
    const known = service.list()[0];
    if (known) {
      jobId = known.id;
      void service.resume(jobId);
    } else void service.start(request);
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      const job = service.list()[0];
      if (job && (job.state === 'done' || job.state === 'failed'))
        return JSON.stringify([job.state, job.error, job.filesFailed]);
      if (died()) break;
    }
    // What was on its way to the disk when it died gets there.
    for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error('the last life does not end');
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const contents = fc.array(fc.uint8Array({ maxLength: 60 }), { minLength: 1, maxLength: 5 });
const lives = fc.array(
  fc.record({
    crashAfter: fc.integer({ min: 1, max: 90 }),
    failEvery: fc.integer({ min: 0, max: 9 }).map((n) => (n < 3 ? 0 : n)),
  }),
  { maxLength: 4 },
);
const conflict = fc.constantFrom('overwrite', 'skip', 'keep-both', 'fail');

describe('killed at any step, started again', () => {
  test('[T1] [T5] [T6] [T46] uploads end whole, moves lose nothing', async () => {
    await fc.assert(
      fc.asyncProperty(contents, lives, fc.boolean(), conflict, async (bodies, all, removeSource, policy) => {
        const world = createWorld();
        must(await world.store.createBucket(bucket));
        bodies.forEach((bytes, index) => world.files.put(`/src/f${index}`, bytes));
        const request = transferRequestSchema.parse({
          kind: 'upload',
          connectionId,
          conflict: policy,
          removeSource,
          bucket,
          items: [{ folder: '/src', prefix: 'p/' }],
        });
        const end = await live(world, request, all);
        const stored = world.store.buckets.get(bucket);
        // A lost answer may make a file of our own look like somebody else's: kept twice, or left at its source, but never lost.
        bodies.forEach((bytes, index) => {
          const copies = [...(stored?.objects ?? [])].filter(
            ([key]) => key === `p/f${index}` || key.startsWith(`p/f${index} (`),
          );
          const atSource = world.files.entries.get(`/src/f${index}`);
          expect(
            copies.length > 0 && copies.every(([, object]) => Buffer.from(object.bytes).equals(bytes)),
            `f${index} after ${end}`,
          ).toBe(true);
          if (!removeSource) expect(atSource?.bytes).toEqual(bytes);
        });
        // [T46] What is left on the server is known to be ours, or has nothing in it; no trace keeps anybody's hands off.
        const traces = world.traces();
        for (const { uploadId, parts } of stored?.uploads.values() ?? [])
          expect(parts.size === 0 || traces.some((trace) => trace.uploadId === uploadId)).toBe(true);
        if (policy === 'overwrite') {
          expect(traces.filter(({ orphaned }) => !orphaned)).toEqual([]);
          expect(JSON.parse(end)).toEqual(['done', null, 0]);
          expect([...world.files.entries.keys()]).toHaveLength(removeSource ? 0 : bodies.length);
          expect(stored?.uploads.size).toBeLessThanOrEqual(all.length);
        }
      }),
      { numRuns: 150 },
    );
  });

  test('[T10] [T14] [T16] downloads end whole, with nothing left beside them', async () => {
    await fc.assert(
      fc.asyncProperty(contents, lives, fc.boolean(), async (bodies, all, removeSource) => {
        const world = createWorld();
        must(await world.store.createBucket(bucket));
        for (const [index, bytes] of bodies.entries())
          must(await world.store.putSmall(bucket, `p/f${index}`, bytes, {}));
        world.files.put('/dst/f0', Buffer.from('old'));
        const request = transferRequestSchema.parse({
          kind: 'download',
          connectionId,
          conflict: 'overwrite',
          removeSource,
          bucket,
          items: [{ prefix: 'p/', folder: '/dst' }],
        });
        expect(JSON.parse(await live(world, request, all))).toEqual(['done', null, 0]);
        const found = Object.fromEntries([...world.files.entries].map(([path, file]) => [path, hex(file.bytes)]));
        expect(found).toEqual(Object.fromEntries(bodies.map((bytes, index) => [`/dst/f${index}`, hex(bytes)])));
        expect(world.store.buckets.get(bucket)?.objects.size).toBe(removeSource ? 0 : bodies.length);
      }),
      { numRuns: 150 },
    );
  });

  test('[T26] [T28] [T29] copies to another server end whole, moves lose nothing', async () => {
    await fc.assert(
      fc.asyncProperty(contents, lives, fc.boolean(), conflict, async (bodies, all, removeSource, policy) => {
        const world = createWorld();
        must(await world.store.createBucket(bucket));
        must(await world.other.createBucket(bucket));
        for (const [index, bytes] of bodies.entries())
          must(await world.store.putSmall(bucket, `p/f${index}`, bytes, {}));
        const request = transferRequestSchema.parse({
          kind: 'copy',
          connectionId,
          toConnectionId: otherId,
          conflict: policy,
          removeSource,
          bucket,
          toBucket: bucket,
          items: [{ prefix: 'p/', toPrefix: 'q/' }],
        });
        const end = await live(world, request, all);
        const sources = world.store.buckets.get(bucket)?.objects;
        const stored = world.other.buckets.get(bucket);
        bodies.forEach((bytes, index) => {
          const copies = [...(stored?.objects ?? [])].filter(
            ([key]) => key === `q/f${index}` || key.startsWith(`q/f${index} (`),
          );
          const isWhole = copies.every(([, object]) => Buffer.from(object.bytes).equals(bytes));
          expect(copies.length > 0 && isWhole, `f${index} after ${end}`).toBe(true);
          if (!removeSource) expect(sources?.get(`p/f${index}`)?.bytes).toEqual(bytes);
        });
        if (policy === 'overwrite') {
          expect(JSON.parse(end)).toEqual(['done', null, 0]);
          expect(sources?.size).toBe(removeSource ? 0 : bodies.length);
          expect(stored?.uploads.size).toBeLessThanOrEqual(all.length);
        }
      }),
      { numRuns: 150 },
    );
  });
});
