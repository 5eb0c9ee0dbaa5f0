import { z } from 'zod';
import { bucketNameSchema } from './connection.ts';
import { connectionIdSchema, fileIdSchema, jobIdSchema, previewIdSchema } from './ids.ts';

/** What is previewed: an object, a file of the engine's machine, or one side of an open conflict question. */
export const previewSourceSchema = z.union([
  z.object({ connectionId: connectionIdSchema, bucket: bucketNameSchema, key: z.string().min(1) }),
  z.object({ jobId: jobIdSchema, fileId: fileIdSchema, side: z.enum(['source', 'target']) }),
  z.object({ path: z.string().min(1) }),
]);
export type PreviewSource = z.infer<typeof previewSourceSchema>;

const streamed = {
  previewId: previewIdSchema,
  /** Relative to where the window came from. Answers byte ranges; needs the window's session. */
  url: z.string(),
};

/** Decided by the content type and the name, in this order; what is neither is tried as text. */
export const previewSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.enum(['image', 'pdf', 'audio', 'video']), ...streamed }),
  /** The beginning, decoded as UTF-8 (or UTF-16 by its byte order mark). */
  z.object({ kind: z.literal('text'), text: z.string(), truncated: z.boolean() }),
  /** empty: no bytes. binary: no kind that can be shown. tooLarge: above `limitBytes`. archived: must be restored first. */
  z.object({ kind: z.literal('none'), reason: z.enum(['empty', 'binary', 'archived']) }),
  z.object({ kind: z.literal('tooLarge'), limitBytes: z.number() }),
]);
export type Preview = z.infer<typeof previewSchema>;
