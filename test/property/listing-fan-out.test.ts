import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sortKeys } from '../../main/local-s3/storage/key-order.ts';
import { mostHeld } from '../../main/s3/data-plane/listing/fan-out/ask-for-pages.ts';
import { step } from '../../main/s3/data-plane/listing/fan-out/fan-out.ts';
import {
  type FanOut,
  type FanOutCommand,
  type FanOutEvent,
  mostRequests,
  planFanOut,
} from '../../main/s3/data-plane/listing/fan-out/state.ts';
import { type ListingStep, listRanges } from '../../main/s3/data-plane/listing/fan-out/list-ranges.ts';
import { compareKeys } from '../../shared/domain/key-order.ts';
import { appError } from '../../shared/errors.ts';
import { createSeededRandom } from '../fakes/seeded-random.ts';
import { createVirtualPages, type VirtualServer } from '../fakes/virtual-pages.ts';

const never = new AbortController().signal;
const hash = (index: number) => createHash('md5').update(String(index)).digest('hex');

/** Kinds of keys, the nth of each. */
const kinds: Record<string, (index: number) => string> = {
  numbers: (n) => `p/img_${String(n).padStart(8, '0')}.jpg`,
  'numbers of any length': (n) => `p/img_${n}`,
  hashes: (n) => `objects/${hash(n).slice(0, 2)}/${hash(n).slice(2)}`,
  dates: (n) =>
    `logs/${new Date(Date.UTC(2024, 0, 1) + n * 600_000).toISOString().slice(0, 13).replaceAll(/[-T]/g, '/')}/${n}.gz`,
  folders: (n) => `${hash(Math.floor(n / 70)).slice(0, 8)}/${n % 70}`,
  'one huge folder': (n) => `${n % 17 === 0 ? 'a' : n % 19 === 0 ? 'z' : 'm'}/${hash(n)}`,
  unicode: (n) => `写真/${String.fromCodePoint(0x4e00 + ((n * 7919) % 3000))}/${n}`,
  'beyond the BMP': (n) =>
    `${String.fromCodePoint((n % 2 === 0 ? 0x1f300 : 0xff01) + ((n * 31) % 80))}${String.fromCodePoint(0xe000 + (n % 200))}${n}`,
  odd: (n) => ['', ' ', '//', '\n', '%2F', '+', '~', '\u0001', 'é', '\ufffd'][n % 10] + hash(n % 997) + n,
};

const someKeys = fc
  .array(fc.record({ kind: fc.constantFrom(...Object.keys(kinds)), from: fc.nat(5000), count: fc.nat(400) }), {
    maxLength: 3,
  })
  .map((parts) => [
    ...new Set(
      parts.flatMap(({ kind, from, count }) => Array.from({ length: count }, (_, n) => kinds[kind]?.(from + n) ?? '')),
    ),
  ]);
const somePageSize = fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 1000 }));

const slow = (seed: number) => {
  const random = createSeededRandom(seed);
  return () => 25 + Math.floor(random.next() * 100);
};
const keysOf = (steps: readonly ListingStep[]) => steps.flatMap((one) => (one.type === 'page' ? one.columns.keys : []));

/** Lists all of it. Pages of the last step but one have a `next`, those of the last have none, if it did not fail. */
async function list(server: VirtualServer, signal: AbortSignal = never, pauseMs: (step: number) => number = () => 0) {
  const pages = createVirtualPages(server);
  const steps = await pages.take(listRanges(pages.source, {}, true, signal), { pauseMs });
  for (const [index, one] of steps.entries()) {
    const isLast = index === steps.length - 1;
    if (one.type === 'page') expect(one.next === null).toBe(isLast);
    else expect(isLast).toBe(true);
  }
  expect(pages.mostUnderWay).toBeLessThanOrEqual(mostRequests);
  expect(pages.underWay).toBe(0);
  return { pages, steps, keys: keysOf(steps) };
}

