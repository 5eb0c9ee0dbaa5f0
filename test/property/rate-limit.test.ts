import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRateLimiters, createSharedRates, type RateClock, setRate } from '../../main/s3/data-plane/rate-limit.ts';

/** Time that goes on to the next sleeper when nothing else is left to do. */
function createRateWorld() {
  let nowNs = 0n;
  let sleepers: { readonly atNs: bigint; readonly wake: () => void }[] = [];
  const clock: RateClock = {
    nowNs: () => nowNs,
    sleep: (delayMs) => new Promise((wake) => sleepers.push({ atNs: nowNs + BigInt(Math.ceil(delayMs * 1e6)), wake })),
  };
  return {
    clock,
    seconds: () => Number(nowNs) / 1e9,
    async run(work: Promise<unknown>): Promise<void> {
      let done = false;
      void work.then(() => (done = true));
      for (;;) {
        for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
        if (done) return;
        const next = sleepers.toSorted((a, b) => Number(a.atNs - b.atNs))[0];
        if (next === undefined) throw new Error('nobody sleeps and nothing is done');
        sleepers = sleepers.filter((one) => one !== next);
        nowNs = next.atNs;
        next.wake();
      }
    },
  };
}

const rateArbitrary = fc.integer({ min: 10_000, max: 50_000_000 });

describe('[T43] bandwidth limits', () => {
  test('without a limit nothing waits', () => {
    const { up, down } = createRateLimiters(createSharedRates());
    expect([up.take(1e9), down.take(1e9)]).toEqual([null, null]);
  });

  test('all requests together move no more than the limit, whatever they ask for, and no less', async () => {
    await fc.assert(
      fc.asyncProperty(
        rateArbitrary,
        fc.array(fc.array(fc.integer({ min: 1, max: 300_000 }), { minLength: 1, maxLength: 8 }), {
          minLength: 1,
          maxLength: 6,
        }),
        async (rate, requests) => {
          const world = createRateWorld();
          const rates = createSharedRates();
          setRate(rates, 'up', rate, world.clock);
          // As in several threads: each has limiters of its own on the same memory.
          const work = requests.map(async (takes) => {
            const { up } = createRateLimiters(rates, world.clock);
            for (const bytes of takes) await up.take(bytes);
          });
          await world.run(Promise.all(work));
          const total = requests.flat().reduce((sum, bytes) => sum + bytes, 0);
          // A tenth of a second may be made up for, the last slice begins before it is through.
          const slice = 262_144 / rate;
          expect(world.seconds()).toBeGreaterThanOrEqual(total / rate - 0.1 - slice - 0.01);
          expect(world.seconds()).toBeLessThanOrEqual(total / rate + 0.01);
        },
      ),
      { numRuns: 50 },
    );
  });

  test('requests that want the same get the same', async () => {
    const world = createRateWorld();
    const rates = createSharedRates();
    setRate(rates, 'down', 100_000, world.clock);
    const { down } = createRateLimiters(rates, world.clock);
    const moved = [0, 0, 0, 0];
    let most = 0;
    const work = moved.map(async (_, index) => {
      for (let part = 0; part < 30; part += 1) {
        await down.take(down.sliceBytes());
        moved[index] = (moved[index] ?? 0) + 1;
        most = Math.max(most, Math.max(...moved) - Math.min(...moved));
      }
    });
    await world.run(Promise.all(work));
    expect(most).toBeLessThanOrEqual(2);
  });

  test('one direction does not hold back the other', () => {
    const rates = createSharedRates();
    setRate(rates, 'up', 10_000);
    const { up, down } = createRateLimiters(rates);
    expect(up.take(1)).not.toBeNull();
    expect(down.take(1e9)).toBeNull();
  });

  test('what waits goes on by a new limit, and at once when there is none any more', async () => {
    const world = createRateWorld();
    const rates = createSharedRates();
    setRate(rates, 'up', 10_000, world.clock);
    const { up } = createRateLimiters(rates, world.clock);
    const work = Promise.resolve(up.take(10_000_000));
    void world.clock.sleep(5000).then(() => setRate(rates, 'up', 1_000_000, world.clock));
    void world.clock.sleep(7000).then(() => setRate(rates, 'up', null, world.clock));
    await world.run(work);
    expect(world.seconds()).toBeGreaterThanOrEqual(7);
    expect(world.seconds()).toBeLessThanOrEqual(7.3);
  });

  test('[T63] who waits is told of it, so that it is not taken for a stall', async () => {
    const world = createRateWorld();
    const rates = createSharedRates();
    setRate(rates, 'down', 10_000, world.clock);
    const { down } = createRateLimiters(rates, world.clock);
    const told: number[] = [0];
    await world.run(Promise.resolve(down.take(1_000_000, () => void told.push(world.seconds()))));
    const gaps = told.slice(1).map((at, index) => at - (told[index] ?? 0));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(1);
  });
});
