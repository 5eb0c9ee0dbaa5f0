import { z } from 'zod';
import { appErrorSchema } from '../errors.ts';
import { connectionIdSchema, ruleIdSchema, runIdSchema } from './ids.ts';
import { actionProblems } from './action-problems.ts';
import { actionSchema, actionTypes } from './rule-action.ts';
import { changeTypeSchema, triggerSchema } from './rule-trigger.ts';

/** All that is given must hold. What a listing does not say (tags, metadata) is asked for when a run begins. */
export const conditionsSchema = z.object({
  minSizeBytes: z.number().int().min(0).optional(),
  maxSizeBytes: z.number().int().min(0).optional(),
  /** What is younger waits until it is as old as that. */
  minAgeSeconds: z.number().int().min(0).optional(),
  maxAgeSeconds: z.number().int().min(0).optional(),
  /** Values may have `*`. */
  tags: z.record(z.string().min(1), z.string()).optional(),
  /** User metadata by its name without `x-amz-meta-`. */
  metadata: z.record(z.string().min(1), z.string()).optional(),
});
export type Conditions = z.infer<typeof conditionsSchema>;

/**
 * The target is to be what the source is: what is taken away there is taken away here too. More deletions at once than this
 * stop the rule until a person has said that they are meant, and so does its beginning (SPEC.md [A60]-[A64]).
 */
export const mirrorSchema = z.object({
  /** Of all that is in the source. */
  maxDeletePercent: z.number().int().min(0).max(100).default(50),
  maxDeletes: z.number().int().min(0).default(1000),
});
export type Mirror = z.infer<typeof mirrorSchema>;

/** The parts of a rule that a person writes, but for its connection. */
const definition = {
  name: z.string().trim().min(1).max(100),
  trigger: triggerSchema,
  conditions: conditionsSchema.optional(),
  mirror: mirrorSchema.optional(),
  /** In this order; a step begins when the one before it is done. */
  actions: z.array(actionSchema).min(1).max(20),
};

/** A rule as a person writes it: in the form, or in the file of `brigade rules add --file`. */
export const ruleInputSchema = z
  .object({
    ...definition,
    /** The name of a saved connection. */
    connection: z.string().trim().min(1).max(100),
    enabled: z.boolean().default(true),
  })
  .superRefine((rule, context) => {
    rule.actions.forEach((action, index) => {
      for (const { field, message } of actionProblems(rule.trigger, rule.actions.slice(0, index), action))
        context.addIssue({ code: 'custom', path: ['actions', index, field], message });
    });
    const message = rule.mirror === undefined ? null : mirrorProblem(rule.trigger, rule.actions);
    if (message !== null) context.addIssue({ code: 'custom', path: ['mirror'], message });
  });
export type RuleInput = z.infer<typeof ruleInputSchema>;
export type RuleDraft = z.input<typeof ruleInputSchema>;

/** Why such a rule carries no deletions over: only what keeps its path can be found again to be deleted. Pure. */
export function mirrorProblem(
  trigger: Pick<z.infer<typeof triggerSchema>, 'type'>,
  [first, ...others]: readonly z.infer<typeof actionSchema>[],
): string | null {
  const fits =
    trigger.type === 'folder'
      ? first?.type === 'upload'
      : trigger.type === 'newObject' && (first?.type === 'download' || first?.type === 'copy');
  if (!fits || first === undefined) return 'a mirror uploads a folder, or downloads or copies what is in a bucket';
  const place = first.type === 'download' ? first.folder : 'prefix' in first ? first.prefix : '';
  if ('name' in first && first.name !== undefined) return 'in a mirror everything keeps its name';
  if (/[{}]/.test(place)) return 'in a mirror everything goes to one place: without placeholders';
  if (others.some(({ type }) => type !== 'notify' && type !== 'audit'))
    return 'after its first step a mirror only tells';
  return null;
}

/**
 * on: acts on what happens. off: a person has paused it; what happens meanwhile waits. stopped: it paused itself, `stoppedBy`
 * says why.
 */
export const ruleStateSchema = z.enum(['on', 'off', 'stopped']);
export type RuleState = z.infer<typeof ruleStateSchema>;

/** What looking at the bucket costs. */
export const pollCostSchema = z.object({
  /** At the interval that holds and the number of pages the last listing had (1,000 objects each). */
  listRequestsPerMonth: z.number().int(),
  /** Of the last whole listing; null before the first. */
  objects: z.number().int().nullable(),
  /** Rules that share the listing, this one not included. */
  sharedWith: z.array(ruleIdSchema),
});
export type PollCost = z.infer<typeof pollCostSchema>;

