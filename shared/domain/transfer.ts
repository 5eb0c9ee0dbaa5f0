import { z } from 'zod';
import { appErrorSchema } from '../errors.ts';
import { bucketNameSchema } from './connection.ts';
import { connectionIdSchema, fileIdSchema, jobIdSchema, ruleIdSchema } from './ids.ts';

export const conflictPolicySchema = z.enum(['ask', 'overwrite', 'skip', 'keep-both', 'fail']);
export type ConflictPolicy = z.infer<typeof conflictPolicySchema>;

/** An answer to a conflict question. */
export const conflictAnswerSchema = z.enum(['overwrite', 'skip', 'keep-both']);
export type ConflictAnswer = z.infer<typeof conflictAnswerSchema>;

const keySchema = z.string().min(1);
const prefixSchema = z.string();
/** Absolute, in the notation of the machine the engine runs on. */
const localPathSchema = z.string().min(1);

const commonRequest = {
  connectionId: connectionIdSchema,
  conflict: conflictPolicySchema,
  /** Move: each source is deleted after its copy has been verified, and only if it has not changed meanwhile. */
  removeSource: z.boolean().default(false),
  /** What is at the target already with the same content is left out ([T69]); `conflict` is for what is not the same. */
  skipSame: z.boolean().default(false),
  /** When no server can be reached at all: fail file by file, or keep everything and try again until it works. */
  whenOffline: z.enum(['fail', 'wait']).default('fail'),
  /** Made by a rule of the automation, which takes its outcome and then clears it. */
  ruleId: ruleIdSchema.optional(),
};

/**
 * The version of an object that is meant, as somebody has seen it: it is not looked for again, and what has changed since
 * fails with SourceChanged instead of being taken as it is now.
 */
const seenObjectSchema = z.object({
  sizeBytes: z.number(),
  etag: z.string().nullable(),
  lastModified: z.string().nullable(),
  /** Asked for by this: then also a version that is not the latest any more can be taken. */
  versionId: z.string().min(1).optional(),
});
const seen = { seen: seenObjectSchema.optional() };

/** A folder's contents go directly below `prefix` (which is empty or ends in `/`). */
export const uploadRequestSchema = z.object({
  kind: z.literal('upload'),
  ...commonRequest,
  bucket: bucketNameSchema,
  items: z
    .array(
      z.union([
        z.object({ file: localPathSchema, key: keySchema }),
        z.object({ folder: localPathSchema, prefix: prefixSchema }),
      ]),
    )
    .min(1),
  /** Sources lie in the engine's spool folder and are deleted when the job has ended (browser uploads). */
  fromSpool: z.boolean().default(false),
  /** Modification time and permissions are kept in the object's metadata. */
  preserve: z.boolean().default(true),
  /** Links in a folder: taken for what they lead to (never by a move), or left out. */
  links: z.enum(['follow', 'skip']).default('follow'),
  /** Folders with nothing in them become empty objects whose keys end in `/`, as consoles keep them. */
  emptyFolders: z.boolean().default(false),
});

/** The objects below `prefix` go directly below `folder`, each at the path its key has after the prefix. */
export const downloadRequestSchema = z.object({
  kind: z.literal('download'),
  ...commonRequest,
  bucket: bucketNameSchema,
  items: z
    .array(
      z.union([
        z.object({ key: keySchema, file: localPathSchema, ...seen }),
        z.object({ prefix: prefixSchema, folder: localPathSchema }),
      ]),
    )
    .min(1),
  /** Files get the time and the permissions that the object's metadata has of them. */
  preserve: z.boolean().default(true),
});

/** Made by the server inside one connection; between two, the bytes come through this machine. */
export const copyRequestSchema = z.object({
  kind: z.literal('copy'),
  ...commonRequest,
  /** Where `toBucket` is; left out: in the same connection. */
  toConnectionId: connectionIdSchema.optional(),
  bucket: bucketNameSchema,
  toBucket: bucketNameSchema,
  items: z
    .array(
      z.union([
        z.object({ key: keySchema, toKey: keySchema, ...seen }),
        z.object({ prefix: prefixSchema, toPrefix: prefixSchema }),
      ]),
    )
    .min(1),
});

export const transferRequestSchema = z.discriminatedUnion('kind', [
  uploadRequestSchema,
  downloadRequestSchema,
  copyRequestSchema,
]);
export type TransferRequest = z.infer<typeof transferRequestSchema>;
export type TransferRequestInput = z.input<typeof transferRequestSchema>;
export type UploadRequest = z.infer<typeof uploadRequestSchema>;
export type DownloadRequest = z.infer<typeof downloadRequestSchema>;
export type CopyRequest = z.infer<typeof copyRequestSchema>;

/**
 * planning: sources are being listed (files may already move). active: files move. waiting: a conflict question needs a
 * person, or the server cannot be reached and is tried again by itself (`retryAtMs`). paused: by a person. interrupted: the engine stopped in the middle; it
 * resumes. Ended: done (all done or skipped), failed (at least one file failed), cancelled.
 */
export const jobStateSchema = z.enum([
  'queued',
  'planning',
  'active',
  'waiting',
  'paused',
  'interrupted',
  'done',
  'failed',
  'cancelled',
]);
export type JobState = z.infer<typeof jobStateSchema>;
export const endedJobStates: readonly JobState[] = ['done', 'failed', 'cancelled'];
/** What goes on by itself, or waits for an answer; paused and interrupted jobs wait until a person resumes them. */
export const movingJobStates: readonly JobState[] = ['queued', 'planning', 'active', 'waiting'];

