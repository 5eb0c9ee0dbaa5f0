import { z } from 'zod';
import { appErrorSchema } from '../errors.ts';
import { listingIdSchema } from './ids.ts';

/** A row of a listing: a bucket, a folder (common prefix) or an object. */
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
]);
export type ListingRow = z.infer<typeof listingRowSchema>;

export const listingViewSchema = z.object({
  sortBy: z.enum(['name', 'size', 'modified', 'class', 'type']),
  descending: z.boolean(),
  /** Case-insensitive part of the name; empty shows all. */
  filter: z.string(),
});
export type ListingView = z.infer<typeof listingViewSchema>;

export const listingStatusSchema = z.object({
  listingId: listingIdSchema,
  /** Grows with every change of rows or order; rows read under an older version are stale. */
  version: z.number().int(),
  state: z.enum(['listing', 'complete', 'failed']),
  /** Rows listed so far, before the filter. */
  total: z.number().int(),
  /** Rows that pass the filter. */
  count: z.number().int(),
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

export const objectDetailsSchema = objectRowSchema.extend({
  contentType: z.string().nullable(),
  metadata: z.record(z.string(), z.string()),
  checksums: z.record(z.string(), z.string()),
  checksumType: z.string().nullable(),
  versionId: z.string().nullable(),
});
export type ObjectDetails = z.infer<typeof objectDetailsSchema>;
