import { describe, expect, test } from 'vitest';
import { csvLine, exportHistory } from '../../../renderer/features/automation/history/export-history.ts';
import { describeError } from '../../../shared/words/describe-error.ts';
import { runRow } from '../../../shared/words/run-row.ts';
import { countOf, everything, queryOf } from '../../../renderer/features/automation/history/history-query.ts';
import {
  keptRunPages,
  noPages,
  pageRuns,
  putRunPage,
  runAt,
} from '../../../renderer/features/automation/history/run-pages.ts';
import { linkStepOf } from '../../../renderer/features/automation/history/step-link.tsx';
import { costOfRule, costOfTest } from '../../../renderer/features/automation/rule-cost.tsx';
import { triedRule } from '../../../renderer/features/automation/use-rule-test.ts';
import { draftOf } from '../../../renderer/stores/rule-draft.ts';
import { applyToRules, dropOlderRuns, initialRules, watchRuns } from '../../../renderer/stores/rules-store.ts';
import { appError } from '../../../shared/errors.ts';
import { runStepSchema } from '../../../shared/domain/rule.ts';
import { newObjectTriggerSchema } from '../../../shared/domain/rule-trigger.ts';
import { ok } from '../../../shared/result.ts';
import { createFakeEngine } from '../../fakes/fake-engine-client.ts';
import { rule, ruleId, run } from '../../fakes/rule-samples.ts';

describe('what looking costs', () => {
  const place = (more: object = {}) => newObjectTriggerSchema.parse({ type: 'newObject', bucket: 'finance', ...more });
  const cost = { listRequestsPerMonth: 5, objects: 1730, sharedWith: [] };
  const looked = (complete: boolean) => ({
    asking: false,
    trials: { trials: [], matched: 0, looked: 1730, complete },
    error: null,
  });

  test('is known from the rule itself while it looks at the same, as often', () => {
    const saved = rule('r1', { trigger: place(), cost });
    expect(costOfRule(place(), 'conn-1', saved)).toMatchObject({ listRequestsPerMonth: 5, objects: 1730 });
    expect(costOfRule(place({ pollSeconds: 30 }), 'conn-1', saved)).toBeNull();
    expect(costOfRule(place(), 'conn-2', saved)).toBeNull();
  });

  test('is known from a trial that has looked at all, without another listing', () => {
    const rules = [rule('r1'), rule('r2', { trigger: place({ prefix: 'in/' }) }), rule('r3', { enabled: false })];
    expect(costOfTest(place(), 'conn-1', rules[0], looked(true), rules)).toMatchObject({
      // Two pages each minute.
      listRequestsPerMonth: 2 * 30 * 24 * 60,
      objects: 1730,
      sharedWith: ['r2'],
    });
    expect(costOfTest(place(), 'conn-1', rules[0], looked(false), rules)).toBeNull();
  });

  test('a trial is asked for again only where it would find something else', () => {
    const draft = { ...draftOf(rule()), trigger: place() };
    const other = { ...draft, name: 'other', trigger: place({ pollSeconds: 300, startFrom: 'all', on: ['updated'] }) };
    expect(triedRule(other)).toEqual(triedRule(draft));
    expect(triedRule({ ...draft, trigger: place({ match: ['*.pdf'] }) })).not.toEqual(triedRule(draft));
  });
});

