import { beforeAll, describe, expect, test } from 'vitest';
import { createInstance, type TFunction } from 'i18next';
import { describeCron } from '../../../renderer/features/automation/cron-words.ts';
import {
  type DescribeContext,
  describeRule,
  sentenceText,
  suggestName,
} from '../../../renderer/features/automation/describe-rule.ts';
import { problemsOf, slotAt } from '../../../renderer/features/automation/rule-problems.ts';
import {
  type Draft,
  decidesConnection,
  draftFrom,
  emptyDraft,
  newAction,
  newTrigger,
  rebase,
  ruleTemplates,
  sameDraft,
  withMirror,
  withUnread,
} from '../../../renderer/stores/rule-draft.ts';
import { english } from '../../../renderer/words/english.ts';
import { englishLater } from '../../../renderer/words/english-later.ts';
import { createFormat } from '../../../renderer/words/use-format.ts';
import { ruleInputSchema } from '../../../shared/domain/rule.ts';
import { isolatedText, visibleText } from '../../../shared/words/visible-text.ts';

const inputFor = (conflict: string) => ({
  name: 'x',
  connection: 'A',
  trigger: { type: 'newObject', bucket: 'b', on: ['created'], startFrom: 'now' },
  actions: [{ type: 'copy', bucket: 'c', conflict }],
});

const contextOf = async (escape: (text: string) => string): Promise<DescribeContext> => {
  const words = createInstance();
  await words.init({
    lng: 'en',
    defaultNS: 'window',
    resources: { en: { window: { ...english, ...englishLater } } },
    interpolation: { escape },
  });
  const t: TFunction = words.t;
  return {
    t,
    format: createFormat(t, 'en', 'decimal'),
    folderName: (path) => path.replace('/home/kim', '~'),
  };
};
let context: DescribeContext;
beforeAll(async () => {
  context = await contextOf(visibleText);
});

const fields = {
  connection: 'Finance archive',
  folder: '/home/kim/Invoices',
  place: { bucket: 'finance', prefix: 'in/' },
  moveTo: { bucket: 'finance', prefix: 'done/' },
};
const inbox = draftFrom('downloadAndMove', fields);
const text = (draft: Draft) => sentenceText(describeRule(draft, context));

const sentences = {
  folderToBucket: 'When a file appears or changes in ~/Invoices, upload it to finance/in.',
  bucketToFolder: 'When an object appears or changes in finance/in, download it to ~/Invoices.',
  download: 'When an object appears in finance/in, download it to ~/Invoices.',
  downloadAndMove: 'When an object appears in finance/in, download it to ~/Invoices, then move it to finance/done.',
  nightly: 'By the clock, every night at 2:00 AM, upload ~/Invoices to finance/in.',
} as const;

