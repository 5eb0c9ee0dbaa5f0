import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRequestGate } from '../../../main/transfers/request-gate.ts';
import { pickNext, type Waiting } from '../../../main/transfers/schedule.ts';

const request = (jobId: string, fileId: number, order: number, memoryBytes = 1, maxInFlight = 2): Waiting => ({
  jobId,
  fileId,
  order,
  memoryBytes,
  maxInFlight,
});
const none = { memoryBytes: 0, byJob: new Map<string, number>() };

describe('which request goes next', () => {
  test('[T42] the job with the fewest in flight, then the order of files', () => {
    const waiting = [request('a', 5, 0), request('a', 2, 1), request('b', 9, 2)];
    expect(pickNext(waiting, none, 100)).toBe(waiting[1]);
    expect(pickNext(waiting, { memoryBytes: 1, byJob: new Map([['a', 1]]) }, 100)).toBe(waiting[2]);
  });

  test('[T40] a job at its limit waits', () => {
    expect(pickNext([request('a', 1, 0)], { memoryBytes: 2, byJob: new Map([['a', 2]]) }, 100)).toBeNull();
  });

  test('[T41] the budget holds, but one request always runs', () => {
    const big = request('a', 1, 0, 500);
    expect(pickNext([big], none, 100)).toBe(big);
    expect(pickNext([big], { memoryBytes: 1, byJob: new Map([['b', 1]]) }, 100)).toBeNull();
  });
});

describe('the gate', () => {
  test('[T40] [T41] limits hold at every moment and everybody gets through', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            job: fc.constantFrom('a', 'b', 'c'),
            memory: fc.integer({ min: 1, max: 60 }),
            turns: fc.integer({ min: 0, max: 4 }),
          }),
          { maxLength: 40 },
        ),
        async (requests) => {
          const gate = createRequestGate(100);
          const running = new Map<string, number>();
          let memory = 0;
          let most = 0;
          const results = await Promise.all(
            requests.map(({ job, memory: bytes, turns }, index) =>
              gate.run(
                { jobId: job, fileId: index, memoryBytes: bytes, maxInFlight: 3 },
                new AbortController().signal,
                async () => {
                  running.set(job, (running.get(job) ?? 0) + 1);
                  memory += bytes;
                  most = Math.max(most, ...running.values());
                  expect(memory).toBeLessThanOrEqual(100);
                  for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
                  running.set(job, (running.get(job) ?? 0) - 1);
                  memory -= bytes;
                  return index;
                },
              ),
            ),
          );
          expect(results).toEqual(requests.map((_, index) => index));
          expect(most).toBeLessThanOrEqual(3);
        },
      ),
    );
  });

  test('[T61] a signal takes a waiting request out of the line', async () => {
    const gate = createRequestGate(1);
    const stop = new AbortController();
    let release: () => void = () => undefined;
    const first = gate.run(
      { jobId: 'a', fileId: 1, memoryBytes: 1, maxInFlight: 9 },
      stop.signal,
      () => new Promise<string>((resolve) => (release = () => resolve('ran'))),
    );
    const second = gate.run({ jobId: 'a', fileId: 2, memoryBytes: 1, maxInFlight: 9 }, stop.signal, () =>
      Promise.resolve('ran'),
    );
    stop.abort();
    expect(await second).toBeNull();
    release();
    expect(await first).toBe('ran');
  });
});
