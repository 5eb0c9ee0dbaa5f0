import { beforeEach, describe, expect, test } from 'vitest';
import { csvLine, exportHistory, jsonRow } from '../../../renderer/features/automation/history/export-history.ts';
import { countOf, everything, queryOf } from '../../../renderer/features/automation/history/history-query.ts';
import {
  keptRunPages,
  noPages,
  pageRuns,
  putRunPage,
  runAt,
} from '../../../renderer/features/automation/history/run-pages.ts';
import { connectionNameAt, linkPlaceOf } from '../../../renderer/features/automation/history/step-link.tsx';
import { folderPart } from '../../../renderer/features/automation/pickers/use-places.ts';
import { pairs, readNumber } from '../../../renderer/features/automation/pickers/use-text.ts';
import { ruleNews, toTell } from '../../../renderer/features/automation/rule-announcer.tsx';
import { listedRules, pickListed } from '../../../renderer/features/automation/rules-section.tsx';
import { goBack, goTo, initialBrowser, showRules } from '../../../renderer/stores/browser-store.ts';
import { newRuleKey, offerDraft, putDraft, settleDraft, useRuleDrafts } from '../../../renderer/stores/draft-store.ts';
import {
  draftOf,
  emptyDraft,
  inputOf,
  newTrigger,
  rebase,
  sameDraft,
  withTriggerType,
  withUnread,
} from '../../../renderer/stores/rule-draft.ts';
import { draftFromDrop, draftFromJob } from '../../../renderer/stores/rule-from.ts';
import {
  applyToRules,
  dropNotices,
  dropOlderRuns,
  initialRules,
  markOf,
  putRule,
  watchRuns,
} from '../../../renderer/stores/rules-store.ts';
import { appError } from '../../../shared/errors.ts';
import { connectionIdSchema, ruleIdSchema } from '../../../shared/domain/ids.ts';
import {
  type RuleView,
  ruleViewSchema,
  runStepSchema,
  type RunView,
  runViewSchema,
} from '../../../shared/domain/rule.ts';
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
    // What was there at first is not spoken of, what comes on top of it is.
    const first = toTell([], [rule('r1', failed(3))]);
    expect(first.news).toBeNull();
    const gone = toTell(first.told, [rule('r1')]);
    expect(toTell(gone.told, [rule('r1', failed(1))]).news).toEqual({ type: 'failed', name: 'r1', count: 1 });
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
    const unread = withUnread(draft, 'minSizeBytes', 'ten');
    expect(sameDraft(draft, unread)).toBe(false);
    expect(inputOf(unread)).not.toHaveProperty('unread');
    expect(withUnread(unread, 'minSizeBytes', null)).toEqual(draft);
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
  test('numbers, and what is none', () => {
    const read = (texts: readonly string[]) => texts.map((text) => readNumber(text, 0, 5000));
    expect(read(['0', '1,5', '1.25', ' 2 ', '5000', '1.000'])).toEqual([0, 1.5, 1.25, 2, 5000, 1]);
    expect(read(['', '10 MB', '-1', '1e3', '0x10', '5001', '1.5.2', 'Infinity'])).toEqual(Array(8).fill(null));
    // One, or a thousand.
    expect(read(['1,000', '0,125'])).toEqual([null, null]);
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

describe('what is held of a rule', () => {
  const held = (key: string) => useRuleDrafts.getState().drafts[key];
  beforeEach(() => useRuleDrafts.setState({ drafts: {}, offered: null }));

  test('are its changes: what was changed elsewhere meanwhile stays', () => {
    const base = draftOf(rule());
    const elsewhere = draftOf(rule('r1', { name: 'other', conditions: { minSizeBytes: 1 } }));
    const mine = { ...base, conditions: { minSizeBytes: 2 } };
    expect(rebase(mine, base, elsewhere)).toEqual({ ...elsewhere, conditions: { minSizeBytes: 2 } });
    expect(rebase(base, base, elsewhere)).toEqual(elsewhere);
    expect(inputOf(mine, false)).toMatchObject({ enabled: false });
  });

  test('goes when it is saved, but for what was typed since it was sent', () => {
    const sent = { ...draftOf(rule()), name: 'sent' };
    const saved = rule('r1', { name: 'sent' });
    putDraft('r1', sent);
    settleDraft('r1', sent, saved);
    expect(held('r1')).toBeUndefined();
    putDraft(newRuleKey, { ...sent, conditions: { minSizeBytes: 7 } });
    settleDraft(newRuleKey, sent, saved);
    expect(held(newRuleKey)).toBeUndefined();
    expect(held('r1')).toMatchObject({
      draft: { name: 'sent', conditions: { minSizeBytes: 7 } },
      base: { name: 'sent' },
    });
  });

  test('makes room for another one only when a person says so', () => {
    const begun = { ...emptyDraft('Finance'), name: 'begun' };
    const other = { ...begun, name: 'other' };
    putDraft(newRuleKey, emptyDraft('Finance'));
    offerDraft(begun);
    expect(held(newRuleKey)?.draft).toBe(begun);
    offerDraft(other);
    expect(held(newRuleKey)?.draft).toBe(begun);
    expect(useRuleDrafts.getState().offered).toBe(other);
  });
});

describe('the link that a step has made', () => {
  const linked = rule('r1', {
    actions: [
      { type: 'download', folder: '/x' },
      { type: 'move', bucket: 'b', connection: 'Other' },
      { type: 'presign', expiresInSeconds: 60 },
    ],
  });
  const step = runStepSchema.parse({
    action: 'presign',
    state: 'done',
    detail: 'b/in/a b.pdf',
    bytes: null,
    startedMs: 0,
    endedMs: 1,
  });

  test('leads to where the history says, and works as long again', () => {
    expect(linkPlaceOf(step, linked, 2)).toEqual({ bucket: 'b', key: 'in/a b.pdf', expiresInSeconds: 60 });
    expect(linkPlaceOf({ ...step, state: 'failed' }, linked, 2)).toBeNull();
    expect(linkPlaceOf({ ...step, action: 'move' }, linked, 1)).toBeNull();
  });

  test('is made with the connection that reaches the object then', () => {
    expect([0, 1, 2].map((index) => connectionNameAt(linked, index))).toEqual(['Finance', 'Finance', 'Other']);
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
    const failure = jsonRow(run(1, { state: 'failed', error: appError('AccessDenied', { bucket: 'b' }) }));
    expect(failure).toMatchObject({ error: { code: 'AccessDenied', message: expect.stringContaining('b') } });
    newest = 1;
    const table = await exportHistory(engine, ruleId, {}, 'csv');
    expect(table.ok && table.value.text.split('\r\n').length).toBe(3);
  });

  test('is a table that no spreadsheet takes for formulas', () => {
    expect(csvLine(['a', 'b,"c"', '=1+1', ''])).toBe(`a,"b,""c""",'=1+1,\r\n`);
  });
});
