import type { TFunction } from 'i18next';
import { mirrorProblem } from '../../../shared/domain/rule.ts';
import type { Action } from '../../../shared/domain/rule-action.ts';
import { visibleText } from '../../../shared/words/visible-text.ts';
import { type Draft, mirrorKind } from '../../stores/rule-draft.ts';
import type { Format } from '../../words/use-format.ts';
import { describeCron, everyText } from './cron-words.ts';
import { describeConditions } from './condition-words.ts';
import { type Problems, problemsOf, type SlotId } from './rule-problems.ts';

/** Text between, or a part that can be changed. `missing`: nothing has been chosen for it yet. */
export type SentencePart =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'slot'; readonly id: SlotId; readonly text: string; readonly missing: boolean };

export type RuleSentence = {
  /** When what happens, do what. */
  readonly what: readonly SentencePart[];
  /** How it looks, where it begins, what it leaves out; empty for triggers that bring nothing. */
  readonly how: readonly SentencePart[];
};

export type DescribeContext = {
  readonly t: TFunction;
  readonly format: Format;
  /** A folder of the engine's machine as a sentence names it. */
  readonly folderName: (path: string) => string;
};

/** Named before the rest is counted. */
const namedPatterns = 3;

type Slot = { readonly text: string; readonly missing: boolean };
type Slots = Map<SlotId, Slot>;

/** Private use, around the id of a part: they go through the texts of any language as a value would. */
const [open, close] = ['\uE000', '\uE001'];
/** In languages that run the other way each value has an isolate around it; a part has its own. */
const token = /\u2068?\uE000([\w.]+)\uE001\u2069?/;

/** Pure. A rule, or what there is of one, as a sentence whose parts can be changed. */
export function describeRule(draft: Draft, context: DescribeContext, problems = problemsOf(draft)): RuleSentence {
  const slots: Slots = new Map();
  const put = (id: SlotId, text: string | null, otherwise = ''): string => {
    slots.set(id, { text: text ?? otherwise, missing: text === null });
    return `${open}${id}${close}`;
  };
  const { t } = context;
  const { trigger } = draft;
  const kind = put('kind', t(`ruleSentence.kind.${trigger.type}`));
  const steps = describeSteps(draft, problems, context, put);
  const [what, how] = ((): readonly [string, string] => {
    switch (trigger.type) {
      case 'newObject': {
        const found = {
          kind,
          steps,
          what: put('what', describePatterns(trigger.match, trigger.ignore, 'Object', context)),
          change: put('change', describeChange(trigger.on, context), t('ruleSentence.chooseStep')),
          place: put('place', placeText(trigger, trigger.recursive, t), t('ruleSentence.chooseBucket')),
        };
        const looks = {
          interval: put('interval', everyText(trigger.pollSeconds, context.t, context.format)),
          start: put('start', startText(trigger.startFrom, context)),
          conditions: put('conditions', describeConditions(draft.conditions, context)),
        };
        return [
          t('ruleSentence.objects', found),
          t('ruleSentence.howObjects', looks) + mirrorText(draft, context, put),
        ];
      }
      case 'folder': {
        const named = trigger.folder === '' ? null : visibleText(context.folderName(trigger.folder));
        const found = {
          kind,
          steps,
          what: put('what', describePatterns(trigger.match, trigger.ignore, 'File', context)),
          change: put('change', describeChange(trigger.on, context), t('ruleSentence.chooseStep')),
          place: put(
            'folder',
            named === null || trigger.recursive ? named : t('ruleSentence.alone', { place: named }),
            t('ruleSentence.chooseFolder'),
          ),
        };
        const looks = {
          settle: put('settle', longTime(trigger.settleSeconds, context)),
          start: put('start', startText(trigger.startFrom, context)),
          conditions: put('conditions', describeConditions(draft.conditions, context)),
        };
        return [t('ruleSentence.files', found), t('ruleSentence.howFiles', looks) + mirrorText(draft, context, put)];
      }
      case 'schedule': {
        const times = trigger.cron.trim() === '' ? null : describeCron(trigger.cron, t, context.format);
        const zoned =
          times === null || trigger.timeZone === undefined
            ? times
            : t('ruleSentence.times.inZone', { times, zone: trigger.timeZone });
        return [
          t('ruleSentence.schedule', { kind, steps, times: put('times', zoned, t('ruleSentence.chooseTimes')) }),
          mirrorText(draft, context, put),
        ];
      }
      case 'manual':
        return [t('ruleSentence.manual', { kind, steps }), mirrorText(draft, context, put)];
    }
  })();
  return { what: split(what, slots), how: split(how, slots) };
}

