import { z } from 'zod';
import { auditViewSchema } from './audit-commands.ts';
import { connectionViewSchema } from '../domain/connection.ts';
import { testStepSchema } from '../domain/connection-test.ts';
import { connectionIdSchema, jobIdSchema, ruleIdSchema, selectionIdSchema } from '../domain/ids.ts';
import { listingStatusSchema } from '../domain/listing.ts';
import { preferencesSchema } from '../domain/preferences.ts';
import { appErrorSchema } from '../errors.ts';
import { ruleViewSchema, runViewSchema } from '../domain/rule.ts';
import { limitsViewSchema } from '../domain/transfer-limits.ts';
import { fileViewSchema, jobViewSchema, speedSampleSchema } from '../domain/transfer.ts';

/** Commands that change objects or buckets: how many are under way, and of those that a window asked for how many have failed. */
const changes = {
  count: z.number().int(),
  /** All of it or some of it, since the engine began. */
  failed: z.number().int(),
  /** Why the last of them did. */
  lastError: appErrorSchema.optional(),
};

/** Everything the engine tells without being asked. An event carries the new state, not a change of it: replays are harmless. */
export const eventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('connections.changed'), connections: z.array(connectionViewSchema) }),
  z.object({ type: z.literal('connections.testStep'), testId: z.string(), step: testStepSchema }),
  z.object({ type: z.literal('listing.changed'), status: listingStatusSchema }),
  /** Objects were made, changed or deleted by this engine: an open listing of the folder may list again. */
  z.object({
    type: z.literal('objects.changed'),
    connectionId: connectionIdSchema,
    /** Null: the buckets themselves changed. */
    bucket: z.string().nullable(),
    prefix: z.string(),
  }),
  /** How far selection.delete, selection.undelete or selection.tag is. */
  z.object({
    type: z.literal('selection.progress'),
    selectionId: selectionIdSchema,
    doneCount: z.number().int(),
    failedCount: z.number().int(),
  }),
  z.object({ type: z.literal('changes.underWay'), ...changes }),
  z.object({ type: z.literal('transfers.job'), job: jobViewSchema }),
  z.object({ type: z.literal('transfers.jobRemoved'), jobId: jobIdSchema }),
  /** Only files that move, ended or wait; queued ones are read with transfers.files. */
  z.object({ type: z.literal('transfers.file'), file: fileViewSchema }),
  z.object({ type: z.literal('preferences.changed'), preferences: preferencesSchema }),
  /** How many uploads that nobody goes on with are known to lie on servers: ours only. */
  z.object({ type: z.literal('transfers.orphans'), count: z.number().int() }),
  z.object({ type: z.literal('transfers.speed'), sample: speedSampleSchema }),
  /** All rules as they are now; at most twice a second while they run. */
  z.object({ type: z.literal('rules.changed'), rules: z.array(ruleViewSchema), allPaused: z.boolean() }),
  /** A run began, went on or ended. While many run, not every one is told: the history has them all. */
  z.object({ type: z.literal('rules.runChanged'), run: runViewSchema }),
  /** A rule has something to say to the person. `copy`: to be put on the clipboard. */
  z.object({
    type: z.literal('rules.notice'),
    ruleId: ruleIdSchema,
    title: z.string(),
    message: z.string(),
    copy: z.string().optional(),
  }),
  /** Lines were written to a bucket, or could not be, or another place was chosen. Not for each new line. */
  z.object({ type: z.literal('audit.changed'), ...auditViewSchema.shape }),
  /** Other limits were set, or came into force by the schedule. */
  z.object({ type: z.literal('transfers.limits'), limits: limitsViewSchema }),
]);
export type EngineEvent = z.infer<typeof eventSchema>;
export type EventOf<T extends EngineEvent['type']> = Extract<EngineEvent, { type: T }>;

/** At most ten a second. `seq` counts batches without a gap; whoever sees a gap asks for a snapshot again. */
export const eventBatchSchema = z.object({ seq: z.number().int(), events: z.array(eventSchema) });
export type EventBatch = z.infer<typeof eventBatchSchema>;

export const snapshotSchema = z.object({
  /** The last batch that is part of this snapshot; the next one has seq + 1. */
  seq: z.number().int(),
  connections: z.array(connectionViewSchema),
  jobs: z.array(jobViewSchema),
  speed: z.array(speedSampleSchema),
  limits: limitsViewSchema,
  rules: z.array(ruleViewSchema),
  rulesPaused: z.boolean(),
  orphans: z.number().int(),
  changes: z.object(changes),
  preferences: preferencesSchema,
});
export type Snapshot = z.infer<typeof snapshotSchema>;
