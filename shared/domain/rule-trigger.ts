import { z } from 'zod';
import { bucketNameSchema, maxKeyBytes } from './connection.ts';

/** How often a bucket may be listed: below five seconds the requests cost more than the delay is worth. */
export const minPollSeconds = 5;
export const maxPollSeconds = 24 * 3600;

/** What can have become of an object or a file. */
export const changeTypeSchema = z.enum(['created', 'updated', 'removed']);
export type ChangeType = z.infer<typeof changeTypeSchema>;

/**
 * Globs. Without `/` a pattern is about the name, with one about the path below the trigger's prefix or folder. `**` goes
 * over folders. Of `match` one must fit (none given: everything does), of `ignore` none may.
 */
const patternSchema = z.string().trim().min(1).max(1024);
const patterns = {
  match: z.array(patternSchema).max(100).default([]),
  ignore: z.array(patternSchema).max(100).default([]),
};

const isoDateSchema = z
  .string()
  .refine((text) => /^\d{4}-\d{2}-\d{2}/.test(text) && !Number.isNaN(Date.parse(text)), 'a date like 2026-10-31');

export const newObjectTriggerSchema = z.object({
  type: z.literal('newObject'),
  bucket: bucketNameSchema,
  /** A key prefix, without a leading slash; '' for the whole bucket. */
  prefix: z.string().max(maxKeyBytes).default(''),
  /** Also what lies in folders below the prefix. */
  recursive: z.boolean().default(true),
  on: z.array(changeTypeSchema).min(1).default(['created']),
  pollSeconds: z.number().int().min(minPollSeconds).max(maxPollSeconds).default(60),
  /** now: what comes after the rule was saved. all: also what is there. A date: also what was modified since. */
  startFrom: z.union([z.enum(['now', 'all']), isoDateSchema]).default('now'),
  ...patterns,
  /** Also objects that another rule, or this one, has put there by moving or renaming. */
  alsoMoved: z.boolean().default(false),
});

export const folderTriggerSchema = z.object({
  type: z.literal('folder'),
  /** Absolute, on the machine the engine runs on. */
  folder: z.string().min(1),
  recursive: z.boolean().default(true),
  on: z.array(changeTypeSchema).min(1).default(['created', 'updated']),
  /** How long a file must have been left alone before it counts as whole; large files wait longer (automation/SPEC.md). */
  settleSeconds: z.number().min(0).max(3600).default(2),
  startFrom: z.enum(['now', 'all']).default('all'),
  ...patterns,
  /** Look at the folder again and again instead of being told by the system: for network drives. */
  usePolling: z.boolean().default(false),
});

export const scheduleTriggerSchema = z.object({
  type: z.literal('schedule'),
  /** Five fields: minute, hour, day of the month, month, day of the week. */
  cron: z.string().trim().min(1).max(200),
  /** An IANA name, like Europe/Berlin; left out: that of the machine. */
  timeZone: z.string().max(100).optional(),
  /** What was missed while nothing ran is made up for, once. */
  catchUp: z.boolean().default(true),
});

export const manualTriggerSchema = z.object({ type: z.literal('manual') });

export const triggerSchema = z.discriminatedUnion('type', [
  newObjectTriggerSchema,
  folderTriggerSchema,
  scheduleTriggerSchema,
  manualTriggerSchema,
]);
export type Trigger = z.infer<typeof triggerSchema>;
export type NewObjectTrigger = z.infer<typeof newObjectTriggerSchema>;
export type FolderTrigger = z.infer<typeof folderTriggerSchema>;
export type ScheduleTrigger = z.infer<typeof scheduleTriggerSchema>;
