import { describe, expect, test, vi } from 'vitest';
import { createRuleJournal } from '../../../main/db/rule-journal.ts';
import { createHousekeeping } from '../../../main/automation/housekeeping.ts';
import { newRuleRecord } from '../../../main/automation/rule-marks.ts';
import type { RunPatch } from '../../../main/automation/rule-record.ts';
import { bareRun } from '../../../main/automation/schedule-source.ts';
import { connectionIdSchema, ruleIdSchema, type RunId } from '../../../shared/domain/ids.ts';
import { ruleInputSchema } from '../../../shared/domain/rule.ts';
import { createManualClock } from '../../fakes/manual-clock.ts';
import { appError } from '../../../shared/errors.ts';
import { openMemoryDatabase } from '../../fakes/memory-database.ts';
import { must } from '../../fakes/test-connection.ts';

const input = ruleInputSchema.parse({
  name: 'Rule',
  connection: 'World',
  trigger: { type: 'manual' },
  actions: [{ type: 'notify', message: 'x' }],
});

async function openJournal() {
  const journal = createRuleJournal(openMemoryDatabase());
  const rule = newRuleRecord(ruleIdSchema.parse('r1'), input, connectionIdSchema.parse('conn-1'), [], 0);
  must(await journal.saveRule(rule));
  const add = async (source: string, nextMs: number | null, type: 'manual' | 'removed' = 'manual') => {
    const run = bareRun(rule, 'manual', source, 0);
    return must(await journal.addRuns([{ ...run, nextMs, event: { ...run.event, type } }]));
  };
  return { journal, rule, add };
}

describe('what is due', () => {
  test('[A62] without removals, where those cannot be counted yet', async () => {
    const { journal, rule, add } = await openJournal();
    for (const [index, type] of (['removed', 'manual', 'removed'] as const).entries())
      await add(`${type} ${index}`, null, type);
    expect(journal.dueRuns(rule.id, 0, 1, true).map(({ id }) => id)).toEqual([2]);
    expect(journal.dueRuns(rule.id, 0, 1).map(({ id }) => id)).toEqual([1]);
  });

  test('[A47] in the order in which it was seen, whatever it has waited for; not what waits for later', async () => {
    const { journal, rule, add } = await openJournal();
    for (const [source, nextMs] of [
      ['a', 50],
      ['b', null],
      ['c', 500],
      ['d', 10],
      ['e', null],
    ] as const)
      await add(source, nextMs);
    const due = (nowMs: number, limit = 10) => journal.dueRuns(rule.id, nowMs, limit).map(({ id }) => id);
    expect(due(0)).toEqual([2, 5]);
    expect(due(50)).toEqual([1, 2, 4, 5]);
    expect(due(50, 3)).toEqual([1, 2, 4]);
    expect(journal.nextDueMs(rule.id, 50)).toBe(500);
  });

  test('is told of a rule at once: what goes on, is due by then, or is to be tried again, however late', async () => {
    const { journal, rule, add } = await openJournal();
    const isAnyDue = (byMs: number) => journal.isAnyDue(rule.id, byMs);
    expect(isAnyDue(0)).toBe(false);
    await add('young', 500);
    expect([isAnyDue(499), isAnyDue(500)]).toEqual([false, true]);
    const patch = async (change: RunPatch) =>
      must(await journal.change({ runs: [{ id: journal.lastRunId() as RunId, patch: change }] }));
    await patch({ attempts: 1 });
    expect(isAnyDue(0)).toBe(true);
    // Without a network, or a sign-in, no try counts.
    await patch({ attempts: 0, error: appError('EndpointUnreachable') });
    expect(isAnyDue(0)).toBe(true);
    await patch({ error: null });
    expect(isAnyDue(0)).toBe(false);
    await patch({ state: 'running' });
    expect(isAnyDue(0)).toBe(true);
    await patch({ state: 'done' });
    expect(isAnyDue(1000)).toBe(false);
    await add('ready', null);
    expect(isAnyDue(0)).toBe(true);
    expect(journal.isAnyDue(ruleIdSchema.parse('another'), 1000)).toBe(false);
  });

  test('[A2] the same source is one run', async () => {
    const { journal, rule, add } = await openJournal();
    expect([await add('a', null), await add('a', null), await add('b', null)]).toEqual([1, 0, 1]);
    expect(journal.counts(rule.id)).toMatchObject({ waiting: 2, running: 0 });
  });

  test('counts follow the states, and a removed rule is gone at once', async () => {
    const { journal, rule, add } = await openJournal();
    await add('a', null);
    await add('b', null);
    const [first] = journal.dueRuns(rule.id, 0, 1);
    must(
      await journal.change({
        runs: [{ id: (first as NonNullable<typeof first>).id, patch: { state: 'done', endedMs: 5 } }],
      }),
    );
    expect(journal.counts(rule.id)).toEqual({ waiting: 1, running: 0, done: 1, failed: 0, skipped: 0 });
    must(await journal.removeRule(rule.id));
    expect(journal.rules()).toEqual([]);
    expect(await add('c', null)).toBe(0);
    while (must(await journal.prune(0, 100))) continue;
    expect(journal.history({ ruleId: rule.id }, 0, 10)).toEqual({ runs: [], total: 0 });
  });
});