describe('a rule as a sentence', () => {
  test('says what starts it, where, and each step', () => {
    const { trigger } = inbox;
    if (trigger.type !== 'newObject') throw new Error('another trigger');
    expect(text({ ...inbox, trigger: { ...trigger, match: ['*.pdf'] } })).toBe(
      'When a *.pdf appears in finance/in, download it to ~/Invoices, then move it to finance/done.',
    );
    expect(text({ ...inbox, trigger: { ...trigger, on: ['removed', 'created'], ignore: ['tmp/**'] } })).toBe(
      'When an object (not tmp/**) appears or disappears in finance/in, download it to ~/Invoices, then move it to finance/done.',
    );
  });

  test.each(ruleTemplates)('says what the template %s makes, and is a rule', (template) => {
    const draft = draftFrom(template, fields);
    expect(ruleInputSchema.safeParse({ ...draft, name: 'x' }).success).toBe(true);
    expect(problemsOf(draft).size).toBe(0);
    expect(text(draft).replaceAll(/[\u00a0\u202f]/g, ' ')).toBe(sentences[template]);
  });

  test('has a part for everything that can be changed, and says what is missing at its place', () => {
    const { what, how } = describeRule(emptyDraft('c'), context);
    const slots = [...what, ...how].flatMap((part) => (part.type === 'slot' ? [[part.id, part.missing]] : []));
    expect(slots).toEqual([
      ['kind', false],
      ['what', false],
      ['change', false],
      ['place', true],
      ['add', true],
      ['interval', false],
      ['start', false],
      ['conditions', false],
    ]);
    expect(text(emptyDraft('c'))).toBe('When an object appears in choose a bucket, choose what to do.');
  });

  test('asks what a step acts on where the trigger brings nothing', () => {
    const draft: Draft = { ...emptyDraft('c'), trigger: { type: 'manual' }, actions: [newAction('delete')] };
    expect(text(draft)).toBe('When I say so, delete choose what.');
    expect([...problemsOf(draft)]).toEqual([['source.0', { what: 'source' }]]);
  });

  test('shows names as they are, also those that would change how a line runs', () => {
    const draft = draftFrom('download', { ...fields, place: { bucket: 'finance', prefix: 'a\u202Eb\u0000/' } });
    expect(text(draft)).toContain('finance/a\uFFFDb\uFFFD');
  });

  test('has the same parts in a language whose values have isolates', async () => {
    const rtl = describeRule(inbox, await contextOf(isolatedText));
    const ids = (parts: readonly { readonly type: string; readonly id?: string }[]) =>
      parts.map(({ id }) => id).filter(Boolean);
    expect(ids(rtl.what)).toEqual(ids(describeRule(inbox, context).what));
    const { trigger } = inbox;
    if (trigger.type !== 'newObject') throw new Error('another trigger');
    const named = describeRule({ ...inbox, trigger: { ...trigger, match: ['*.pdf'] } }, await contextOf(isolatedText));
    expect(sentenceText(named)).toContain('a \u2068*.pdf\u2069');
  });

  test('a mirror that is none after all gives back what it had changed', () => {
    const rule: Draft = {
      ...emptyDraft('A'),
      trigger: { ...ruleInputSchema.parse(inputFor('keep-both')).trigger, type: 'newObject' } as Draft['trigger'],
      actions: ruleInputSchema.parse(inputFor('keep-both')).actions,
    };
    const mirrored = withMirror(rule, true);
    expect(mirrored).toMatchObject({ actions: [{ conflict: 'overwrite' }], trigger: { startFrom: 'all' } });
    expect(sameDraft(withMirror(mirrored, false), rule)).toBe(true);
    // A saved rule is read as what was changed of it.
    expect(sameDraft(withMirror(rebase(mirrored, rule, rule), false), rule)).toBe(true);
  });

  test('the connection of one step is the rule’s own only where nothing else uses that', () => {
    const upload = (prefix: string) => ({ ...newAction('upload'), bucket: 'b', prefix }) as Draft['actions'][number];
    const [one, two] = [upload('a/'), upload('b/')];
    const draft: Draft = { ...emptyDraft('A'), trigger: newTrigger('folder'), actions: [one] };
    expect(decidesConnection(draft, one)).toBe(true);
    expect(decidesConnection({ ...draft, actions: [one, two] }, two)).toBe(false);
    expect(decidesConnection({ ...draft, connection: '', actions: [one, two] }, two)).toBe(true);
    const own = { ...two, connection: 'B' } as Draft['actions'][number];
    expect(decidesConnection({ ...draft, actions: [one, own] }, one)).toBe(true);
    expect(decidesConnection({ ...draft, actions: [own] }, own)).toBe(false);
  });

  test('says whether deletions are carried over, where they can be', () => {
    const how = (draft: Draft) =>
      describeRule(draft, context)
        .how.map((part) => part.text)
        .join('');
    const draft = draftFrom('folderToBucket', fields);
    expect(how(draft)).toMatch(/What is deleted in the folder stays in the bucket\.$/);
    const mirror = draftFrom('bucketToFolder', { ...fields, mirror: true });
    expect(how(mirror)).toMatch(/What is deleted in the bucket is deleted in the folder as well\.$/);
    expect(mirror).toMatchObject({ mirror: { maxDeletePercent: 50, maxDeletes: 1000 }, trigger: { startFrom: 'all' } });
    expect(withMirror(mirror, false)).not.toHaveProperty('mirror');
    expect(describeRule(draftFrom('nightly', fields), context).how).toEqual([]);
    // What is moved on cannot be deleted any more.
    expect(how(inbox)).not.toContain('deleted');
  });

  test('templates send nothing twice, and replace nothing that may have been changed on this computer', () => {
    for (const template of ruleTemplates) {
      const { actions } = draftFrom(template, fields);
      expect(actions.every((action) => 'skipSame' in action && action.skipSame)).toBe(true);
      const downloads = actions.filter((action) => action.type === 'download');
      expect(downloads.every(({ conflict }) => conflict === 'keep-both')).toBe(true);
    }
  });

  test('names many patterns by the first few', () => {
    const { trigger } = inbox;
    if (trigger.type !== 'newObject') throw new Error('another trigger');
    const match = ['*.a', '*.b', '*.c', '*.d', '*.e'];
    expect(text({ ...inbox, trigger: { ...trigger, match } })).toContain('a *.a, *.b, or *.c and 2 more appears');
  });
});

