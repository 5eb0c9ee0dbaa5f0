import {
  type Conditions,
  type Mirror,
  mirrorSchema,
  type RuleDraft,
  ruleInputSchema,
  type RuleView,
} from '../../shared/domain/rule.ts';
import type { Action, ActionType } from '../../shared/domain/rule-action.ts';
import {
  folderTriggerSchema,
  newObjectTriggerSchema,
  scheduleTriggerSchema,
  type Trigger,
} from '../../shared/domain/rule-trigger.ts';

/** A rule while it is being written: what is not known yet is empty. */
export type Draft = {
  readonly name: string;
  /** The name of a saved connection; '' for none yet. */
  readonly connection: string;
  readonly trigger: Trigger;
  readonly conditions: Conditions;
  readonly mirror?: Mirror | undefined;
  readonly actions: readonly Action[];
  /** What has been typed as a number and is none, or cannot be one there: the rule cannot be saved with it. */
  readonly unread?: Unread | undefined;
  /** Of one that has just been made a mirror: what that has changed, to be given back when it is none after all. */
  readonly unmirrored?: Pick<Draft, 'trigger' | 'actions'> | undefined;
};

export type NumberId =
  | 'minSizeBytes'
  | 'maxSizeBytes'
  | 'minAgeSeconds'
  | 'maxAgeSeconds'
  | 'pollSeconds'
  | 'settleSeconds'
  | 'maxDeletePercent'
  | 'maxDeletes';
export type Unread = { readonly [K in NumberId]?: string };

/** Pure. The draft with what was typed and cannot be read; null: it can be. */
export function withUnread(draft: Draft, id: NumberId, text: string | null): Draft {
  const { unread: { [id]: _, ...others } = {}, ...rest } = draft;
  const unread = text === null ? others : { ...others, [id]: text };
  return Object.keys(unread).length === 0 ? rest : { ...rest, unread };
}

export type TriggerType = Trigger['type'];
export const triggerTypes = ['newObject', 'folder', 'schedule', 'manual'] as const satisfies readonly TriggerType[];

/** Where objects are: a bucket ('' for none yet) and what their keys begin with. */
export type BucketTarget = { readonly bucket: string; readonly prefix: string };

const defaults = {
  newObject: newObjectTriggerSchema.parse({ type: 'newObject', bucket: 'xxx' }),
  folder: folderTriggerSchema.parse({ type: 'folder', folder: '/' }),
  schedule: scheduleTriggerSchema.parse({ type: 'schedule', cron: '0 2 * * *' }),
} as const;

/** For files on this computer: what a person has changed there is not lost. */
const keepsBoth = { conflict: 'keep-both', skipSame: true } as const;

/** Pure. A trigger of that type with what is usual, and nothing chosen yet. */
export function newTrigger(type: TriggerType): Trigger {
  switch (type) {
    case 'newObject':
      return { ...defaults.newObject, bucket: '' };
    case 'folder':
      return { ...defaults.folder, folder: '' };
    case 'schedule':
      return { ...defaults.schedule };
    case 'manual':
      return { type };
  }
}

/** Pure. An action of that type with what is usual, and nothing chosen yet. */
export function newAction(type: ActionType): Action {
  switch (type) {
    case 'upload':
    case 'copy':
    case 'move':
      return { type, bucket: '', prefix: '', conflict: 'overwrite', skipSame: true };
    case 'uploadStream':
      return { type, bucket: '', prefix: '', conflict: 'overwrite' };
    case 'download':
      return { type, folder: '', ...keepsBoth };
    case 'delete':
      return { type };
    case 'tag':
      return { type, tags: {}, replace: false };
    case 'createBucket':
      return { type, bucket: '' };
    case 'presign':
      return { type, expiresInSeconds: 3600, to: 'notification' };
    case 'notify':
      return { type, message: '' };
    case 'audit':
      return { type };
  }
}

export function emptyDraft(connection: string): Draft {
  return {
    name: '',
    connection,
    trigger: newTrigger('newObject'),
    conditions: {},
    actions: [],
  };
}

