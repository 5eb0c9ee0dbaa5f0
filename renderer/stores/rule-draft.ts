import {
  type Conditions,
  type Mirror,
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
  readonly enabled: boolean;
  readonly trigger: Trigger;
  readonly conditions: Conditions;
  /** Not changed in the form, and kept. */
  readonly mirror?: Mirror | undefined;
  readonly actions: readonly Action[];
};

export type TriggerType = Trigger['type'];
export const triggerTypes = ['newObject', 'folder', 'schedule', 'manual'] as const satisfies readonly TriggerType[];

/** Where objects are: a bucket ('' for none yet) and what their keys begin with. */
export type BucketTarget = { readonly bucket: string; readonly prefix: string };

const defaults = {
  newObject: newObjectTriggerSchema.parse({ type: 'newObject', bucket: 'xxx' }),
  folder: folderTriggerSchema.parse({ type: 'folder', folder: '/' }),
  schedule: scheduleTriggerSchema.parse({ type: 'schedule', cron: '0 2 * * *' }),
} as const;

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
      return { type, bucket: '', prefix: '', conflict: 'overwrite', skipSame: false };
    case 'uploadStream':
      return { type, bucket: '', prefix: '', conflict: 'overwrite' };
    case 'download':
      return { type, folder: '', conflict: 'overwrite', skipSame: false };
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
    enabled: true,
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

/** Pure. A saved rule as a draft. */
export function draftOf(rule: RuleView): Draft {
  const { name, connection, enabled, trigger, conditions = {}, mirror, actions } = rule;
  return { name, connection, enabled, trigger, conditions, ...(mirror === undefined ? {} : { mirror }), actions };
}

/** Pure. What is given to the engine; it may still be incomplete, see `problemsOf`. */
export function inputOf({ conditions, mirror, actions, ...rest }: Draft): RuleDraft {
  const given = Object.keys(conditions).length > 0 ? { conditions } : {};
  return { ...rest, ...given, ...(mirror === undefined ? {} : { mirror }), actions: [...actions] };
}

/** Pure. Whether two drafts mean the same rule. */
export function sameDraft(a: Draft, b: Draft): boolean {
  return textOf(a) === textOf(b);
}

const textOf = (draft: Draft): string => {
  const parsed = ruleInputSchema.safeParse(inputOf(draft));
  return JSON.stringify(sorted(parsed.success ? parsed.data : inputOf(draft)));
};

/** The same for the same entries in whatever order, without those that are not given. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((one: unknown) => sorted(one));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, one]) => one !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, one]) => [key, sorted(one)]));
}

export const ruleTemplates = ['folderToBucket', 'bucketToFolder', 'download', 'downloadAndMove', 'nightly'] as const;
export type RuleTemplate = (typeof ruleTemplates)[number];

export type TemplateFields = {
  readonly connection: string;
  readonly folder: string;
  readonly place: BucketTarget;
  /** Where objects go once they have been downloaded. */
  readonly moveTo: BucketTarget;
};

/** Pure. The rule that a template makes of what a person has chosen for it. */
export function draftFrom(template: RuleTemplate, { connection, folder, place, moveTo }: TemplateFields): Draft {
  const base = emptyDraft(connection);
  const usual = { conflict: 'overwrite', skipSame: false } as const;
  const upload: Action = { type: 'upload', ...place, ...usual };
  const download: Action = { type: 'download', folder, ...usual };
  const objects = { ...defaults.newObject, ...place };
  switch (template) {
    case 'folderToBucket':
      return { ...base, trigger: { ...defaults.folder, folder }, actions: [upload] };
    case 'bucketToFolder':
      return {
        ...base,
        trigger: { ...objects, on: ['created', 'updated'], startFrom: 'all' },
        actions: [download],
      };
    case 'download':
      return { ...base, trigger: objects, actions: [download] };
    case 'downloadAndMove':
      return { ...base, trigger: objects, actions: [download, { type: 'move', ...moveTo, ...usual }] };
    case 'nightly':
      return { ...base, trigger: defaults.schedule, actions: [{ ...upload, source: { folder } }] };
  }
}
