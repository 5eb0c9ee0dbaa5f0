import { z } from 'zod';
import { appErrorSchema } from '../errors.ts';
import { connectionIdSchema } from './ids.ts';

/** Engine threads in one direction; each keeps several requests in flight. Interface limit, not S3's. */
export const minThreads = 1;
export const maxThreads = 64;
export const defaultDownloadThreads = 1;
export const defaultUploadThreads = 4;

export const threadsSchema = z.number().int().min(minThreads).max(maxThreads);

/** AWS documents access key ids as 16 to 128 word characters; compatible servers take shorter ones. */
const accessKeyIdSchema = z
  .string()
  .trim()
  .min(1)
  .max(128)
  .regex(/^[\x21-\x7e]+$/);
const secretSchema = z
  .string()
  .trim()
  .min(1)
  .max(1024)
  .regex(/^[\x21-\x7e]+$/);

/** Authorization with a long-lived (or, with a session token, temporary) access key. */
export const accessKeyAuthSchema = z.object({
  type: z.literal('accessKey'),
  accessKeyId: accessKeyIdSchema,
  secretAccessKey: secretSchema,
  sessionToken: z.string().trim().max(8192).optional(),
});

/** A profile of the AWS config and credentials files on this computer. */
export const profileAuthSchema = z.object({ type: z.literal('profile'), profile: z.string().trim().min(1).max(256) });

export const authSchema = z.discriminatedUnion('type', [accessKeyAuthSchema, profileAuthSchema]);
export type Auth = z.infer<typeof authSchema>;

/** S3's bucket names, and the older and looser ones compatible servers have (upper case, underscore, 255 characters). */
export const bucketNameSchema = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[A-Za-z0-9._-]+$/)
  .refine((name) => name !== '.' && name !== '..');

export const regionSchema = z
  .string()
  .trim()
  .min(1)
  .max(64)
  .regex(/^[A-Za-z0-9-]+$/);

/** `http(s)://host[:port][/path]`: no credentials, query or fragment in it. */
export const endpointUrlSchema = z
  .string()
  .trim()
  .max(2048)
  .regex(/^https?:\/\/(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(:\d{1,5})?(\/[^\s?#]*)?$/);

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
    auth: z.discriminatedUnion('type', [
      accessKeyAuthSchema.extend({ secretAccessKey: secretSchema.optional() }),
      profileAuthSchema,
    ]),
  })
  .superRefine((value, context) => {
    if (value.restrictToPath && !value.restrictToBucket) {
      context.addIssue({ code: 'custom', path: ['restrictToPath'], message: 'restrictToPath needs restrictToBucket' });
    }
  });
export type ConnectionUpdate = z.infer<typeof connectionUpdateSchema>;

/** What of the authorization may be shown. */
export const authViewSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('accessKey'), accessKeyId: z.string(), hasSessionToken: z.boolean() }),
  z.object({ type: z.literal('profile'), profile: z.string() }),
]);
export type AuthView = z.infer<typeof authViewSchema>;

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

/** One step of a connection test, in the order they run. */
export const testStepNames = ['endpoint', 'clock', 'credentials', 'identity', 'buckets', 'restriction'] as const;
/** What a step may have found; `connection.stepNote` in the words of the window has a sentence for each. */
export const testNoteCodes = [
  'answers',
  'answersAs',
  'noClock',
  'clockAgrees',
  'clockBehind',
  'clockAhead',
  'accepted',
  'onlyAmazon',
  'identityUnknown',
  'identity',
  'rootUser',
  'bucketCount',
  'bucketsUnlisted',
  'unrestricted',
  'readable',
  'readableEmpty',
  'noBucket',
  'noBucketButSimilar',
] as const;
export type TestNoteCode = (typeof testNoteCodes)[number];

export const testStepSchema = z.object({
  name: z.enum(testStepNames),
  state: z.enum(['running', 'ok', 'warning', 'failed', 'skipped']),
  /** What was found, with the values its sentence names; `count` decides its plural form. */
  note: z
    .object({ code: z.enum(testNoteCodes), values: z.record(z.string(), z.union([z.string(), z.number()])) })
    .optional(),
  /** Why it failed, or what stands behind the note. */
  error: appErrorSchema.optional(),
});
export type TestStep = z.infer<typeof testStepSchema>;

export const testResultSchema = z.object({
  /** True when the credentials work and the restriction, or else the bucket list, can be read. */
  ok: z.boolean(),
  steps: z.array(testStepSchema),
  error: appErrorSchema.optional(),
});
export type TestResult = z.infer<typeof testResultSchema>;