/** Pure. The sentence alone, for where nothing can be changed. */
export function sentenceText({ what }: RuleSentence, instead?: string): string {
  return what
    .map((part) => (instead !== undefined && part.type === 'slot' && part.missing ? instead : part.text))
    .join('');
}

function split(text: string, slots: Slots): SentencePart[] {
  const parts: SentencePart[] = [];
  let rest = text;
  for (let found = token.exec(rest); found; found = token.exec(rest)) {
    const before = rest.slice(0, found.index);
    if (before !== '') parts.push({ type: 'text', text: before });
    const id = found[1] as SlotId;
    const slot = slots.get(id);
    if (slot) parts.push({ type: 'slot', id, ...slot });
    rest = rest.slice(found.index + found[0].length);
  }
  return rest === '' ? parts : [...parts, { type: 'text', text: rest }];
}

type Put = (id: SlotId, text: string | null, otherwise?: string) => string;

/** What becomes of the copy when the original goes; '' where there is none. */
function mirrorText(draft: Draft, { t }: DescribeContext, put: Put): string {
  if (draft.mirror === undefined && mirrorProblem(draft.trigger, draft.actions) !== null) return '';
  const kind = mirrorKind(draft);
  const what = draft.mirror === undefined ? t(`ruleSentence.keeps.${kind}`) : t(`ruleSentence.deletes.${kind}`);
  return ` ${t(`ruleSentence.gone.${kind}`, { mirror: put('mirror', what) })}`;
}

/** Pure. What a mirror deletes, as a sentence alone; '' for other rules. */
export function mirrorSentence(draft: Draft, context: DescribeContext): string {
  return draft.mirror === undefined ? '' : mirrorText(draft, context, (_id, text) => text ?? '').trim();
}

function describeSteps(draft: Draft, problems: Problems, context: DescribeContext, put: Put): string {
  const { t } = context;
  const phrases = draft.actions.map((action, index) => describeStep(action, index, problems, context, put));
  if (phrases.length === 0) return put('add', null, t('ruleSentence.chooseStep'));
  return phrases.reduceRight((rest, first) => t('ruleSentence.then', { first, rest }));
}

function describeStep(action: Action, index: number, problems: Problems, context: DescribeContext, put: Put): string {
  const { t } = context;
  const { type } = action;
  const source = 'source' in action ? action.source : undefined;
  const hasSource = source !== undefined || problems.has(`source.${index}`);
  const [text, otherwise] = targetText(action, hasSource, context);
  const target = put(`action.${index}`, text, otherwise);
  if (type === 'createBucket' || type === 'notify' || type === 'audit') {
    return t(`ruleSentence.action.${type}`, { target });
  }
  if (!hasSource) return t(`ruleSentence.action.${type}`, { target });
  const from = put(`source.${index}`, sourceText(source, context), t('ruleSentence.chooseSource'));
  return t(`ruleSentence.action.${type}From`, { target, source: from });
}

function sourceText(
  source: Extract<Action, { type: 'upload' | 'copy' }>['source'] | undefined,
  { folderName }: DescribeContext,
): string | null {
  if (source === undefined) return null;
  const path = 'file' in source ? source.file : 'folder' in source ? source.folder : null;
  if (path !== null) return path === '' ? null : visibleText(folderName(path));
  if (!('bucket' in source) || source.bucket === '') return null;
  return visibleText(`${source.bucket}/${'key' in source ? source.key : source.prefix}`);
}

/** What stands for the part, null while it is not known, and what is said then. */
function targetText(
  action: Action,
  hasSource: boolean,
  { t, format, folderName }: DescribeContext,
): readonly [string | null, string] {
  switch (action.type) {
    case 'upload':
    case 'uploadStream':
    case 'copy':
    case 'move': {
      const { bucket, prefix, name, connection } = action;
      const missing = t('ruleSentence.chooseBucket');
      if (bucket === '') return [null, missing];
      const place = visibleText(`${bucket}/${prefix}${name ?? ''}`.replace(/\/$/, ''));
      return [connection === undefined ? place : t('ruleSentence.inConnection', { place, connection }), missing];
    }
    case 'download': {
      const { folder, name } = action;
      const separator = folder.includes('\\') ? '\\' : '/';
      const whole = name === undefined ? folder : `${folder.replace(/[\\/]$/, '')}${separator}${name}`;
      return [folder === '' ? null : visibleText(folderName(whole)), t('ruleSentence.chooseFolder')];
    }
    case 'delete':
      return [t(hasSource ? 'ruleSentence.delete' : 'ruleSentence.deleteIt'), ''];
    case 'tag': {
      const tags = Object.entries(action.tags).map(([name, value]) => t('ruleSentence.tag', { name, value }));
      return [tags.length === 0 ? null : format.list(tags), t('ruleSentence.chooseTags')];
    }
    case 'createBucket':
      return [action.bucket === '' ? null : visibleText(action.bucket), t('ruleSentence.chooseName')];
    case 'presign':
      return [t('ruleSentence.validFor', { time: format.longDuration(action.expiresInSeconds) }), ''];
    case 'notify':
      return [
        action.message.trim() === '' ? null : t('ruleSentence.quoted', { text: action.message }),
        t('ruleSentence.chooseText'),
      ];
    case 'audit':
      return [t('ruleSentence.auditIt'), ''];
  }
}

