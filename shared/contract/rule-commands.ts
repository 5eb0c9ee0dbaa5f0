import { z } from 'zod';
import { appErrorSchema } from '../errors.ts';
import { connectionIdSchema, ruleIdSchema, runIdSchema } from '../domain/ids.ts';
import {
  ruleInputSchema,
  ruleTrialSchema,
  ruleViewSchema,
  runCountsSchema,
  runQuerySchema,
  runViewSchema,
} from '../domain/rule.ts';
import { define, done, nothing } from './define.ts';

const rule = z.object({ rule: ruleViewSchema });

/** Automation. */
export const ruleCommands = {
  /** From now on this engine watches, and does what rules ask for, until it ends. Idempotent. */
  'rules.activate': define(nothing, done),
  'rules.list': define(nothing, z.object({ rules: z.array(ruleViewSchema), allPaused: z.boolean() })),
  /** ConnectionNotFound; InvalidInput names the field (`actions.0.bucket`). */
  'rules.add': define(z.object({ rule: ruleInputSchema }), rule),
  /** Another bucket, prefix or folder: begins there from now on. Runs that wait go on as the rule is then. */
  'rules.update': define(z.object({ ruleId: ruleIdSchema, rule: ruleInputSchema }), rule),
  /** With its history; what runs ends after the step it is in. Idempotent. */
  'rules.remove': define(z.object({ ruleId: ruleIdSchema }), done),
  /** Without a rule: all of them, until all are resumed; each keeps its own state. What happens meanwhile waits. */
  'rules.pause': define(z.object({ ruleId: ruleIdSchema.optional() }), done),
  /**
   * A mirror that has not begun is begun, and deletions that were too many are meant: only where somebody has seen what that
   * deletes (`deletesSeen`), else it is refused with what stopped the rule; so it is when there is more to delete by now than
   * was counted then (`deletesCounted`: the greater of `extra` and `waiting` of the preview).
   */
  'rules.resume': define(
    z.object({
      ruleId: ruleIdSchema.optional(),
      deletesSeen: z.boolean().default(false),
      deletesCounted: z.number().int().min(0).optional(),
    }),
    done,
  ),
  /** Looks now (buckets, folders), or runs now (schedule, manual). Answers once it has looked: with how many runs that made. */
  'rules.run': define(z.object({ ruleId: ruleIdSchema }), z.object({ started: z.number().int() })),
  /** The newest first. */
  'rules.history': define(
    runQuerySchema.extend({ from: z.number().int().min(0).default(0), count: z.number().int().min(1).max(1000) }),
    z.object({ runs: z.array(runViewSchema), total: z.number().int() }),
  ),
  /**
   * The runs of a rule, counted, and whether any goes on or is to be done by then: one that was tried before counts as due,
   * however long it waits.
   */
  'rules.due': define(
    z.object({ ruleId: ruleIdSchema, byMs: z.number() }),
    z.object({ runs: runCountsSchema, due: z.boolean() }),
  ),
  /** Failed runs again, from the step that failed: one, or all of a rule. */
  'rules.retry': define(z.object({ ruleId: ruleIdSchema, runId: runIdSchema.optional() }), done),
  /** Failed or waiting runs are not tried again: one, or all failed ones of a rule. */
  'rules.skip': define(z.object({ ruleId: ruleIdSchema, runId: runIdSchema.optional() }), done),
  /**
   * What a rule would do with what is there now, without doing it: `trials` for the first that match, `matched` of `looked`
   * objects or files; `complete`: it has looked at all of them. Also for a rule that is not saved.
   */
  'rules.test': define(
    z.object({
      rule: z.union([ruleIdSchema, ruleInputSchema]),
      trials: z.number().int().min(1).max(100).default(10),
      /** So many objects or files are looked at, at most. */
      look: z.number().int().min(1).max(1_000_000).default(1000),
      /** Only what was modified in this time, both ends included: what a backfill would take. */
      fromMs: z.number().optional(),
      toMs: z.number().optional(),
    }),
    z.object({
      trials: z.array(ruleTrialSchema),
      matched: z.number().int(),
      looked: z.number().int(),
      complete: z.boolean(),
    }),
  ),
  /**
   * What a mirror would do if it began now: how many are to be copied because they are missing at the target, and how many
   * deleted there because they are not in the source; `deletes` names the first hundred. Nothing is compared but names.
   */
  'rules.preview': define(
    z.object({ rule: z.union([ruleIdSchema, ruleInputSchema]) }),
    z.object({
      missing: z.number().int(),
      extra: z.number().int(),
      deletes: z.array(z.string()).max(100),
      /** Deletions that have been found and were too many, or wait for their time. */
      waiting: z.number().int(),
    }),
  ),
  /** As if what was modified in this time had just been created: each object once more, at the next look. */
  'rules.backfill': define(
    z.object({ ruleId: ruleIdSchema, fromMs: z.number(), toMs: z.number() }),
    z.object({ started: z.number().int() }),
  ),
  /** The next times of a schedule, in milliseconds since 1970; InvalidInput says what is wrong with it. */
  'rules.nextTimes': define(
    z.object({
      cron: z.string(),
      timeZone: z.string().optional(),
      count: z.number().int().min(1).max(20).default(5),
    }),
    z.object({ timesMs: z.array(z.number()), timeZone: z.string() }),
  ),
  /** What polling would cost: from one listing of the place, at most ten pages of it (then `atLeast`). */
  'rules.cost': define(
    z.object({
      connectionId: connectionIdSchema,
      bucket: z.string(),
      prefix: z.string(),
      recursive: z.boolean(),
      pollSeconds: z.number().int(),
      /** The rule that is being edited. */
      ruleId: ruleIdSchema.optional(),
    }),
    z.object({
      listRequestsPerMonth: z.number().int(),
      objects: z.number().int(),
      atLeast: z.boolean(),
      sharedWith: z.array(ruleIdSchema),
      error: appErrorSchema.optional(),
    }),
  ),
} as const;
