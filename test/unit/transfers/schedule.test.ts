import { getEventListeners } from 'node:events';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { jobPriorities, type JobPriority } from '../../../shared/domain/transfer.ts';
import { ok, type Result } from '../../../shared/result.ts';
import { createRequestGate } from '../../../main/transfers/request-gate.ts';
import { type InFlight, mayGo, pickNext, type Waiting } from '../../../main/transfers/schedule.ts';

const rank = ({ jobId }: Waiting) => jobPriorities.indexOf(priorityOf(jobId));

const request = (jobId: string, fileId: number, order: number, memoryBytes = 1, maxInFlight = 2): Waiting => ({
  jobId,
  fileId,
  order,
  memoryBytes,
  maxInFlight,
  host: 'server',
});
/** Jobs are named after their priority: `high-1`; `a` has none of its own. */
const priorityOf = (jobId: string): JobPriority =>
  (['high', 'low'] as const).find((priority) => jobId.startsWith(priority)) ?? 'normal';
const inFlight = (byJob: Readonly<Record<string, number>>, memoryBytes = 1): InFlight => ({
  memoryBytes,
  byJob: new Map(Object.entries(byJob)),
  byHost: new Map(),
  byFile: new Map(),
  hostLimit: () => 100,
  priorityOf,
});
const none = inFlight({}, 0);
const clock = { nowMs: () => 0 };

describe('which request goes next', () => {
  test('[T42] the job with the fewest in flight, then the order of files', () => {
    const waiting = [request('a', 5, 0), request('a', 2, 1), request('b', 9, 2)];
    expect(pickNext(waiting, none, 100)).toBe(waiting[1]);
    expect(pickNext(waiting, inFlight({ a: 1 }), 100)).toBe(waiting[2]);
  });

  test('[T40] a job at its limit waits', () => {
    expect(pickNext([request('a', 1, 0)], inFlight({ a: 2 }), 100)).toBeNull();
  });

  test('[T41] the budget holds, but one request always runs', () => {
    const big = request('a', 1, 0, 500);
    expect(pickNext([big], none, 100)).toBe(big);
    expect(pickNext([big], inFlight({ b: 1 }), 100)).toBeNull();
  });

  test('[T44] a higher priority goes first, but not before one that has none in flight', () => {
    const waiting = [request('low', 1, 0, 1, 9), request('a', 2, 1, 1, 9), request('high', 3, 2, 1, 9)];
    expect(pickNext(waiting, none, 100)).toBe(waiting[2]);
    expect(pickNext(waiting, inFlight({ high: 1 }), 100)).toBe(waiting[1]);
    expect(pickNext(waiting, inFlight({ high: 1, a: 1 }), 100)).toBe(waiting[0]);
    expect(pickNext(waiting, inFlight({ high: 5, a: 1, low: 1 }), 100)).toBe(waiting[2]);
    expect(pickNext(waiting, inFlight({ high: 9, a: 3, low: 1 }), 100)).toBe(waiting[1]);
  });

  test('[T44] room is waited for, so that small requests of others do not take it for ever', () => {
    const waiting = [request('high', 1, 0, 10, 9), request('low', 2, 1, 60, 9)];
    expect(pickNext(waiting, inFlight({ high: 5 }, 50), 100)).toBeNull();
    expect(pickNext(waiting, inFlight({ high: 4 }, 40), 100)).toBe(waiting[1]);
    expect(pickNext(waiting, inFlight({ high: 4, low: 1 }, 90), 100)).toBe(waiting[0]);
  });
});

describe('which request goes next, of several files and servers', () => {
  test('[T47] a server that is full holds back its own requests, not those to others', () => {
    const waiting = [request('a', 1, 0), { ...request('b', 2, 1), host: 'other' }];
    const full: InFlight = { ...none, byHost: new Map([['server', 3]]), hostLimit: () => 3 };
    expect(pickNext(waiting, full, 100)).toBe(waiting[1]);
    expect(pickNext(waiting.slice(0, 1), full, 100)).toBeNull();
  });

  test('[T48] a file that has half of what its job may have waits for the files behind it', () => {
    const waiting = [request('a', 1, 0, 1, 8), request('a', 2, 1, 1, 8)];
    const holding = (count: number): InFlight => ({ ...inFlight({ a: count }), byFile: new Map([[1, count]]) });
    expect(pickNext(waiting, holding(3), 100)).toBe(waiting[0]);
    expect(pickNext(waiting, holding(4), 100)).toBe(waiting[1]);
    expect(pickNext(waiting.slice(0, 1), holding(4), 100)).toBe(waiting[0]);
  });
});