function placeText(
  { bucket, prefix }: { readonly bucket: string; readonly prefix: string },
  below: boolean,
  t: TFunction,
) {
  if (bucket === '') return null;
  const place = visibleText(prefix === '' ? bucket : `${bucket}/${prefix.replace(/\/$/, '')}`);
  return below ? place : t('ruleSentence.alone', { place });
}

function describePatterns(
  match: readonly string[],
  ignore: readonly string[],
  what: 'Object' | 'File',
  { t, format }: DescribeContext,
): string {
  const named = (patterns: readonly string[]) => {
    const shown = format.list(patterns.slice(0, namedPatterns), 'disjunction');
    const more = patterns.length - namedPatterns;
    return more > 0 ? t('ruleSentence.more', { patterns: shown, count: more }) : shown;
  };
  if (match.length > 0) {
    return ignore.length > 0
      ? t('ruleSentence.likeBut', { patterns: named(match), ignored: named(ignore) })
      : t('ruleSentence.like', { patterns: named(match) });
  }
  if (ignore.length === 0) return t(what === 'Object' ? 'ruleSentence.anyObject' : 'ruleSentence.anyFile');
  return what === 'Object'
    ? t('ruleSentence.objectBut', { ignored: named(ignore) })
    : t('ruleSentence.fileBut', { ignored: named(ignore) });
}

function describeChange(
  on: readonly ('created' | 'updated' | 'removed')[],
  { t, format }: DescribeContext,
): string | null {
  const changes = (['created', 'updated', 'removed'] as const).filter((one) => on.includes(one));
  return changes.length === 0
    ? null
    : format.list(
        changes.map((one) => t(`ruleSentence.change.${one}`)),
        'disjunction',
      );
}

function startText(startFrom: string, { t }: DescribeContext): string {
  return startFrom === 'now' || startFrom === 'all'
    ? t(`ruleSentence.start.${startFrom}`)
    : t('ruleSentence.start.since', { date: startFrom });
}

const longTime = (seconds: number, { t, format }: DescribeContext) =>
  seconds === 0 ? t('ruleSentence.noTime') : format.longDuration(seconds);

/** Pure. A name for a rule that has been given none: what it takes and where that goes. */
export function suggestName(draft: Draft, { t, folderName }: DescribeContext): string {
  const { trigger, actions } = draft;
  const last = (path: string) =>
    folderName(path)
      .split(/[\\/]/)
      .findLast((part) => part !== '') ?? path;
  const place = ({ bucket, prefix }: { readonly bucket: string; readonly prefix: string }) =>
    prefix === '' ? bucket : `${bucket}/${prefix.replace(/\/$/, '')}`;
  const targets = actions.flatMap((action) =>
    action.type === 'download'
      ? [last(action.folder)]
      : 'bucket' in action && 'prefix' in action
        ? [place(action)]
        : [],
  );
  const sources = actions.flatMap((action) => {
    const source = 'source' in action ? action.source : undefined;
    if (source === undefined) return [];
    if ('folder' in source) return [last(source.folder)];
    if ('file' in source) return [last(source.file)];
    return [place({ bucket: source.bucket, prefix: 'prefix' in source ? source.prefix : source.key })];
  });
  const from =
    trigger.type === 'newObject'
      ? place(trigger)
      : trigger.type === 'folder'
        ? last(trigger.folder)
        : (sources[0] ?? '');
  const [to] = targets;
  const name =
    from !== '' && to !== undefined && to !== ''
      ? t('ruleSentence.nameFromTo', { from, to })
      : t('ruleSentence.nameOnly', { from: from === '' ? t('rules.add') : from });
  return name.replaceAll(/[\u2068\u2069]/g, '').slice(0, 100);
}
