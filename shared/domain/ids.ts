import { z } from 'zod';

/** `conn-…` for a saved connection, `env-…` for credentials taken from a command's environment (never stored). */
export const connectionIdSchema = z.string().min(1).max(200).brand<'ConnectionId'>();
export type ConnectionId = z.infer<typeof connectionIdSchema>;

/** Short and printable: a person types it after `brigade transfers cancel`. */
export const jobIdSchema = z.string().min(1).max(64).brand<'JobId'>();
export type JobId = z.infer<typeof jobIdSchema>;

/** Row number of the file in the journal, ascending in the order of planning. */
export const fileIdSchema = z.number().int().nonnegative().brand<'FileId'>();
export type FileId = z.infer<typeof fileIdSchema>;

export const listingIdSchema = z.string().min(1).max(64).brand<'ListingId'>();
export type ListingId = z.infer<typeof listingIdSchema>;

/** Rows kept by the engine for a dialog, a drag or the clipboard. */
export const selectionIdSchema = z.string().min(1).max(64).brand<'SelectionId'>();
export type SelectionId = z.infer<typeof selectionIdSchema>;

export const previewIdSchema = z.string().min(1).max(64).brand<'PreviewId'>();
export type PreviewId = z.infer<typeof previewIdSchema>;

/** Short and printable, like a job's. */
export const ruleIdSchema = z.string().min(1).max(64).brand<'RuleId'>();
export type RuleId = z.infer<typeof ruleIdSchema>;

/** Ascending in the order in which the events were seen; shown as it is. */
export const runIdSchema = z.number().int().positive().brand<'RunId'>();
export type RunId = z.infer<typeof runIdSchema>;