describe('[A48] what rules have written', () => {
  const dayMs = 24 * 3600 * 1000;
  const nowMs = 1000 * dayMs;

  /** With a rule that looked last so many days ago; answers which writes are left, by when they ended or, for `open`, began. */
  async function tidied(lookedDaysAgo: number) {
    const { journal, rule, add } = await openJournal();
    const trigger = { type: 'newObject' as const, bucket: 'box' };
    const looking = { ...rule, trigger: ruleInputSchema.parse({ ...input, trigger }).trigger };
    await add('ended', null);
    await add('open', null);
    must(await journal.change({ runs: [{ id: 1 as RunId, patch: { state: 'failed', endedMs: 0 } }] }));
    for (const days of [1, 50, 200]) {
      const at = { place: 'here', isMove: false, isRemoval: false };
      const begunMs = nowMs - days * dayMs;
      const wrote = { sizeBytes: 1, etag: null, lastModified: null, endedMs: begunMs };
      const write = (key: string, runId: number) => ({ ...at, key, runId: runId as RunId, causes: [], begunMs });
      must(await journal.change({ beginWrites: [write(`ended ${days}`, 1)] }));
      must(await journal.change({ endWrites: [{ runId: 1 as RunId, place: 'here', key: `ended ${days}`, wrote }] }));
      must(await journal.change({ beginWrites: [write(`left ${days}`, 1), write(`open ${days}`, 2)] }));
    }
    const housekeeping = createHousekeeping({
      journal,
      clock: createManualClock(nowMs),
      rules: () => [{ ...looking, lastLookMs: nowMs - lookedDaysAgo * dayMs }],
      statusOf: () => null,
      notePatch: () => undefined,
      onUnexpected: (_where, thrown) => {
        throw thrown;
      },
    });
    housekeeping.tidyUp();
    const names = [1, 50, 200].flatMap((days) => [`ended ${days}`, `left ${days}`, `open ${days}`]);
    await vi.waitFor(() => expect(journal.writesAt('here', 'ended 200')).toEqual([]));
    return names.filter((name) => journal.writesAt('here', name).length > 0);
  }

  test('is known until all rules have looked', async () => {
    expect(await tidied(10)).toEqual(['ended 1', 'left 1', 'open 1', 'open 50', 'open 200']);
  });

  test('and no longer than the history, for one that is off', async () => {
    const left = ['ended 1', 'left 1', 'open 1', 'ended 50', 'left 50', 'open 50', 'open 200'];
    expect(await tidied(900)).toEqual(left);
  });
});

test('[A62] removals that wait are counted, after a run or all of them', async () => {
  const { journal, rule, add } = await openJournal();
  await add('gone', 5, 'removed');
  await add('here', null);
  await add('gone too', null, 'removed');
  expect(journal.waitingRemovals(rule.id, null)).toBe(2);
  expect(journal.waitingRemovals(rule.id, 1 as never)).toBe(1);
});
