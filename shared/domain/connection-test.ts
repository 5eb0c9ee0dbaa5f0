import { z } from 'zod';
import { appErrorSchema } from '../errors.ts';

/** One step of a connection test, in the order they run. */
export const testStepNames = [
  'endpoint',
  'clock',
  'credentials',
  'identity',
  'buckets',
  'restriction',
  'permissions',
] as const;
/** What a step may have found; `connection.stepNote` in the words of the window has a sentence for each. */
export const testNoteCodes = [
  'answers',
  'answersAs',
  'noClock',
  'clockAgrees',
  'clockBehind',
  'clockAhead',
  'accepted',
  'acceptedUntil',
  'acceptedUnnamed',
  'acceptedShortened',
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
  'allAllowed',
  'someDenied',
  'nothingToTry',
  'probeLeft',
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

/** What a connection is used for, in the order shown. */
export const testedActions = [
  'createConnection',
  'createBucket',
  'delete',
  'download',
  'presign',
  'location',
  'list',
  'upload',
  'streamingUpload',
  'triggers',
  'auditLog',
] as const;
export type TestedAction = (typeof testedActions)[number];

export const permissionResultSchema = z.object({
  action: z.enum(testedActions),
  outcome: z.enum(['allowed', 'denied', 'notTested']),
  /** What IAM calls it; several are comma-separated. */
  permission: z.string(),
  /** Why it was denied. */
  error: appErrorSchema.optional(),
});
export type PermissionResult = z.infer<typeof permissionResultSchema>;

export const testResultSchema = z.object({
  /** True when the credentials work and the restriction, or else the bucket list, can be read. */
  ok: z.boolean(),
  steps: z.array(testStepSchema),
  error: appErrorSchema.optional(),
  /** What was tried beyond that, and where; left out when it came to nothing. Does not count for `ok`. */
  permissions: z
    .object({
      bucket: z.string(),
      prefix: z.string(),
      /** True: an object was uploaded and deleted there, as the person agreed to. */
      wrote: z.boolean(),
      results: z.array(permissionResultSchema),
    })
    .optional(),
});
export type TestResult = z.infer<typeof testResultSchema>;