/** Pure. Another trigger; what the old one says as well is kept. */
export function withTriggerType(draft: Draft, type: TriggerType): Draft {
  if (draft.trigger.type === type) return draft;
  const next = newTrigger(type);
  const { trigger } = draft;
  const kept =
    'match' in trigger && 'match' in next
      ? { ...next, match: trigger.match, ignore: trigger.ignore, recursive: trigger.recursive }
      : next;
  return { ...draft, trigger: kept };
}

/**
 * Pure. Whether the connection that is chosen for a step is the rule's own: where there is none yet, or nothing else uses it. The
 * trigger's bucket says which one that is, and so does another step that has none to itself.
 */
export function decidesConnection({ connection, trigger, actions }: Draft, action: Action): boolean {
  if (connection === '') return true;
  const isOwn = 'connection' in action && action.connection !== undefined;
  return trigger.type !== 'newObject' && !isOwn && !actions.some((one) => one !== action && usesConnection(one));
}

function usesConnection(action: Action): boolean {
  if ('source' in action && action.source !== undefined && 'bucket' in action.source) return true;
  return 'bucket' in action && action.connection === undefined;
}

/** Pure. What kind of a mirror it is, or would be. */
export function mirrorKind({ actions: [first] }: Draft): 'upload' | 'download' | 'copy' {
  return first?.type === 'upload' || first?.type === 'download' ? first.type : 'copy';
}

/** Pure. With a mirror the target becomes what the source is: all that is there, and whatever happens to it. */
export function withMirror(draft: Draft, isMirror: boolean): Draft {
  const { mirror: _, unmirrored, ...rest } = draft;
  const { trigger } = draft;
  if (!isMirror) return unmirrored === undefined ? keptAgain(rest) : givenBack(rest, unmirrored);
  if (trigger.type !== 'folder' && trigger.type !== 'newObject') return draft;
  const [first, ...others] = draft.actions;
  const replaces = first && 'conflict' in first ? [{ ...first, conflict: 'overwrite' as const }, ...others] : [];
  return {
    ...rest,
    mirror: mirrorSchema.parse({}),
    unmirrored: { trigger, actions: draft.actions },
    trigger: { ...trigger, on: ['created', 'updated'], startFrom: 'all' },
    actions: replaces,
  };
}

/** What a mirror replaces is kept again. */
function keptAgain(draft: Draft): Draft {
  return { ...draft, actions: draft.actions.map((one) => (one.type === 'download' ? { ...one, ...keepsBoth } : one)) };
}

/** With what its first step did about things in the way, and what it began with, before it was made a mirror. */
function givenBack(draft: Draft, { trigger: before, actions: [was] }: NonNullable<Draft['unmirrored']>): Draft {
  const { trigger } = draft;
  const [first, ...others] = draft.actions;
  const on = 'on' in before ? { on: before.on } : {};
  const from =
    trigger.type === 'newObject' && before.type === 'newObject'
      ? { ...trigger, ...on, startFrom: before.startFrom }
      : trigger.type === 'folder' && before.type === 'folder'
        ? { ...trigger, ...on, startFrom: before.startFrom }
        : trigger;
  const conflict = first?.type === was?.type && was && 'conflict' in was ? { conflict: was.conflict } : {};
  const actions = first && 'conflict' in first ? [{ ...first, ...conflict } as Action, ...others] : draft.actions;
  return { ...draft, trigger: from, actions };
}

/** Pure. A saved rule as a draft. */
export function draftOf(rule: RuleView): Draft {
  const { name, connection, trigger, conditions = {}, mirror, actions } = rule;
  return { name, connection, trigger, conditions, ...(mirror === undefined ? {} : { mirror }), actions };
}

/** Pure. What is given to the engine; it may still be incomplete, see `problemsOf`. */
export function inputOf(draft: Draft, enabled = true): RuleDraft {
  const { conditions, mirror, actions, unread: _unread, unmirrored: _unmirrored, ...rest } = draft;
  const given = Object.keys(conditions).length > 0 ? { conditions } : {};
  return { ...rest, enabled, ...given, ...(mirror === undefined ? {} : { mirror }), actions: [...actions] };
}

