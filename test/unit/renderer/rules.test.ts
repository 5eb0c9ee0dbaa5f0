import { describe, expect, test } from 'vitest';
import { csvLine, exportHistory } from '../../../renderer/features/automation/history/export-history.ts';
import { countOf, everything, queryOf } from '../../../renderer/features/automation/history/history-query.ts';
import {
  keptRunPages,
  noPages,
  pageRuns,
  putRunPage,
  runAt,
} from '../../../renderer/features/automation/history/run-pages.ts';
import { folderPart } from '../../../renderer/features/automation/pickers/use-places.ts';
import { pairs, scaled } from '../../../renderer/features/automation/pickers/use-text.ts';
import { ruleNews } from '../../../renderer/features/automation/rule-announcer.tsx';
import { listedRules, pickListed } from '../../../renderer/features/automation/rules-section.tsx';
import { goBack, goTo, initialBrowser, showRules } from '../../../renderer/stores/browser-store.ts';
import { draftOf, inputOf, newTrigger, sameDraft, withTriggerType } from '../../../renderer/stores/rule-draft.ts';
import { draftFromDrop, draftFromJob } from '../../../renderer/stores/rule-from.ts';
import {
  applyToRules,
  dropNotices,
  initialRules,
  markOf,
  putRule,
  watchRuns,
} from '../../../renderer/stores/rules-store.ts';
import { appError } from '../../../shared/errors.ts';
import { connectionIdSchema, ruleIdSchema } from '../../../shared/domain/ids.ts';
import { type RuleView, ruleViewSchema, type RunView, runViewSchema } from '../../../shared/domain/rule.ts';
import { type JobView, jobViewSchema } from '../../../shared/domain/transfer.ts';
import { ok } from '../../../shared/result.ts';
import { createFakeEngine } from '../../fakes/fake-engine-client.ts';

const ruleId = ruleIdSchema.parse('r1');
const rule = (id = 'r1', more: object = {}): RuleView =>
  ruleViewSchema.parse({
    id,
    name: id,
    connection: 'Finance',
    connectionId: 'conn-1',
    trigger: { type: 'newObject', bucket: 'finance' },
    actions: [{ type: 'download', folder: '/home/kim' }],
    enabled: true,
    state: 'on',
    runs: { waiting: 0, running: 0, failed: 0, done: 0, skipped: 0 },
    lastLookMs: null,
    nextMs: null,
    lastRunMs: null,
    createdMs: 0,
    ...more,
  });
const failed = (count: number) => ({ runs: { waiting: 0, running: 0, failed: count, done: 0, skipped: 0 } });
const run = (id: number, more: object = {}): RunView =>
  runViewSchema.parse({
    id,
    ruleId: 'r1',
    event: {
      type: 'created',
      bucket: 'finance',
      key: `in/${id}.pdf`,
      path: null,
      sizeBytes: 5,
      etag: null,
      lastModified: null,
      storageClass: null,
      versionId: null,
    },
    state: 'done',
    seenMs: 0,
    startedMs: 1000,
    endedMs: 2000,
    attempts: 1,
    nextTryMs: null,
    steps: [{ action: 'download', state: 'done', detail: '/home/kim/x', bytes: 5, startedMs: 1, endedMs: 2 }],
    ...more,
  });

