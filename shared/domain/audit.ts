import { z } from 'zod';
import { bucketNameSchema } from './connection.ts';
import { connectionIdSchema } from './ids.ts';

/** Who asked for it. engine: it did by itself what somebody had asked for before (a transfer that ends). */
export const auditActorSchema = z.enum(['window', 'command', 'rule', 'engine']);
export type AuditActor = z.infer<typeof auditActorSchema>;

/** begun: what becomes of it has a line of its own (transfers, sign-ins in the browser). */
export const auditOutcomeSchema = z.enum(['begun', 'done', 'failed', 'cancelled']);
export type AuditOutcome = z.infer<typeof auditOutcomeSchema>;

const connectionSchema = z.object({ id: z.string(), name: z.string() });

/** One line of the audit log, as it is kept and shipped: JSON with these names. Never a secret. */
export const auditLineSchema = z.object({
  /** From 1 without a gap. */
  seq: z.number().int(),
  /** ISO 8601 with milliseconds, UTC. */
  at: z.string(),
  /** `user@host`, or `rule:ID`. */
  who: z.string(),
  actor: auditActorSchema,
  /** upload, download, copy, move, delete, createBucket, addRule … */
  action: z.string(),
  connection: connectionSchema.optional(),
  /** Where it goes, when that is another one. */
  toConnection: connectionSchema.optional(),
  /** `bucket/key`, or a path: what was acted on, or where it comes from. */
  place: z.string().optional(),
  /** Where it goes. */
  to: z.string().optional(),
  /** What was named, the first few. */
  names: z.array(z.string()).optional(),
  outcome: auditOutcomeSchema,
  /** Objects, files, lines. `failed`: of them. */
  count: z.number().int().optional(),
  failed: z.number().int().optional(),
  bytes: z.number().optional(),
  /** A code of shared/errors.ts. */
  error: z.string().optional(),
  jobId: z.string().optional(),
  ruleId: z.string().optional(),
  /** Of a rule's own line. */
  message: z.string().optional(),
});
export type AuditLine = z.infer<typeof auditLineSchema>;

/** Where lines are written to. */
export const auditSettingsSchema = z.object({
  connectionId: connectionIdSchema,
  bucket: bucketNameSchema,
  /** Without a slash at its end. Objects are at `prefix/yyyy/MM/dd/…`. S3's keys have 1,024 bytes. */
  prefix: z.string().max(800).default(''),
  /** A line waits so long at most. */
  everySeconds: z.number().int().min(1).max(86_400).default(300),
  /** An object has so many lines at most. */
  maxLines: z.number().int().min(1).max(100_000).default(10_000),
});
export type AuditSettings = z.infer<typeof auditSettingsSchema>;