test('one that comes while none can go is looked at alone: what the look refuses would not be let go among all either', () => {
  const anyRequest = fc.record({
    jobId: fc.constantFrom('a', 'b', 'high-1'),
    fileId: fc.integer({ min: 1, max: 3 }),
    memoryBytes: fc.integer({ min: 1, max: 12 }),
    maxInFlight: fc.integer({ min: 1, max: 3 }),
    host: fc.constantFrom('one', 'two'),
    order: fc.nat(),
  });
  const anyFlight = fc.record({
    memoryBytes: fc.integer({ min: 0, max: 10 }),
    jobs: fc.dictionary(fc.constantFrom('a', 'b', 'high-1'), fc.integer({ min: 1, max: 3 })),
    hosts: fc.dictionary(fc.constantFrom('one', 'two'), fc.integer({ min: 1, max: 3 })),
  });
  let refused = 0;
  fc.assert(
    fc.property(fc.array(anyRequest, { maxLength: 4 }), anyRequest, anyFlight, (waiting, one, flight) => {
      const byHost = new Map(Object.entries(flight.hosts));
      const state = { ...inFlight(flight.jobs, flight.memoryBytes), byHost, hostLimit: () => 2 };
      fc.pre(pickNext(waiting, state, 10) === null);
      if (mayGo(one, state, 10)) return;
      refused += 1;
      expect(pickNext([...waiting, one], state, 10)).toBeNull();
    }),
  );
  expect(refused).toBeGreaterThan(0);
});

