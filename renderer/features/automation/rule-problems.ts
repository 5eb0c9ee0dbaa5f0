import { ruleInputSchema } from '../../../shared/domain/rule.ts';
import { unknownPlaceholders } from '../../../shared/domain/template.ts';
import { type Draft, inputOf } from '../../stores/rule-draft.ts';

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
  | 'add'
  | `action.${number}`
  | `source.${number}`;

/** What is wrong with a part: it is missing, no such thing can be, or an engine has said so (`said`). */
export type Problem =
  | { readonly what: 'missing' | 'wrong' | 'source' | 'gone' }
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

/** Pure. The part of the sentence that a path of the rule (`actions.0.bucket`) stands at. */
export function slotAt(path: readonly PropertyKey[], draft: Draft): SlotId | null {
  const [first, second, third] = path.map(String);
  // Each place says which connection it is in.
  if (first === 'connection') {
    return draft.trigger.type === 'newObject' ? 'place' : draft.actions.length > 0 ? 'action.0' : 'add';
  }
  if (first === 'trigger') return slots[second ?? ''] ?? 'kind';
  if (first === 'conditions') return 'conditions';
  if (first !== 'actions') return null;
  if (second === undefined) return 'add';
  return third === 'source' ? `source.${Number(second)}` : `action.${Number(second)}`;
}

/** Pure. What keeps the draft from being a rule, by the part of the sentence where it is mended; the name is not among them. */
export function problemsOf(draft: Draft): Problems {
  const problems = new Map<SlotId, Problem>();
  const parsed = ruleInputSchema.safeParse({ ...inputOf(draft), name: draft.name.trim() || '-' });
  for (const { path, code } of parsed.error?.issues ?? []) {
    const slot = slotAt(path, draft);
    if (slot === null || problems.has(slot)) continue;
    if (code === 'custom' && path[0] === 'actions' && path[2] === 'source') problems.set(slot, { what: 'source' });
    else if (code === 'custom' && path[0] === 'actions' && path[2] === 'type') problems.set(slot, { what: 'gone' });
    else problems.set(slot, isEmptyAt(draft, path) ? { what: 'missing' } : { what: 'wrong' });
  }
  for (const [index, action] of draft.actions.entries()) {
    const slot = `action.${index}` as const;
    if (problems.has(slot)) continue;
    const [unknown] = templatesOf(action).flatMap(unknownPlaceholders);
    if (unknown !== undefined) problems.set(slot, { what: 'placeholder', text: unknown });
    else if (action.type === 'tag' && Object.keys(action.tags).length === 0) problems.set(slot, { what: 'missing' });
  }
  return problems;
}

function isEmptyAt(value: unknown, path: readonly PropertyKey[]): boolean {
  let at = value;
  for (const key of path)
    at = typeof at === 'object' && at !== null ? (at as Record<PropertyKey, unknown>)[key] : undefined;
  return at === undefined || at === '' || (Array.isArray(at) && at.length === 0);
}

function templatesOf(action: Draft['actions'][number]): string[] {
  const fields = ['prefix', 'name', 'folder', 'title', 'message'] as const;
  const values = action as { readonly [K in (typeof fields)[number]]?: string | undefined };
  const bucket = action.type === 'createBucket' ? [action.bucket] : [];
  return [...bucket, ...fields.flatMap((field) => values[field] ?? [])];
}
