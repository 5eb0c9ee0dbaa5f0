import { z } from 'zod';
import { connectionIdSchema } from './ids.ts';

const uploadPlace = {
  connectionId: connectionIdSchema,
  bucket: z.string(),
  key: z.string(),
  uploadId: z.string().min(1),
};
export const uploadPlaceSchema = z.object(uploadPlace);
export type UploadPlace = z.infer<typeof uploadPlaceSchema>;

/**
 * A multipart upload that was begun and not completed: its parts take up space that no listing shows. orphan: ours, and
 * nothing will go on with it. job: ours, and a transfer of the list will. other: of another program; never touched.
 */
export const unfinishedUploadSchema = z.object({
  ...uploadPlace,
  connectionName: z.string(),
  startedMs: z.number().nullable(),
  owner: z.enum(['orphan', 'job', 'other']),
});
export type UnfinishedUpload = z.infer<typeof unfinishedUploadSchema>;