/** The first goes first. */
export const jobPriorities = ['high', 'normal', 'low'] as const;
export const jobPrioritySchema = z.enum(jobPriorities);
export type JobPriority = z.infer<typeof jobPrioritySchema>;

/** Where a job goes among those of its priority: before all of them, or past its neighbour. */
export const jobMoveSchema = z.enum(['first', 'up', 'down']);
export type JobMove = z.infer<typeof jobMoveSchema>;

export const fileStateSchema = z.enum([
  'queued',
  'active',
  'waiting',
  'interrupted',
  'done',
  'skipped',
  'failed',
  'cancelled',
]);
export type FileState = z.infer<typeof fileStateSchema>;

/**
 * How a finished file was verified. checksum: a full-object (or composite) checksum of the bytes equals what the
 * server stored or returned. md5: the ETag is the MD5 of the bytes, or, multipart, of the parts' MD5s. size: the
 * server knows neither; the size was read back.
 */
export const verificationSchema = z.enum(['checksum', 'md5', 'size']);
export type Verification = z.infer<typeof verificationSchema>;

export const conflictQuestionSchema = z.object({
  fileId: fileIdSchema,
  /** Relative to the job's source, with `/`. */
  name: z.string(),
  source: z.object({ where: z.string(), sizeBytes: z.number(), modifiedMs: z.number().nullable() }),
  target: z.object({ where: z.string(), sizeBytes: z.number(), modifiedMs: z.number().nullable() }),
  /** Questions of the same job still open, this one included. */
  openQuestions: z.number().int(),
});
export type ConflictQuestion = z.infer<typeof conflictQuestionSchema>;

export const jobViewSchema = z.object({
  id: jobIdSchema,
  kind: z.enum(['upload', 'download', 'copy']),
  connectionId: connectionIdSchema,
  connectionName: z.string(),
  /** Only of copies to another connection: where the target is. */
  toConnectionId: connectionIdSchema.optional(),
  toConnectionName: z.string().optional(),
  /** What a person calls the source and the target: a file or folder name, `bucket/prefix`. */
  from: z.string(),
  to: z.string(),
  bucket: z.string(),
  /** Where the target can be opened in the browser list (uploads, copies) or on disk (downloads). */
  targetPrefix: z.string().optional(),
  targetFolder: z.string().optional(),
  /** Of an upload of one folder that stays where it is: its absolute path. */
  sourceFolder: z.string().optional(),
  state: jobStateSchema,
  conflict: conflictPolicySchema,
  removeSource: z.boolean(),
  /** Of jobs that the automation made. */
  ruleId: ruleIdSchema.optional(),
  filesTotal: z.number().int(),
  filesDone: z.number().int(),
  filesSkipped: z.number().int(),
  filesFailed: z.number().int(),
  /** Of the files done, how many were verified in which way. */
  verified: z.object({ checksum: z.number().int(), md5: z.number().int(), size: z.number().int() }),
  bytesTotal: z.number(),
  /** Bytes of finished files and finished or running parts; never more than bytesTotal. */
  bytesDone: z.number(),
  /** False while the sources are still being listed: totals grow. */
  planned: z.boolean(),
  bytesPerSecond: z.number(),
  secondsLeft: z.number().nullable(),
  /** Jobs that have not ended go by priority, then by ascending position. */
  priority: jobPrioritySchema,
  position: z.number().int(),
  createdMs: z.number(),
  endedMs: z.number().nullable(),
  /** Why the whole job failed or waits; a single file's reason is with the file. */
  error: appErrorSchema.optional(),
  question: conflictQuestionSchema.optional(),
  /** It waits because nothing can be reached (`error` says what), and tries again by itself at this time. */
  retryAtMs: z.number().optional(),
  /** It has ended, and its request makes sense once more (`transfers.again`): its sources are still there to be looked for. */
  canRepeat: z.boolean(),
});
export type JobView = z.infer<typeof jobViewSchema>;

/** Pure. Whether the job has the connection at either end. */
export function usesConnection(job: Pick<JobView, 'connectionId' | 'toConnectionId'>, connectionId: string): boolean {
  return job.connectionId === connectionId || job.toConnectionId === connectionId;
}

export const fileViewSchema = z.object({
  id: fileIdSchema,
  jobId: jobIdSchema,
  name: z.string(),
  sizeBytes: z.number(),
  bytesDone: z.number(),
  state: fileStateSchema,
  verification: verificationSchema.optional(),
  error: appErrorSchema.optional(),
  /** The name it got instead, after keep-both or an escaped name. */
  savedAs: z.string().optional(),
});
export type FileView = z.infer<typeof fileViewSchema>;

/** Bytes a second over all running jobs, both directions, sampled once a second. */
export const speedSampleSchema = z.object({
  atMs: z.number(),
  upBytesPerSecond: z.number(),
  downBytesPerSecond: z.number(),
});
export type SpeedSample = z.infer<typeof speedSampleSchema>;

/** The longest time left that is told: a speed does not hold for longer, and whoever reads of days takes them for a mistake. */
export const longestSecondsLeft = 24 * 3600;