describe('the gate', () => {
  test('[T40] [T41] limits hold at every moment and everybody gets through', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            job: fc.constantFrom('a', 'b', 'high-1', 'low-1', 'low-2'),
            memory: fc.integer({ min: 1, max: 60 }),
            turns: fc.integer({ min: 0, max: 4 }),
          }),
          { maxLength: 40 },
        ),
        async (requests) => {
          const gate = createRequestGate(100, priorityOf, clock);
          const running = new Map<string, number>();
          let memory = 0;
          let most = 0;
          const results = await Promise.all(
            requests.map(({ job, memory: bytes, turns }, index) =>
              gate.run(
                { jobId: job, fileId: index, memoryBytes: bytes, maxInFlight: 3, host: 'server', bytes },
                new AbortController().signal,
                async () => {
                  running.set(job, (running.get(job) ?? 0) + 1);
                  memory += bytes;
                  most = Math.max(most, ...running.values());
                  expect(memory).toBeLessThanOrEqual(100);
                  for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
                  running.set(job, (running.get(job) ?? 0) - 1);
                  memory -= bytes;
                  return ok(index);
                },
              ),
            ),
          );
          expect(results).toEqual(requests.map((_, index) => ok(index)));
          expect(most).toBeLessThanOrEqual(3);
        },
      ),
    );
  });

  test('[T44] [T42] no job with something in flight gets a turn while one without waits, nor a lower priority before a higher', () => {
    const jobs = ['a', 'b', 'high-1', 'high-2', 'low-1'];
    fc.assert(
      fc.property(
        fc.array(fc.record({ job: fc.constantFrom(...jobs), memory: fc.integer({ min: 1, max: 150 }) }), {
          maxLength: 60,
        }),
        fc.infiniteStream(fc.nat()),
        (requests, chance) => {
          let waiting = requests.map(({ job, memory }, index) => request(job, index, index, memory, 3));
          let running: Waiting[] = [];
          while (waiting.length > 0 || running.length > 0) {
            const byJob = Object.fromEntries(
              jobs.map((job) => [job, running.filter(({ jobId }) => jobId === job).length]),
            );
            const memoryBytes = running.reduce((sum, one) => sum + one.memoryBytes, 0);
            const next = pickNext(waiting, inFlight(byJob, memoryBytes), 100);
            if (next === null) {
              // Whoever waits is let in when all others are through: nobody waits for ever.
              expect(running.length).toBeGreaterThan(0);
              running = running.filter((_, index) => index !== chance.next().value % running.length);
              continue;
            }
            const loadOf = ({ jobId }: Waiting) => byJob[jobId] ?? 0;
            const others = waiting.filter((one) => one.jobId !== next.jobId && loadOf(one) < one.maxInFlight);
            if (loadOf(next) > 0) {
              expect(others.filter((one) => loadOf(one) === 0)).toEqual([]);
              const better = others
                .filter((one) => memoryBytes + one.memoryBytes <= 100)
                .filter((one) => rank(one) < rank(next) || (rank(one) === rank(next) && loadOf(one) < loadOf(next)));
              expect(better).toEqual([]);
            }
            waiting = waiting.filter((one) => one !== next);
            running.push(next);
          }
        },
      ),
    );
  });

  test('[T44] requests that wait already follow a new priority', async () => {
    const priorities: Record<string, JobPriority> = { a: 'normal', b: 'normal' };
    const gate = createRequestGate(4, (jobId) => priorities[jobId] ?? 'normal', clock);
    const begun: string[] = [];
    const releases: (() => void)[] = [];
    const requests = Array.from('aaaabbbbaaaa', (jobId, fileId) =>
      gate.run(
        { jobId, fileId, memoryBytes: 1, maxInFlight: 9, host: 'server', bytes: 1 },
        new AbortController().signal,
        () => {
          begun.push(jobId);
          return new Promise<Result<void>>((resolve) => releases.push(() => resolve(ok())));
        },
      ),
    );
    const settle = () => new Promise((resolve) => setImmediate(resolve));
    await settle();
    expect(begun).toEqual(['a', 'a', 'a', 'a']);
    priorities['b'] = 'high';
    for (let index = 0; index < requests.length; index += 1) {
      releases[index]?.();
      await settle();
    }
    await Promise.all(requests);
    // Had they one priority, the two would be even after the second; the last is for one that has none left.
    expect(begun.slice(4, 8)).toEqual(['b', 'b', 'b', 'a']);
  });

  test('[T61] a signal takes a waiting request out of the line', async () => {
    const gate = createRequestGate(1, priorityOf, clock);
    const stop = new AbortController();
    let release: () => void = () => undefined;
    const first = gate.run(
      { jobId: 'a', fileId: 1, memoryBytes: 1, maxInFlight: 9, host: 'server', bytes: 1 },
      stop.signal,
      () => new Promise<Result<string>>((resolve) => (release = () => resolve(ok('ran')))),
    );
    const second = gate.run(
      { jobId: 'a', fileId: 2, memoryBytes: 1, maxInFlight: 9, host: 'server', bytes: 1 },
      stop.signal,
      () => Promise.resolve(ok('ran')),
    );
    stop.abort();
    expect(await second).toBeNull();
    release();
    expect(await first).toEqual(ok('ran'));
  });

  test('[T61] a hundred that wait are one listener of their signal; the signal takes all of them out, and no others', async () => {
    const gate = createRequestGate(1, priorityOf, clock);
    const [stop, other] = [new AbortController(), new AbortController()];
    const run = (fileId: number, { signal }: AbortController, work: () => Promise<Result<string>>) =>
      gate.run({ jobId: 'a', fileId, memoryBytes: 1, maxInFlight: 9, host: 'server', bytes: 1 }, signal, work);
    const ran = () => Promise.resolve(ok('ran'));
    let release: () => void = () => undefined;
    const first = run(0, other, () => new Promise((resolve) => (release = () => resolve(ok('ran')))));
    const many = Array.from({ length: 100 }, (_, index) => run(index + 1, stop, ran));
    const last = run(101, other, ran);
    expect(getEventListeners(stop.signal, 'abort')).toHaveLength(1);
    stop.abort();
    expect(await Promise.all(many)).toEqual(many.map(() => null));
    release();
    expect([await first, await last]).toEqual([ok('ran'), ok('ran')]);
  });
});