describe('the link that a run has made', () => {
  const step = (action: string, state: string) =>
    runStepSchema.parse({ action, state, detail: 'b/in/a b.pdf', bytes: null, startedMs: 0, endedMs: 1 });

  test('stands at the step that has made it, the last one of its kind', () => {
    const steps = [step('upload', 'done'), step('presign', 'done'), step('presign', 'done'), step('notify', 'done')];
    expect(linkStepOf({ steps })).toBe(2);
    expect(linkStepOf({ steps: [step('presign', 'done'), step('presign', 'waiting')] })).toBe(0);
    expect(linkStepOf({ steps: [step('upload', 'done'), step('presign', 'failed')] })).toBe(-1);
  });

  test('cannot be made again when its connection is gone, and that is said', () => {
    const gone = describeError(appError('ConnectionNotFound', { connection: 'conn-gone' }));
    expect(gone.message).toBe('The connection is not there any more.');
  });

  test('is not told in the row that is printed and exported', () => {
    const link = { connectionId: 'conn-1', bucket: 'b', key: 'in/a b.pdf', expiresInSeconds: 60 };
    expect(run(1, { link }).link).toEqual(link);
    expect(runRow(run(1, { link }))).toEqual(runRow(run(1)));
  });
});

describe('the history', () => {
  test('forgets what it was told of a run before that was read again', () => {
    const told = applyToRules(watchRuns(initialRules, ruleId), {
      type: 'rules.runChanged',
      run: run(3, { state: 'running' }),
    });
    const read = [run(3), run(2)];
    expect(dropOlderRuns(told, read, told.changedRuns).changedRuns).toEqual({});
    // Told of since it was asked for.
    expect(dropOlderRuns(told, read, {}).changedRuns[3]?.state).toBe('running');
  });

  test('is asked for by outcome, key and whole days', () => {
    expect(queryOf(everything)).toEqual({});
    const query = queryOf({ outcome: 'open', text: ' pdf ', fromDay: '2026-10-01', toDay: '2026-10-01' });
    expect(query).toMatchObject({ states: ['waiting', 'running'], text: 'pdf' });
    expect((query.toMs ?? 0) - (query.fromMs ?? 0)).toBe(86_400_000 - 1);
    const counted = { runs: { waiting: 1, running: 2, failed: 4, done: 8, skipped: 16 } };
    expect((['all', 'open', 'failed'] as const).map((one) => countOf(counted, one))).toEqual([31, 3, 4]);
  });

  test('keeps the pages that were read last', () => {
    let pages = noPages;
    for (let page = 0; page < keptRunPages + 2; page += 1) {
      pages = putRunPage(pages, page, { stage: '', runs: [run(page + 1)] });
    }
    expect(pages.size).toBe(keptRunPages);
    expect(runAt(pages, 0)).toBeUndefined();
    expect(runAt(pages, 2 * pageRuns)?.id).toBe(3);
  });

  test('is written out whole, each run once though new ones come meanwhile', async () => {
    let newest = 2500;
    const engine = createFakeEngine(
      {
        'rules.history': ({ from, count }) => {
          const runs = Array.from({ length: Math.max(0, Math.min(count, newest - (from ?? 0))) }, (_, index) =>
            run(newest - (from ?? 0) - index),
          );
          newest += 3;
          return ok({ runs, total: newest });
        },
      },
      () => ({}) as never,
    );
    const lines = await exportHistory(engine, ruleId, {}, 'jsonl');
    if (!lines.ok) throw new Error('refused');
    const rows = lines.value.text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { runId: number });
    expect(rows.length).toBe(2500);
    expect(new Set(rows.map(({ runId }) => runId)).size).toBe(2500);
    expect(rows.at(-1)).toMatchObject({
      runId: 1,
      outcome: 'done',
      seenAt: '1970-01-01T00:00:00.000Z',
      startedAt: '1970-01-01T00:00:01.000Z',
      attempts: 1,
    });
    const failure = runRow(run(1, { state: 'failed', error: appError('AccessDenied', { bucket: 'b' }) }));
    expect(failure).toMatchObject({ error: { code: 'AccessDenied', message: expect.stringContaining('b') } });
    newest = 1;
    const table = await exportHistory(engine, ruleId, {}, 'csv');
    expect(table.ok && table.value.text.split('\r\n').length).toBe(3);
  });

  test('is a table that no spreadsheet takes for formulas', () => {
    expect(csvLine(['a', 'b,"c"', '=1+1', ''])).toBe(`a,"b,""c""",'=1+1,\r\n`);
  });
});
