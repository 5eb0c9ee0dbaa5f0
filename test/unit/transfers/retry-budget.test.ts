import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRetryBudget, maxWaitMs } from '../../../main/transfers/retry-budget.ts';

const burst = 50;
const perSecond = 10;

describe('[T67] how many retries a server gets', () => {
  test('fifty at once, then ten a second', () => {
    const budget = createRetryBudget();
    const waits = Array.from({ length: burst + 3 }, () => budget.take(1000));
    expect(waits).toEqual([...Array.from({ length: burst }, () => 0), 100, 200, 300]);
    expect(budget.take(1000 + 400)).toBe(0);
  });

  test('one more for each request that comes to a good end, but no store of them', () => {
    const budget = createRetryBudget();
    for (let n = 0; n < burst; n += 1) budget.take(0);
    budget.refund();
    expect(budget.take(0)).toBe(0);
    expect(budget.take(0)).toBe(100);
    for (let n = 0; n < 1000; n += 1) budget.refund();
    const waits = Array.from({ length: burst + 1 }, () => budget.take(0));
    expect(waits.filter((waitMs) => waitMs === 0)).toHaveLength(burst);
  });

  test('nobody waits longer than a minute, also when the clock is set back', () => {
    const budget = createRetryBudget();
    const now = Date.UTC(2026, 0, 1);
    for (let n = 0; n < 10_000; n += 1) expect(budget.take(now)).toBeLessThanOrEqual(maxWaitMs);
    expect(budget.take(now - 365 * 86_400_000)).toBeLessThanOrEqual(maxWaitMs);
    expect(budget.take(now - 365 * 86_400_000 + maxWaitMs + burst * 100)).toBe(0);
  });

  test('in any span, never more retries than the burst, the successes and the time allow', () => {
    const step = fc.oneof(
      fc.record({ type: fc.constant('retry'), afterMs: fc.nat(300) }),
      fc.record({ type: fc.constant('success'), afterMs: fc.nat(300) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
        const budget = createRetryBudget();
        let nowMs = 0;
        let successes = 0;
        const goMs: number[] = [];
        for (const { type, afterMs } of steps) {
          nowMs += afterMs;
          if (type === 'retry') goMs.push(nowMs + budget.take(nowMs));
          else {
            budget.refund();
            successes += 1;
          }
        }
        // The last to go has waited for all before it.
        const lastMs = Math.max(0, ...goMs);
        expect(goMs.length).toBeLessThanOrEqual(burst + successes + Math.ceil((lastMs / 1000) * perSecond) + 1);
      }),
    );
  });
});
