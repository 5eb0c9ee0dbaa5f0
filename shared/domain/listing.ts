import { z } from 'zod';
import { appErrorSchema } from '../errors.ts';
import { listingIdSchema } from './ids.ts';

/** A row of a listing: a bucket, a folder (common prefix), an object, or a folder or file of the engine's machine. */
export const listingRowSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('bucket'), name: z.string(), createdMs: z.number().nullable() }),
  z.object({ type: z.literal('folder'), name: z.string(), prefix: z.string() }),
  z.object({
    type: z.literal('object'),
    name: z.string(),
    key: z.string(),
    sizeBytes: z.number(),
    modifiedMs: z.number().nullable(),
    etag: z.string().nullable(),
    storageClass: z.string().nullable(),
  }),
  z.object({ type: z.literal('hostFolder'), name: z.string(), path: z.string() }),
  z.object({
    type: z.literal('hostFile'),
    name: z.string(),
    path: z.string(),
    sizeBytes: z.number(),
    modifiedMs: z.number().nullable(),
  }),
]);
export type ListingRow = z.infer<typeof listingRowSchema>;

export const listingViewSchema = z.object({
  sortBy: z.enum(['name', 'size', 'modified', 'class', 'type']),
  descending: z.boolean(),
  /** Case-insensitive part of the name; empty shows all. */
  filter: z.string(),
});
export type ListingView = z.infer<typeof listingViewSchema>;

/** What is selected in a listing. Folders and buckets count as one item each; their contents are not in `bytes`. */
export const selectionSummarySchema = z.object({
  items: z.number().int(),
  /** Items that are folders or buckets. */
  folders: z.number().int(),
  /** Of the selected objects or files. */
  bytes: z.number(),
});
export type SelectionSummary = z.infer<typeof selectionSummarySchema>;

/** Positions `from` to `to`, both included, in the order and under the filter of the view. */
export const intervalSchema = z.object({ from: z.number().int().min(0), to: z.number().int().min(0) });
export type Interval = z.infer<typeof intervalSchema>;

/** A stretch of positions. */
export const listingWindowSchema = z.object({
  from: z.number().int().min(0),
  count: z.number().int().min(1).max(10_000),
});
export type ListingWindow = z.infer<typeof listingWindowSchema>;

/**
 * A change of what is selected. `only` forgets the selection before it; `all` adds the rows that pass the filter now and
 * none that come later; `names` selects the rows with these names and forgets the others. Only what passes the filter is
 * ever selected: another filter drops what it hides, so that nothing out of sight is deleted or moved.
 */
export const selectionChangeSchema = z.discriminatedUnion('mode', [
  z.object({ mode: z.enum(['only', 'add', 'remove', 'toggle']), intervals: z.array(intervalSchema).max(1000) }),
  z.object({ mode: z.enum(['all', 'none']) }),
  z.object({ mode: z.literal('names'), names: z.array(z.string()).max(1000) }),
]);
export type SelectionChange = z.infer<typeof selectionChangeSchema>;

/** Which positions of `window` are selected, under `status.version`. */
export const selectedPositionsSchema = z.object({
  version: z.number().int(),
  window: listingWindowSchema,
  intervals: z.array(intervalSchema),
});
export type SelectedPositions = z.infer<typeof selectedPositionsSchema>;

export const listingStatusSchema = z.object({
  listingId: listingIdSchema,
  /** Grows with every change of rows or order; rows read under an older version are stale. */
  version: z.number().int(),
  state: z.enum(['listing', 'complete', 'failed']),
  /** Rows listed so far, before the filter. */
  total: z.number().int(),
  /** Rows that pass the filter. */
  count: z.number().int(),
  selection: selectionSummarySchema,
  error: appErrorSchema.optional(),
});
export type ListingStatus = z.infer<typeof listingStatusSchema>;

/** An object as `ls`, `stat` and the inspector see it. */
export const objectRowSchema = z.object({
  key: z.string(),
  sizeBytes: z.number(),
  lastModified: z.string().nullable(),
  etag: z.string().nullable(),
  storageClass: z.string().nullable(),
});
export type ObjectRow = z.infer<typeof objectRowSchema>;

/** A version of an object, or a delete marker: of no bytes, without ETag and class. */
export const objectVersionSchema = objectRowSchema.omit({ key: true }).extend({
  /** The word `null` for what was written without versioning. */
  versionId: z.string(),
  isLatest: z.boolean(),
  isDeleteMarker: z.boolean(),
});
export type VersionRow = z.infer<typeof objectVersionSchema>;

export const objectDetailsSchema = objectRowSchema.extend({
  contentType: z.string().nullable(),
  metadata: z.record(z.string(), z.string()),
  checksums: z.record(z.string(), z.string()),
  checksumType: z.string().nullable(),
  versionId: z.string().nullable(),
});
export type ObjectDetails = z.infer<typeof objectDetailsSchema>;
