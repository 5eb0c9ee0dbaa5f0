import { z } from 'zod';
import { auditLineSchema, auditSettingsSchema } from '../domain/audit.ts';
import { appErrorSchema } from '../errors.ts';
import { define, done, nothing } from './define.ts';

export const auditViewSchema = z.object({
  /** Null: lines stay on this computer. */
  settings: auditSettingsSchema.nullable(),
  /** When an object was written last; null: none yet. */
  lastShippedMs: z.number().nullable(),
  /** Lines that are in no bucket yet. */
  waiting: z.number().int(),
  /** Why nothing can be written at the moment; tried again by itself. */
  problem: appErrorSchema.nullable(),
});
export type AuditView = z.infer<typeof auditViewSchema>;

/** The audit log. */
export const auditCommands = {
  /**
   * The newest first, or with `afterSeq` those after that line, the oldest first. `text`: a part of the line as it is
   * written, without regard to case; `fromMs` included, `toMs` not.
   */
  'audit.list': define(
    z.object({
      from: z.number().int().min(0).default(0),
      count: z.number().int().min(1).max(1000),
      text: z.string().optional(),
      fromMs: z.number().optional(),
      toMs: z.number().optional(),
      afterSeq: z.number().int().min(0).optional(),
    }),
    z.object({ lines: z.array(auditLineSchema), total: z.number().int() }),
  ),
  'audit.settings': define(nothing, auditViewSchema),
  /** Null: nothing is written to a bucket any more. ConnectionNotFound. */
  'audit.setSettings': define(z.object({ settings: auditSettingsSchema.nullable() }), done),
} as const;
