import { beforeEach, describe, expect, test } from 'vitest';
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
import { applyToRules, dropNotices, initialRules, putRule, watchRuns } from '../../../renderer/stores/rules-store.ts';
import { appError } from '../../../shared/errors.ts';
import { connectionIdSchema } from '../../../shared/domain/ids.ts';
import { markOf } from '../../../shared/domain/rule-mark.ts';
import { type JobView, jobViewSchema } from '../../../shared/domain/transfer.ts';
import { failed, rule, ruleId, run } from '../../fakes/rule-samples.ts';

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