describe('the rules in the window', () => {
  test('are those that the engine told of last, and one that was just saved', () => {
    const told = applyToRules(initialRules, { type: 'rules.changed', rules: [rule()], allPaused: true });
    expect(told).toMatchObject({ rules: [{ id: 'r1' }], allPaused: true });
    const saved = putRule(told, rule('r1', { name: 'other' }));
    expect(saved.rules.map(({ name }) => name)).toEqual(['other']);
    expect(putRule(saved, rule('r2')).rules.map(({ id }) => id)).toEqual(['r1', 'r2']);
  });

  test('keep the runs of the history on screen, and no others', () => {
    const event = { type: 'rules.runChanged', run: run(3) } as const;
    expect(applyToRules(initialRules, event).changedRuns).toEqual({});
    const watching = applyToRules(watchRuns(initialRules, ruleId), event);
    expect(watching.changedRuns[3]?.state).toBe('done');
    const more = Array.from({ length: 900 }, (_, index) => run(index + 10));
    const many = more.reduce((state, one) => applyToRules(state, { type: 'rules.runChanged', run: one }), watching);
    expect(Object.keys(many.changedRuns).length).toBe(400);
    expect(many.changedRuns[909]).toBeDefined();
  });

  test('say each notice once', () => {
    const say = (message: string) => ({ type: 'rules.notice', ruleId, title: 'r1', message }) as const;
    const two = [say('a'), say('b')].reduce(applyToRules, initialRules);
    expect(two.notices.map(({ message }) => message)).toEqual(['a', 'b']);
    const one = applyToRules(dropNotices(two, 2), say('c'));
    expect(one.notices.map(({ serial, message }) => [serial, message])).toEqual([[3, 'c']]);
  });

  test('are marked by what is gravest', () => {
    const problem = appError('ExpiredToken');
    expect(markOf(rule(), false)).toBe('on');
    expect(markOf(rule(), true)).toBe('waits');
    expect(markOf(rule('r1', failed(2)), true)).toBe('failed');
    expect(markOf(rule('r1', { ...failed(2), problem }), false)).toBe('problem');
    expect(markOf(rule('r1', { problem, state: 'off' }), false)).toBe('paused');
    expect(markOf(rule('r1', { problem, state: 'stopped' }), false)).toBe('stopped');
  });

  test('are all in the sidebar, or else first those that need a person', () => {
    const few = [rule('a'), rule('b', failed(1))];
    expect(pickListed(few, false)).toBe(few);
    const many = Array.from({ length: 500 }, (_, index) => rule(`r${index}`, failed(index === 444 ? 1 : 0)));
    const listed = pickListed(many, false);
    expect(listed.length).toBe(listedRules);
    expect(listed.slice(0, 2).map(({ id }) => id)).toEqual(['r444', 'r0']);
  });

  test('are spoken of when runs fail or one stops', () => {
    expect(ruleNews([rule()], [rule()])).toBeNull();
    expect(ruleNews([], [rule('r1', failed(3))])).toBeNull();
    expect(ruleNews([rule('r1', failed(1))], [rule('r1', failed(3))])).toEqual({
      type: 'failed',
      name: 'r1',
      count: 2,
    });
    expect(ruleNews([rule('r1', failed(3))], [rule('r1')])).toBeNull();
    const stopped = rule('r2', { state: 'stopped' });
    expect(ruleNews([rule(), rule('r2')], [rule('r1', failed(1)), stopped])).toEqual({ type: 'stopped', name: 'r2' });
  });
});

test('a page of the rules stands in front of the place until one goes anywhere', () => {
  const place = { connectionId: connectionIdSchema.parse('conn-1'), bucket: 'b', prefix: '' };
  const open = showRules(goTo(initialBrowser, place), { type: 'all' });
  expect(goBack(open)).toMatchObject({ rulePage: null, place });
  expect(goTo(open, place).rulePage).toBeNull();
  expect(goTo(open, { ...place, prefix: 'a/' }).rulePage).toBeNull();
});