describe('a listing of a slow server', () => {
  test('[L2] [L3] brings what a listing of one page after the other does, with half as many requests more at most', async () => {
    let split = 0;
    await fc.assert(
      fc.asyncProperty(
        someKeys,
        somePageSize,
        fc.nat(),
        fc.constantFrom(0, 0, 200),
        async (found, pageSize, seed, pauseMs) => {
          const keys = sortKeys([...found]);
          const listed = await list({ keys, pageSize, latencyMs: slow(seed) }, never, () => pauseMs);
          expect(listed.keys).toEqual(keys);
          const needed = Math.max(1, Math.ceil(keys.length / pageSize));
          expect(listed.pages.requests).toBeLessThanOrEqual(needed * 1.5 + 6);
          if (needed <= 4) expect(listed.pages.requests).toBe(needed);
          if (listed.pages.asked.some(({ startAfter }) => startAfter !== undefined)) split += 1;
        },
      ),
      { numRuns: 50 },
    );
    // Chance decides how many are long enough: about twenty.
    expect(split).toBeGreaterThan(5);
  });

  test.each<[string, Partial<VirtualServer>, (keys: string[], seed: number) => string[]]>([
    ['ignores start-after', { startAfter: 'ignored' }, sortKeys],
    ['orders as UTF-16', { compare: (a, b) => (a < b ? -1 : a > b ? 1 : 0) }, (keys) => keys.sort()],
    [
      'orders without regard to case and accents',
      { compare: (a, b) => fold(a, b) },
      (keys) => keys.sort((a, b) => fold(a, b)),
    ],
    ['takes start-after for the first key', { startAfter: 'from' }, sortKeys],
    ['has no order', { compare: null }, (keys, seed) => shuffled(keys, seed)],
    [
      'is in order for a while',
      { compare: null },
      (keys, seed) => [...sortKeys(keys.slice(0, 300)), ...shuffled(keys.slice(300), seed)],
    ],
  ])('[L3] [L4] that %s brings the same as one page after the other', async (_name, oddity, order) => {
    await fc.assert(
      fc.asyncProperty(someKeys, fc.integer({ min: 1, max: 60 }), fc.nat(), async (found, pageSize, seed) => {
        const keys = order([...found], seed);
        const listed = await list({ keys, pageSize, latencyMs: slow(seed), ...oddity });
        expect(listed.keys).toEqual(keys);
        expect(listed.pages.requests).toBeLessThanOrEqual(
          Math.max(1, Math.ceil(keys.length / pageSize)) * 1.5 + 6 + 2 * mostHeld,
        );
      }),
      { numRuns: 25 },
    );
  });

  test('[L3] brings what was there all the time once, whatever comes and goes meanwhile', async () => {
    await fc.assert(
      fc.asyncProperty(someKeys, fc.integer({ min: 1, max: 60 }), fc.nat(), async (found, pageSize, seed) => {
        const random = createSeededRandom(seed);
        const [stays, comes, goes]: [string[], string[], string[]] = [[], [], []];
        for (const key of found) (random.next() < 0.8 ? stays : random.next() < 0.5 ? comes : goes).push(key);
        const server: VirtualServer = {
          keys: sortKeys([...stays, ...goes]),
          pageSize,
          latencyMs: slow(seed),
          change() {
            const [come, go] = [comes.pop(), goes.pop()];
            if (come !== undefined) server.keys = sortKeys([...server.keys, come]);
            if (go !== undefined) server.keys = server.keys.filter((key) => key !== go);
          },
        };
        const { keys } = await list(server);
        expect(new Set(keys).size).toBe(keys.length);
        expect(keys).toEqual(sortKeys([...keys]));
        const staying = new Set(stays);
        expect(keys.filter((key) => staying.has(key))).toEqual(sortKeys(stays));
        expect(keys.every((key) => found.includes(key))).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  test('[L5] that fails from some key on fails the listing there, after all that comes before', async () => {
    await fc.assert(
      fc.asyncProperty(
        someKeys,
        fc.integer({ min: 1, max: 60 }),
        fc.nat(1000),
        fc.nat(),
        async (found, pageSize, at, seed) => {
          const keys = sortKeys([...found]);
          const failsAt = at % (keys.length + 1);
          const failure = (row: number) => (row >= failsAt ? appError('AccessDenied') : null);
          const { steps, keys: listed } = await list({ keys, pageSize, latencyMs: slow(seed), failure });
          expect(listed).toEqual(keys.slice(0, listed.length));
          // A page that begins before is whole.
          expect(listed.length).toBeGreaterThanOrEqual(failsAt);
          const failed = { type: 'failed', error: { code: 'AccessDenied' } };
          if (listed.length < keys.length || steps.at(-1)?.type === 'failed')
            expect(steps.at(-1)).toMatchObject(failed);
        },
      ),
      { numRuns: 30 },
    );
  });

  test('[L1] [L5] that refuses start-after, or wants less, is listed all the same', async () => {
    await fc.assert(
      fc.asyncProperty(
        someKeys,
        fc.integer({ min: 1, max: 60 }),
        fc.nat(),
        fc.boolean(),
        async (found, pageSize, seed, refuses) => {
          const keys = sortKeys([...found]);
          const random = createSeededRandom(seed);
          const listed = await list({
            keys,
            pageSize,
            latencyMs: slow(seed),
            failure: (_row, { startAfter }) =>
              refuses && startAfter !== undefined ? appError('NotImplemented') : null,
            slowDowns: () => (random.next() < 0.2 ? 2 : 0),
          });
          expect(listed.keys).toEqual(keys);
          expect(listed.steps.at(-1)?.type).toBe('page');
        },
      ),
      { numRuns: 25 },
    );
  });

  test('[L6] can be cancelled at any time, and left: nothing is asked for after that', async () => {
    await fc.assert(
      fc.asyncProperty(
        someKeys,
        fc.integer({ min: 1, max: 30 }),
        fc.nat(),
        fc.integer({ min: 1, max: 60 }),
        fc.boolean(),
        async (found, pageSize, seed, at, leaves) => {
          const keys = sortKeys([...found]);
          const stop = new AbortController();
          const pages = createVirtualPages({
            keys,
            pageSize,
            latencyMs: slow(seed),
            change: (request) => (!leaves && request === at ? stop.abort() : undefined),
          });
          const steps = listRanges(pages.source, {}, true, stop.signal);
          const taken = await pages.take(leaves ? first(steps, at) : steps);
          const asked = pages.requests;
          await new Promise((resolve) => setImmediate(resolve));
          expect([pages.underWay, pages.requests]).toEqual([0, asked]);
          expect(keysOf(taken)).toEqual(keys.slice(0, keysOf(taken).length));
          if (stop.signal.aborted) expect(taken.at(-1)).toMatchObject({ type: 'failed', error: { code: 'Cancelled' } });
        },
      ),
      { numRuns: 30 },
    );
  });

  test('[L6] holds so many pages at most, however long its reader is busy and in whatever order answers come', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.keys(kinds)),
        fc.integer({ min: 1, max: 20 }),
        fc.nat(),
        (kind, pageSize, seed) => {
          const keys = sortKeys([...new Set(Array.from({ length: 3000 }, (_, n) => kinds[kind]?.(n) ?? ''))]);
          const random = createSeededRandom(seed);
          let state: FanOut = planFanOut({}, true);
          let asked: (FanOutCommand & { type: 'ask' })[] = [];
          let untaken = 0;
          let most = 0;
          const tell = (event: FanOutEvent): void => {
            const stepped = step(state, event);
            state = stepped.state;
            for (const command of stepped.commands) {
              if (command.type === 'ask') asked.push(command);
              if (command.type === 'deliver') untaken += 1;
              if (command.type === 'drop') asked = asked.filter(({ rangeId }) => rangeId !== command.rangeId);
            }
            const held = state.ranges.reduce((sum, { pages }) => sum + pages.length, state.pending.length);
            most = Math.max(most, held + untaken + asked.length);
          };
          tell({ type: 'begun' });
          for (let turn = 0; asked.length > 0 || untaken > 0; turn += 1) {
            // Busy for a long time, now and then.
            const isBusy = turn % 400 > 100 && asked.length > 0;
            if (untaken > 0 && !isBusy && random.next() < 0.7) {
              untaken -= 1;
              tell({ type: 'taken' });
              continue;
            }
            const [answered] = asked.splice(Math.floor(random.next() * asked.length), 1);
            if (answered === undefined) continue;
            const { continuationToken, startAfter } = answered.position;
            const after = continuationToken ?? startAfter ?? null;
            const row = after === null ? 0 : keys.findIndex((key) => compareKeys(key, after) > 0);
            const page = row < 0 ? [] : keys.slice(row, row + pageSize);
            const isLast = row < 0 || row + pageSize >= keys.length;
            const none = page.map(() => null);
            const columns = {
              keys: page,
              sizesBytes: page.map(() => 0),
              lastModified: none,
              etags: none,
              storageClasses: none,
              prefixes: [],
              continuationToken: isLast ? null : (page.at(-1) ?? null),
              listedPrefix: '',
            };
            tell({ type: 'page', rangeId: answered.rangeId, page: { columns, serverDateMs: 0 }, tookMs: 50 });
          }
          expect(state.ranges).toEqual([]);
          expect(most).toBeLessThanOrEqual(mostHeld);
        },
      ),
      { numRuns: 25 },
    );
  });

  test.each(Object.keys(kinds).filter((kind) => kind !== 'odd'))(
    'takes a third of the time or less: %s',
    async (kind) => {
      const keys = sortKeys([...new Set(Array.from({ length: 6000 }, (_, n) => kinds[kind]?.(n) ?? ''))]);
      const pageSize = 20;
      const latencyMs = slow(1);
      const one = createVirtualPages({ keys, pageSize, latencyMs });
      await one.take(listRanges(one.source, {}, false, never));
      const { pages } = await list({ keys, pageSize, latencyMs });
      expect(pages.nowMs()).toBeLessThan(one.nowMs() / 3);
    },
  );
});

test('[L1] a listing of a fast server asks for one page after the other', async () => {
  const keys = Array.from({ length: 3000 }, (_, n) => kinds['numbers']?.(n) ?? '');
  const { pages, keys: listed } = await list({ keys, pageSize: 30, latencyMs: () => 20 });
  expect(listed).toEqual(keys);
  expect([pages.requests, pages.mostUnderWay]).toEqual([100, 1]);
});

test('[L1] a listing that may not be split is not', async () => {
  const keys = Array.from({ length: 3000 }, (_, n) => kinds['numbers']?.(n) ?? '');
  const pages = createVirtualPages({ keys, pageSize: 30, latencyMs: () => 100 });
  expect(keysOf(await pages.take(listRanges(pages.source, {}, false, never)))).toEqual(keys);
  expect([pages.requests, pages.mostUnderWay]).toEqual([100, 1]);
});

async function* first(steps: AsyncGenerator<ListingStep>, count: number): AsyncGenerator<ListingStep> {
  let left = count;
  for await (const one of steps) {
    yield one;
    if ((left -= 1) === 0) return;
  }
}

function shuffled(keys: string[], seed: number): string[] {
  const random = createSeededRandom(seed);
  return keys
    .map((key) => ({ key, at: random.next() }))
    .sort((a, b) => a.at - b.at)
    .map(({ key }) => key);
}

const plain = new Intl.Collator('en', { sensitivity: 'base' });

function fold(a: string, b: string): number {
  return plain.compare(a, b) || compareKeys(a, b);
}