/** Pure. Whether two drafts mean the same rule. */
export function sameDraft(a: Draft, b: Draft): boolean {
  return textOf(a) === textOf(b);
}

/** Pure. Whether nothing has been written yet. */
export function isUntouched(draft: Draft): boolean {
  return sameDraft(draft, emptyDraft(draft.connection));
}

const parts = ['name', 'connection', 'trigger', 'conditions', 'mirror', 'actions'] as const;

/** Pure. The changes from `base` to `draft`, made to what the rule is `now`: what was not changed is as it is there. */
export function rebase(draft: Draft, base: Draft, now: Draft): Draft {
  const isChanged = (part: (typeof parts)[number]) =>
    JSON.stringify(sorted(draft[part])) !== JSON.stringify(sorted(base[part]));
  const changed = parts.filter(isChanged).map((part) => [part, draft[part]]);
  const { unread, unmirrored } = draft;
  return {
    ...now,
    ...Object.fromEntries(changed),
    ...(unread === undefined ? {} : { unread }),
    ...(unmirrored === undefined ? {} : { unmirrored }),
  };
}

const textOf = (draft: Draft): string => {
  const parsed = ruleInputSchema.safeParse(inputOf(draft));
  return JSON.stringify([sorted(parsed.success ? parsed.data : inputOf(draft)), sorted(draft.unread)]);
};

/** The same for the same entries in whatever order, without those that are not given. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((one: unknown) => sorted(one));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, one]) => one !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, one]) => [key, sorted(one)]));
}

/** Templates whose rules can be mirrors. */
export const mirrorTemplates: ReadonlySet<string> = new Set(['folderToBucket', 'bucketToFolder']);

/** Pure. An upload is there to replace; a file on this computer may have been changed here. */
export const usualConflict = (template: RuleTemplate): Conflict =>
  template === 'folderToBucket' || template === 'nightly' ? 'overwrite' : 'keep-both';

export const ruleTemplates = ['folderToBucket', 'bucketToFolder', 'download', 'downloadAndMove', 'nightly'] as const;
export type RuleTemplate = (typeof ruleTemplates)[number];

export type TemplateFields = {
  readonly connection: string;
  readonly folder: string;
  readonly place: BucketTarget;
  /** Where objects go once they have been downloaded. */
  readonly moveTo: BucketTarget;
  /** What becomes of what is there and differs; left out: what is usual for the template. */
  readonly conflict?: Conflict | undefined;
  readonly mirror?: boolean;
};
export type Conflict = Extract<Action, { type: 'upload' }>['conflict'];

/** Pure. The rule that a template makes of what a person has chosen for it. */
export function draftFrom(template: RuleTemplate, fields: TemplateFields): Draft {
  const { connection, folder, place, moveTo, conflict = usualConflict(template), mirror = false } = fields;
  const base = emptyDraft(connection);
  const upload: Action = { type: 'upload', ...place, conflict, skipSame: true };
  const download: Action = { type: 'download', folder, conflict, skipSame: true };
  const objects = { ...defaults.newObject, ...place };
  switch (template) {
    case 'folderToBucket':
      return withMirror({ ...base, trigger: { ...defaults.folder, folder }, actions: [upload] }, mirror);
    case 'bucketToFolder': {
      const all = { ...objects, on: ['created' as const, 'updated' as const], startFrom: 'all' };
      return withMirror({ ...base, trigger: all, actions: [download] }, mirror);
    }
    case 'download':
      return { ...base, trigger: objects, actions: [download] };
    case 'downloadAndMove':
      return { ...base, trigger: objects, actions: [download, { type: 'move', ...moveTo, conflict, skipSame: true }] };
    case 'nightly':
      return { ...base, trigger: defaults.schedule, actions: [{ ...upload, source: { folder } }] };
  }
}
