import { describe, expect, test } from 'vitest';
import { createRuleJournal } from '../../../main/db/rule-journal.ts';
import { newRuleRecord } from '../../../main/automation/rule-marks.ts';
import type { RunPatch } from '../../../main/automation/rule-record.ts';
import { bareRun } from '../../../main/automation/schedule-source.ts';
import { connectionIdSchema, ruleIdSchema, type RunId } from '../../../shared/domain/ids.ts';
import { ruleInputSchema } from '../../../shared/domain/rule.ts';
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
    await patch({ attempts: 0, state: 'running' });
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

test('[A62] removals that wait are counted, after a run or all of them', async () => {
  const { journal, rule, add } = await openJournal();
  await add('gone', 5, 'removed');
  await add('here', null);
  await add('gone too', null, 'removed');
  expect(journal.waitingRemovals(rule.id, null)).toBe(2);
  expect(journal.waitingRemovals(rule.id, 1 as never)).toBe(1);
});