/** Of a rule, by what has become of them. */
export const runCountsSchema = z.object({
  waiting: z.number().int(),
  running: z.number().int(),
  /** Failed for good, until a person retries or skips them. */
  failed: z.number().int(),
  done: z.number().int(),
  skipped: z.number().int(),
});

export const ruleViewSchema = z.object({
  ...definition,
  id: ruleIdSchema,
  /** The name of its connection now. */
  connection: z.string(),
  connectionId: connectionIdSchema,
  enabled: z.boolean(),
  state: ruleStateSchema,
  stoppedBy: appErrorSchema.optional(),
  /** Why its trigger cannot see anything at the moment; tried again by itself. */
  problem: appErrorSchema.optional(),
  /** Something worth knowing that does not keep it from working, such as a watch limit. */
  notice: appErrorSchema.optional(),
  runs: runCountsSchema,
  /** When it looked last, and when it looks or runs next; null: not yet, or not by itself. */
  lastLookMs: z.number().nullable(),
  nextMs: z.number().nullable(),
  lastRunMs: z.number().nullable(),
  cost: pollCostSchema.optional(),
  createdMs: z.number(),
});
export type RuleView = z.infer<typeof ruleViewSchema>;

/** What a run is about. */
export const ruleEventSchema = z.object({
  type: z.union([changeTypeSchema, z.enum(['schedule', 'manual'])]),
  /** Null for files, schedules and manual runs. */
  bucket: z.string().nullable(),
  /** The object's key; of a file its path below the folder, with `/`; null for schedules and manual runs. */
  key: z.string().nullable(),
  /** Absolute; of files only. */
  path: z.string().nullable(),
  sizeBytes: z.number().nullable(),
  etag: z.string().nullable(),
  /** ISO 8601. */
  lastModified: z.string().nullable(),
  storageClass: z.string().nullable(),
  versionId: z.string().nullable(),
});
export type RuleEvent = z.infer<typeof ruleEventSchema>;

/** waiting: for its turn or for its next try (`nextTryMs`). skipped: nothing was to be done, `detail` or `error` says why. */
export const runStateSchema = z.enum(['waiting', 'running', 'done', 'failed', 'skipped']);
export type RunState = z.infer<typeof runStateSchema>;

export const runStepSchema = z.object({
  action: z.enum(actionTypes),
  state: runStateSchema,
  /** What it did, for people: where to, which URL. */
  detail: z.string().nullable(),
  error: appErrorSchema.optional(),
  bytes: z.number().nullable(),
  startedMs: z.number().nullable(),
  endedMs: z.number().nullable(),
});
export type RunStep = z.infer<typeof runStepSchema>;

/** What a run has made a URL of, and for how long that one worked. Not the URL: whoever has it may read the object. */
export const runLinkSchema = z.object({
  connectionId: connectionIdSchema,
  bucket: z.string(),
  key: z.string(),
  expiresInSeconds: z.number(),
});
export type RunLink = z.infer<typeof runLinkSchema>;

export const runViewSchema = z.object({
  id: runIdSchema,
  ruleId: ruleIdSchema,
  event: ruleEventSchema,
  state: runStateSchema,
  seenMs: z.number(),
  startedMs: z.number().nullable(),
  endedMs: z.number().nullable(),
  attempts: z.number().int(),
  nextTryMs: z.number().nullable(),
  error: appErrorSchema.optional(),
  steps: z.array(runStepSchema),
  /** Of the last presign step that is done, as the rule was then. */
  link: runLinkSchema.optional(),
});
export type RunView = z.infer<typeof runViewSchema>;

export const runQuerySchema = z.object({
  ruleId: ruleIdSchema.optional(),
  states: z.array(runStateSchema).optional(),
  /** A part of the key, without regard to case. */
  text: z.string().optional(),
  fromMs: z.number().optional(),
  toMs: z.number().optional(),
});
export type RunQuery = z.infer<typeof runQuerySchema>;

/** What a rule would do with one object or file that is there now. */
export const ruleTrialSchema = z.object({
  event: ruleEventSchema,
  steps: z.array(z.object({ action: z.enum(actionTypes), detail: z.string() })),
  /** Why it would do nothing with it after all (a tag that does not fit, …). */
  skipped: z.string().optional(),
});
export type RuleTrial = z.infer<typeof ruleTrialSchema>;