describe('a draft', () => {
  test('is the same rule whatever the order of its parts, and without what is not given', () => {
    const draft = draftOf(rule());
    const { trigger, ...rest } = draft;
    expect(sameDraft(draft, { trigger: { ...trigger }, ...rest, conditions: {} })).toBe(true);
    expect(sameDraft(draft, { ...draft, conditions: { minSizeBytes: 1 } })).toBe(false);
    expect(inputOf(draft)).not.toHaveProperty('conditions');
  });

  test('keeps patterns when another kind of place is watched', () => {
    const draft = { ...draftOf(rule()), trigger: { ...newTrigger('folder'), match: ['*.pdf'] } as never };
    expect(withTriggerType(draft, 'newObject').trigger).toMatchObject({ type: 'newObject', match: ['*.pdf'] });
    expect(withTriggerType(draft, 'schedule').trigger).toMatchObject({ type: 'schedule' });
  });

  const job = (more: object): JobView =>
    jobViewSchema.parse({
      id: 'j1',
      kind: 'upload',
      connectionId: 'conn-1',
      connectionName: 'Finance',
      from: 'Scans',
      to: 'finance/in/Scans/',
      bucket: 'finance',
      targetPrefix: 'in/Scans/',
      sourceFolder: '/home/kim/Scans',
      state: 'done',
      conflict: 'ask',
      removeSource: false,
      filesTotal: 1,
      filesDone: 1,
      filesSkipped: 0,
      filesFailed: 0,
      verified: { checksum: 1, md5: 0, size: 0 },
      bytesTotal: 1,
      bytesDone: 1,
      planned: true,
      bytesPerSecond: 0,
      secondsLeft: null,
      priority: 'normal',
      position: 0,
      createdMs: 0,
      endedMs: 1,
      canRepeat: true,
      ...more,
    });

  test('comes from what a job did', () => {
    expect(draftFromJob(job({}))).toMatchObject({
      connection: 'Finance',
      trigger: { type: 'folder', folder: '/home/kim/Scans' },
      actions: [{ type: 'upload', bucket: 'finance', prefix: 'in/Scans/' }],
    });
    const download = {
      kind: 'download',
      from: 'finance/in/2026/ + 3',
      targetFolder: '/home/kim/D',
      targetPrefix: undefined,
    };
    expect(draftFromJob(job(download))).toMatchObject({
      trigger: { type: 'newObject', bucket: 'finance', prefix: 'in/2026/', startFrom: 'now' },
      actions: [{ type: 'download', folder: '/home/kim/D' }],
    });
    const copy = { kind: 'copy', from: 'media/film.mov', removeSource: true, toConnectionName: 'Other' };
    expect(draftFromJob(job(copy))).toMatchObject({
      trigger: { bucket: 'media', prefix: '' },
      actions: [{ type: 'move', bucket: 'finance', prefix: 'in/Scans/', connection: 'Other' }],
    });
  });

  test('comes from what is dropped to be kept in step', () => {
    const place = { connectionId: connectionIdSchema.parse('conn-1'), bucket: 'finance', prefix: 'in/' };
    const folder = draftFromDrop({ folder: '/h/Scans', match: [], name: 'Scans' }, 'Finance', place);
    expect(folder).toMatchObject({
      trigger: { type: 'folder', folder: '/h/Scans', match: [] },
      actions: [{ bucket: 'finance', prefix: 'in/Scans/' }],
    });
    const files = draftFromDrop({ folder: '/h', match: ['a*.txt'], name: '' }, 'Finance', place);
    expect(files).toMatchObject({
      trigger: { folder: '/h', match: [String.raw`a\*.txt`], recursive: false },
      actions: [{ prefix: 'in/' }],
    });
  });
});

describe('fields that say a value in their own way', () => {
  test('numbers in another unit', () => {
    const megabytes = scaled(1_000_000);
    expect([megabytes.write(undefined), megabytes.write(1_500_000)]).toEqual(['', '1.5']);
    expect(['', '1,5', '2', '-1', 'x'].map(megabytes.read)).toEqual([
      undefined,
      1_500_000,
      2_000_000,
      undefined,
      undefined,
    ]);
  });

  test('names and values, one a line', () => {
    expect(pairs.read('a = 1\n\nb\nc=x=y')).toEqual({ a: '1', b: '', c: 'x=y' });
    expect(pairs.write({ a: '1', c: 'x=y' })).toBe('a=1\nc=x=y');
  });

  test('a folder of a bucket by its name', () => {
    expect(folderPart('in', ['in/', 'out/'])).toBe('in/');
    expect(folderPart('inv', ['in/'])).toBe('inv');
    expect(folderPart('', ['/'])).toBe('');
  });
});

describe('the history', () => {
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
    expect(rows.at(-1)).toMatchObject({ runId: 1, outcome: 'done', startedAt: '1970-01-01T00:00:01.000Z' });
    newest = 1;
    const table = await exportHistory(engine, ruleId, {}, 'csv');
    expect(table.ok && table.value.text.split('\r\n').length).toBe(3);
  });

  test('is a table that no spreadsheet takes for formulas', () => {
    expect(csvLine(['a', 'b,"c"', '=1+1', ''])).toBe(`a,"b,""c""",'=1+1,\r\n`);
  });
});
