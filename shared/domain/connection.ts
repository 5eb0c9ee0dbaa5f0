import { z } from 'zod';
import { appErrorSchema } from '../errors.ts';
import { authSchema, authUpdateSchema, authViewSchema } from './auth.ts';
import { connectionIdSchema } from './ids.ts';
import { endpointUrlSchema, regionSchema } from './server.ts';

/** Engine threads in one direction; each keeps several requests in flight. Interface limit, not S3's. */
export const minThreads = 1;
export const maxThreads = 64;
export const defaultDownloadThreads = 1;
export const defaultUploadThreads = 4;

export const threadsSchema = z.number().int().min(minThreads).max(maxThreads);

/** S3's bucket names, and the older and looser ones compatible servers have (upper case, underscore, 255 characters). */
export const bucketNameSchema = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[A-Za-z0-9._-]+$/)
  .refine((name) => name !== '.' && name !== '..');

/** Keys have at most 1,024 bytes of UTF-8. */
export const maxKeyBytes = 1024;

/** The settings of a connection without what is secret in it; what the window shows and the database keeps. */
export const connectionSettingsSchema = z.object({
  /** Unique among the connections, compared without case. */
  name: z.string().trim().min(1).max(100),
  restrictToBucket: bucketNameSchema.optional(),
  /** A key prefix, without a leading slash. Needs restrictToBucket. */
  restrictToPath: z.string().max(maxKeyBytes).optional(),
  region: regionSchema.optional(),
  endpointUrl: endpointUrlSchema.optional(),
  pathStyle: z.boolean().default(false),
  downloadThreads: threadsSchema.default(defaultDownloadThreads),
  uploadThreads: threadsSchema.default(defaultUploadThreads),
});
export type ConnectionSettings = z.infer<typeof connectionSettingsSchema>;

/** A connection as a person writes it: in the form, or in the file of `brigade connections add --file`. Carries secrets. */
export const connectionInputSchema = connectionSettingsSchema
  .extend({ auth: authSchema })
  .superRefine((value, context) => {
    if (value.restrictToPath && !value.restrictToBucket) {
      context.addIssue({ code: 'custom', path: ['restrictToPath'], message: 'restrictToPath needs restrictToBucket' });
    }
  });
export type ConnectionInput = z.infer<typeof connectionInputSchema>;

/**
 * An edit of a saved connection: like the input, but a secret left out stays as it is,
 * because the window never gets a saved secret back.
 */
export const connectionUpdateSchema = connectionSettingsSchema
  .extend({
    auth: authUpdateSchema,
  })
  .superRefine((value, context) => {
    if (value.restrictToPath && !value.restrictToBucket) {
      context.addIssue({ code: 'custom', path: ['restrictToPath'], message: 'restrictToPath needs restrictToBucket' });
    }
  });
export type ConnectionUpdate = z.infer<typeof connectionUpdateSchema>;

export const connectionStateSchema = z.discriminatedUnion('state', [
  z.object({ state: z.literal('unknown') }),
  z.object({ state: z.literal('ready') }),
  z.object({ state: z.literal('signingIn') }),
  z.object({ state: z.literal('needsYou'), error: appErrorSchema }),
  z.object({ state: z.literal('failing'), error: appErrorSchema }),
]);
export type ConnectionState = z.infer<typeof connectionStateSchema>;

/** A saved connection as the window and `connections list` see it: no secrets. */
export const connectionViewSchema = connectionSettingsSchema.extend({
  id: connectionIdSchema,
  auth: authViewSchema,
  /** `thisComputer`: the embedded S3 server on a folder; its endpoint follows the server's port. */
  kind: z.enum(['server', 'thisComputer']),
  /** Of `thisComputer`: where its buckets are, on the machine the engine runs on. */
  folder: z.string().optional(),
  status: connectionStateSchema,
});
export type ConnectionView = z.infer<typeof connectionViewSchema>;
