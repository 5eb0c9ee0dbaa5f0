import { actionProblems } from '../../../shared/domain/action-problems.ts';
import { ruleInputSchema } from '../../../shared/domain/rule.ts';
import { templatesOf } from '../../../shared/domain/rule-action.ts';
import { unknownPlaceholders } from '../../../shared/domain/template.ts';
import { type Draft, inputOf, type NumberId } from '../../stores/rule-draft.ts';

/** A part of the sentence that can be changed. */
export type SlotId =
  | 'kind'
  | 'what'
  | 'change'
  | 'place'
  | 'folder'
  | 'times'
  | 'interval'
  | 'settle'
  | 'start'
  | 'conditions'
  | 'mirror'
  | 'add'
  | `action.${number}`
  | `source.${number}`;

/** What is wrong with a part: it is missing, no such thing can be, or an engine has said so (`said`). */
export type Problem =
  | {
      readonly what:
        | 'missing'
        | 'wrong'
        | 'source'
        | 'oneObject'
        | 'removed'
        | 'stream'
        | 'gone'
        | 'number'
        | 'range'
        | 'mirror';
    }
  | { readonly what: 'placeholder'; readonly text: string }
  | { readonly what: 'said'; readonly text: string };

export type Problems = ReadonlyMap<SlotId, Problem>;

const slots: Readonly<Record<string, SlotId>> = {
  bucket: 'place',
  prefix: 'place',
  recursive: 'place',
  alsoMoved: 'change',
  folder: 'folder',
  usePolling: 'settle',
  settleSeconds: 'settle',
  on: 'change',
  match: 'what',
  ignore: 'what',
  pollSeconds: 'interval',
  startFrom: 'start',
  cron: 'times',
  timeZone: 'times',
  catchUp: 'times',
};

/** Where the numbers of a rule are typed. */
const numberSlots: Readonly<Record<NumberId, SlotId>> = {
  minSizeBytes: 'conditions',
  maxSizeBytes: 'conditions',
  minAgeSeconds: 'conditions',
  maxAgeSeconds: 'conditions',
  pollSeconds: 'interval',
  settleSeconds: 'settle',
  maxDeletePercent: 'mirror',
  maxDeletes: 'mirror',
};

/** What was typed for a part that the rule does not have any more is of no account. */
function hasNumber({ trigger, mirror }: Draft, slot: SlotId): boolean {
  if (slot === 'mirror') return mirror !== undefined;
  if (slot === 'interval') return trigger.type === 'newObject';
  return slot === 'settle' ? trigger.type === 'folder' : trigger.type === 'newObject' || trigger.type === 'folder';
}

/** Pure. The part of the sentence that a path of the rule (`actions.0.bucket`) stands at. */
export function slotAt(path: readonly PropertyKey[], draft: Draft): SlotId | null {
  const [first, second, third] = path.map(String);
  // Each place says which connection it is in.
  if (first === 'connection') {
    return draft.trigger.type === 'newObject' ? 'place' : draft.actions.length > 0 ? 'action.0' : 'add';
  }
  if (first === 'trigger') return slots[second ?? ''] ?? 'kind';
  if (first === 'conditions' || first === 'mirror') return first;
  if (first !== 'actions') return null;
  if (second === undefined) return 'add';
  return third === 'source' ? `source.${Number(second)}` : `action.${Number(second)}`;
}

/** Pure. What keeps the draft from being a rule, by the part of the sentence where it is mended; the name is not among them. */
export function problemsOf(draft: Draft): Problems {
  const problems = new Map<SlotId, Problem>();
  for (const id of Object.keys(draft.unread ?? {})) {
    const slot = numberSlots[id as NumberId];
    if (hasNumber(draft, slot)) problems.set(slot, { what: 'number' });
  }
  const { minSizeBytes = 0, maxSizeBytes = Infinity, minAgeSeconds = 0, maxAgeSeconds = Infinity } = draft.conditions;
  if (
    !problems.has('conditions') &&
    hasNumber(draft, 'conditions') &&
    (minSizeBytes > maxSizeBytes || minAgeSeconds > maxAgeSeconds)
  )
    problems.set('conditions', { what: 'range' });
  const parsed = ruleInputSchema.safeParse({ ...inputOf(draft), name: draft.name.trim() || '-' });
  for (const { path, code } of parsed.error?.issues ?? []) {
    const slot = slotAt(path, draft);
    // What is wrong with a step is asked below: also while other parts are missing.
    if (slot === null || problems.has(slot) || (code === 'custom' && path[0] === 'actions')) continue;
    if (code === 'custom' && path[0] === 'mirror') problems.set(slot, { what: 'mirror' });
    else problems.set(slot, isEmptyAt(draft, path) ? { what: 'missing' } : { what: 'wrong' });
  }
  for (const [index, action] of draft.actions.entries()) {
    const set = (slot: SlotId, problem: Problem): void => void (problems.has(slot) || problems.set(slot, problem));
    for (const { field, why } of actionProblems(draft.trigger, draft.actions.slice(0, index), action))
      set(field === 'source' ? `source.${index}` : `action.${index}`, { what: why === 'noSource' ? 'source' : why });
    for (const [path, text] of templatesOf(action)) {
      const [unknown] = unknownPlaceholders(text);
      const slot: SlotId = path.startsWith('source.') ? `source.${index}` : `action.${index}`;
      if (unknown !== undefined) set(slot, { what: 'placeholder', text: unknown });
    }
    if (action.type === 'tag' && Object.keys(action.tags).length === 0) set(`action.${index}`, { what: 'missing' });
  }
  return problems;
}

function isEmptyAt(value: unknown, path: readonly PropertyKey[]): boolean {
  let at = value;
  for (const key of path)
    at = typeof at === 'object' && at !== null ? (at as Record<PropertyKey, unknown>)[key] : undefined;
  return at === undefined || at === '' || (Array.isArray(at) && at.length === 0);
}