describe('a schedule in words', () => {
  test.each([
    ['0 2 * * *', 'every night at 2:00 AM'],
    ['30 14 * * *', 'every day at 2:30 PM'],
    ['0 8 * * 1-5', 'every weekday at 8:00 AM'],
    ['0 8 * * 1', 'every Monday at 8:00 AM'],
    ['0 8 * * 7', 'every Sunday at 8:00 AM'],
    ['0 8 1 * *', 'on day 1 of every month at 8:00 AM'],
    ['0 * * * *', 'every hour'],
    ['*/15 * * * *', 'every 15 minutes'],
    ['*/45 * * * *', 'at “*/45 * * * *”'],
    ['0 25 * * *', 'at “0 25 * * *”'],
    ['60 2 * * *', 'at “60 2 * * *”'],
    ['0 8 31 * *', 'at “0 8 31 * *”'],
    ['* * * * *', 'every minute'],
    ['0 8 1 1 *', 'at “0 8 1 1 *”'],
    ['0 8 1 * 1', 'at “0 8 1 * 1”'],
    ['nonsense', 'at “nonsense”'],
  ])('%s', (cron, words) => {
    expect(describeCron(cron, context.t, context.format).replaceAll(/[\u00a0\u202f]/g, ' ')).toBe(words);
  });
});

describe('what is wrong', () => {
  test('is found at its part', () => {
    expect(problemsOf({ ...inbox, actions: [newAction('notify')] }).get('action.0')).toEqual({ what: 'missing' });
    expect(problemsOf({ ...inbox, actions: [{ type: 'notify', message: '{nmae}' }] }).get('action.0')).toEqual({
      what: 'placeholder',
      text: '{nmae}',
    });
    expect(problemsOf({ ...inbox, actions: [newAction('delete'), newAction('presign')] }).get('action.1')).toEqual({
      what: 'gone',
    });
    expect(problemsOf({ ...inbox, connection: '' }).get('place')).toEqual({ what: 'missing' });
    expect([...problemsOf({ ...inbox, actions: [] }).keys()]).toEqual(['add']);
  });

  test('with numbers, with limits that nothing keeps, and with mirrors', () => {
    expect(problemsOf(withUnread(inbox, 'minSizeBytes', '10 MB')).get('conditions')).toEqual({ what: 'number' });
    expect(problemsOf(withUnread(inbox, 'pollSeconds', '')).get('interval')).toEqual({ what: 'number' });
    // There is no such field any more.
    expect(problemsOf(withUnread(inbox, 'settleSeconds', 'x')).size).toBe(0);
    const limits = { minSizeBytes: 2, maxSizeBytes: 1 };
    expect(problemsOf({ ...inbox, conditions: limits }).get('conditions')).toEqual({ what: 'range' });
    const mirror = draftFrom('folderToBucket', { ...fields, mirror: true });
    expect(problemsOf(mirror).size).toBe(0);
    expect(problemsOf({ ...mirror, actions: [newAction('notify')] }).get('mirror')).toEqual({ what: 'mirror' });
  });

  test('with what a step acts on', () => {
    const manual = { ...emptyDraft('c'), trigger: { type: 'manual' } as const };
    const at = (action: Draft['actions'][number]) => problemsOf({ ...manual, actions: [action] }).get('source.0');
    expect(
      at({ type: 'presign', expiresInSeconds: 60, to: 'clipboard', source: { bucket: 'box', prefix: '' } }),
    ).toEqual({
      what: 'oneObject',
    });
    const tag = { type: 'tag', tags: { a: 'b' }, replace: false } as const;
    expect(at(tag)).toEqual({ what: 'source' });
    expect(at({ ...tag, source: { bucket: 'box', key: 'report' } })).toBeUndefined();
    expect(at({ ...tag, source: { bucket: 'box', key: '{nmae}' } })).toEqual({ what: 'placeholder', text: '{nmae}' });
    const { trigger } = inbox;
    if (trigger.type !== 'newObject') throw new Error('another trigger');
    const gone = problemsOf({ ...inbox, trigger: { ...trigger, on: ['removed'] } });
    expect(gone.get('source.0')).toEqual({ what: 'removed' });
  });

  test('of the engine too', () => {
    expect(slotAt('actions.1.bucket'.split('.'), inbox)).toBe('action.1');
    expect(slotAt(['trigger', 'cron'], inbox)).toBe('times');
    expect(slotAt(['name'], inbox)).toBeNull();
  });
});

test('a rule without a name is called after where things come from and go', () => {
  expect(suggestName(inbox, context)).toBe('finance/in to Invoices');
  expect(suggestName(draftFrom('folderToBucket', fields), context)).toBe('Invoices to finance/in');
  expect(suggestName(draftFrom('nightly', fields), context)).toBe('Invoices to finance/in');
  expect(suggestName({ ...inbox, actions: [newAction('delete')] }, context)).toBe('finance/in');
});
