import { lowerBound } from '../../main/local-s3/storage/key-order.ts';
import { compareKeys } from '../../shared/domain/key-order.ts';
import type { ListingStep, PageAnswer, PageSource } from '../../main/s3/data-plane/listing/fan-out/list-ranges.ts';
import type { ListingPosition } from '../../main/s3/data-plane/listing/fan-out/ranges.ts';
import type { PageColumns } from '../../main/s3/data-plane/listing/scan-page.ts';
import { appError, type AppError } from '../../shared/errors.ts';
import { err, ok } from '../../shared/result.ts';

export type VirtualServer = {
  /** In the order in which the server lists them. They may change while it lists. */
  keys: string[];
  readonly pageSize: number;
  /** How it finds a key in them; as S3 orders them when left out. Null: it goes by rows, and they are in no order. */
  readonly compare?: ((a: string, b: string) => number) | null;
  /** `from`: the key itself, if it is there, comes too. */
  readonly startAfter?: 'heeded' | 'ignored' | 'from';
  /** Of the nth request, from 0. */
  readonly latencyMs: (request: number) => number;
  /** `row`: of the first key that would be in the page. */
  readonly failure?: (row: number, position: ListingPosition) => AppError | null;
  /** So many of the first tries of the nth request are answered with SlowDown, which the source tries again. */
  readonly slowDowns?: (request: number) => number;
  /** Before the nth request is answered. */
  readonly change?: (request: number) => void;
};

/** Pages of made-up keys, in time that only goes on when everybody waits. */
export function createVirtualPages(server: VirtualServer) {
  const due: { readonly atMs: number; readonly act: () => void }[] = [];
  let nowMs = 0;
  let requests = 0;
  let underWay = 0;
  let mostUnderWay = 0;
  const asked: ListingPosition[] = [];
  const compare = server.compare === undefined ? compareKeys : server.compare;

  const rowOf = ({ continuationToken, startAfter }: ListingPosition): number => {
    const after = continuationToken ?? (server.startAfter === 'ignored' ? undefined : startAfter);
    if (after === undefined) return 0;
    const includes = server.startAfter === 'from' && continuationToken === undefined ? 1 : 0;
    if (compare === null) return server.keys.indexOf(after) + 1 - includes;
    return lowerBound(server.keys, (key) => (includes === 0 ? compare(key, after) <= 0 : compare(key, after) < 0));
  };
  const pageAt = (from: number): PageColumns => {
    const keys = server.keys.slice(from, from + server.pageSize);
    const isLast = from + keys.length >= server.keys.length;
    return {
      keys,
      sizesBytes: keys.map(({ length }) => length),
      lastModified: keys.map(() => null),
      etags: keys.map(() => null),
      storageClasses: keys.map(() => null),
      prefixes: [],
      continuationToken: isLast ? null : (keys.at(-1) ?? null),
      listedPrefix: '',
    };
  };

  const source: PageSource = {
    ask: (position, { signal, onThrottled }) =>
      new Promise<PageAnswer>((resolve) => {
        const request = requests;
        requests += 1;
        asked.push(position);
        underWay += 1;
        mostUnderWay = Math.max(mostUnderWay, underWay);
        let isSettled = false;
        const settle = (answer: PageAnswer): void => {
          if (isSettled) return;
          isSettled = true;
          underWay -= 1;
          resolve(answer);
        };
        const tookMs = server.latencyMs(request);
        const answer = (): void => {
          server.change?.(request);
          const row = rowOf(position);
          const failure = server.failure?.(row, position) ?? null;
          settle({ result: failure === null ? ok(pageAt(row)) : err(failure), serverDateMs: nowMs, tookMs });
        };
        signal.addEventListener('abort', () =>
          settle({ result: err(appError('Cancelled')), serverDateMs: Number.NaN, tookMs: 0 }),
        );
        const refusals = server.slowDowns?.(request) ?? 0;
        for (let time = 1; time <= refusals; time += 1)
          due.push({ atMs: nowMs + time * tookMs, act: () => isSettled || onThrottled() });
        due.push({ atMs: nowMs + (refusals + 1) * tookMs, act: answer });
      }),
  };

  /** Takes all steps. `pauseMs`: how long the reader is busy with one. */
  const take = async (
    steps: AsyncGenerator<ListingStep>,
    options: {
      readonly pauseMs?: (step: number) => number;
      readonly onStep?: (step: ListingStep, count: number) => void;
    } = {},
  ) => {
    const taken: ListingStep[] = [];
    const reading = { isOver: false };
    const done = (async () => {
      for await (const step of steps) {
        taken.push(step);
        options.onStep?.(step, taken.length);
        const pauseMs = options.pauseMs?.(taken.length) ?? 0;
        if (pauseMs > 0) await new Promise<void>((resolve) => due.push({ atMs: nowMs + pauseMs, act: resolve }));
      }
    })().finally(() => (reading.isOver = true));
    for (let idle = 0; !reading.isOver; ) {
      await new Promise((resolve) => setImmediate(resolve));
      if (due.length === 0) {
        if ((idle += 1) > 1000) throw new Error('everybody waits for ever');
        continue;
      }
      idle = 0;
      const next = due.reduce((first, one) => (one.atMs < first.atMs ? one : first));
      due.splice(due.indexOf(next), 1);
      nowMs = Math.max(nowMs, next.atMs);
      next.act();
    }
    await done;
    return taken;
  };

  return {
    source,
    take,
    asked,
    get requests() {
      return requests;
    },
    get mostUnderWay() {
      return mostUnderWay;
    },
    get underWay() {
      return underWay;
    },
    nowMs: () => nowMs,
  };
}
