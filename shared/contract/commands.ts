import { z } from 'zod';
import { appErrorSchema } from '../errors.ts';
import { bucketNameSchema, connectionViewSchema } from '../domain/connection.ts';
import {
  connectionIdSchema,
  fileIdSchema,
  jobIdSchema,
  listingIdSchema,
  previewIdSchema,
  selectionIdSchema,
} from '../domain/ids.ts';
import {
  listingRowSchema,
  listingStatusSchema,
  listingViewSchema,
  listingWindowSchema,
  selectedPositionsSchema,
  selectionChangeSchema,
  selectionSummarySchema,
} from '../domain/listing.ts';
import { tagsSchema } from '../domain/object-texts.ts';
import { preferencesChangeSchema } from '../domain/preferences.ts';
import { previewSchema, previewSourceSchema } from '../domain/preview.ts';
import {
  conflictAnswerSchema,
  conflictPolicySchema,
  fileStateSchema,
  fileViewSchema,
  jobMoveSchema,
  jobPrioritySchema,
  jobViewSchema,
  transferRequestSchema,
} from '../domain/transfer.ts';
import { limitsViewSchema, transferLimitsSchema } from '../domain/transfer-limits.ts';
import { unfinishedUploadSchema, uploadPlaceSchema } from '../domain/unfinished-upload.ts';
import { auditCommands } from './audit-commands.ts';
import { connectionCommands } from './connection-commands.ts';
import { objectCommands, objectPlace } from './object-commands.ts';
import { ruleCommands } from './rule-commands.ts';
import { define, done, nothing } from './define.ts';
import { snapshotSchema } from './events.ts';

/** What could not be done, and why: the first thousand. */
const failures = {
  failedCount: z.number().int(),
  failed: z.array(z.object({ key: z.string(), error: appErrorSchema })).max(1000),
};

/**
 * Every command of the engine: what the window, the `brigade` command and the local socket may ask, and nothing else.
 * The router parses the input with these schemas, whoever asks; the answer is a Result of the output or an AppError.
 */
export const commands = {
  'app.info': define(
    nothing,
    z.object({
      version: z.string(),
      platform: z.string(),
      /** electron: native dialogs and dropped paths; web: host folder picker, dropped files are sent over HTTP. */
      host: z.enum(['electron', 'web', 'cli']),
      dataFolder: z.string(),
      homeFolder: z.string(),
      downloadsFolder: z.string(),
      pathSeparator: z.string(),
    }),
  ),
  /** The state of everything at one sequence number; the batches that follow continue from it. */
  'events.snapshot': define(nothing, snapshotSchema),

  ...connectionCommands,
  ...ruleCommands,
  ...auditCommands,

  /** Starts the embedded S3 server (idempotent) and makes sure its connection exists. */
  'thisComputer.start': define(
    z.object({ folder: z.string().optional() }),
    z.object({ connection: connectionViewSchema, folder: z.string(), endpointUrl: z.string() }),
  ),

  /** Opens a listing that goes on by itself until complete or closed; changes come as `listing.changed`. */
  'listing.open': define(
    z.union([
      z.object({
        connectionId: connectionIdSchema,
        /** Left out: the buckets. */
        bucket: bucketNameSchema.optional(),
        prefix: z.string().default(''),
        view: listingViewSchema,
      }),
      /** A folder of the engine's machine. `hidden`: also what its name hides, by a dot in front. */
      z.object({ hostFolder: z.string().min(1), hidden: z.boolean().default(true), view: listingViewSchema }),
    ]),
    listingStatusSchema,
  ),
  /**
   * Lists the place again beside what is shown, which is replaced at once when the new rows are through; the selection stays
   * with the names that are still there. Answers at once. Asked again meanwhile: once more afterwards, at most once a second,
   * and less often where listing takes long. When it fails the old rows stay and the status is failed.
   */
  'listing.refresh': define(z.object({ listingId: listingIdSchema }), listingStatusSchema),
  'listing.setView': define(z.object({ listingId: listingIdSchema, view: listingViewSchema }), listingStatusSchema),
  'listing.rows': define(
    z.object({ listingId: listingIdSchema, from: z.number().int().min(0), count: z.number().int().min(1).max(1000) }),
    z.object({ status: listingStatusSchema, from: z.number().int(), rows: z.array(listingRowSchema) }),
  ),
  /**
   * Changes the selection. `version` is the one whose positions the intervals mean (all, none and names need none); rows that
   * came since are not selected by them. `applied` is false, and nothing changed, when the order has become another one since.
   * A selection is no change of rows: the version stays, `listing.changed` tells the summary.
   */
  'listing.select': define(
    z.object({
      listingId: listingIdSchema,
      version: z.number().int(),
      change: selectionChangeSchema,
      window: listingWindowSchema,
    }),
    z.object({ applied: z.boolean(), status: listingStatusSchema, selected: selectedPositionsSchema }),
  ),
  'listing.selected': define(
    z.object({ listingId: listingIdSchema, window: listingWindowSchema }),
    z.object({ status: listingStatusSchema, selected: selectedPositionsSchema }),
  ),
  /**
   * The position of the first row at or after `from` (going round at the end) whose name is `text` or starts with it, without
   * regard to case unless exact; null when there is none.
   */
  'listing.find': define(
    z.object({
      listingId: listingIdSchema,
      text: z.string().min(1),
      match: z.enum(['exact', 'prefix']),
      from: z.number().int().min(0).default(0),
    }),
    z.object({ status: listingStatusSchema, position: z.number().int().nullable() }),
  ),
  'listing.close': define(z.object({ listingId: listingIdSchema }), done),

  /**
   * Keeps what is selected in a listing now, whatever becomes of the listing: what a dialog, a drag or the clipboard acts on.
   * Lives until released or the window goes. `names` are the first few, for a sentence.
   */
  'selection.hold': define(
    z.object({ listingId: listingIdSchema }),
    z.object({
      selectionId: selectionIdSchema,
      summary: selectionSummarySchema,
      names: z.array(z.string()).max(20),
    }),
  ),
  'selection.release': define(z.object({ selectionId: selectionIdSchema }), done),
  /** Objects or files and bytes with everything below the folders, as far as they can be read. Nothing of buckets. */
  'selection.count': define(
    z.object({ selectionId: selectionIdSchema }),
    z.object({ objects: z.number().int(), bytes: z.number() }),
  ),
  /**
   * As objects.delete, for all of it; buckets only when they are empty. `restorableCount`: of so many the bucket keeps the
   * version that was deleted, and selection.undelete brings it back; 0 also where they are too many to be remembered.
   */
  'selection.delete': define(
    z.object({ selectionId: selectionIdSchema }),
    z.object({ deletedCount: z.number().int(), restorableCount: z.number().int(), ...failures }),
  ),
  /**
   * Takes back a deletion, also after the selection was released: removes exactly the delete markers that it has made. An object
   * that has a newer version by now is left alone, and named in `newer` (the first thousand). Of what could not be brought back
   * `retryCount` can be tried once more. SelectionNotFound once nothing can, or after the next few deletions.
   */
  'selection.undelete': define(
    z.object({ selectionId: selectionIdSchema }),
    z.object({
      restoredCount: z.number().int(),
      newerCount: z.number().int(),
      newer: z.array(z.string()).max(1000),
      retryCount: z.number().int(),
      ...failures,
    }),
  ),
  /**
   * Sets and removes tags of every object that is selected or below a selected folder; the tags it has otherwise stay. An object
   * that would have more than ten is left as it is, and named. Told with `selection.progress`.
   */
  'selection.tag': define(
    z.object({ selectionId: selectionIdSchema, set: tagsSchema, remove: z.array(z.string().min(1)).max(1000) }),
    z.object({ taggedCount: z.number().int(), ...failures }),
  ),
  /**
   * Starts a job with what is held: objects to a folder of the engine's machine, objects to a place (server side within one
   * connection), or files of the engine's machine to a place; of buckets only one. Each item keeps its name below the target.
   * TargetInsideSource when a folder would go into itself, or an item to where it is.
   */
  'selection.transfer': define(
    z.object({
      selectionId: selectionIdSchema,
      conflict: conflictPolicySchema,
      removeSource: z.boolean().default(false),
      to: z.union([
        z.object({ folder: z.string().min(1) }),
        z.object({ connectionId: connectionIdSchema, bucket: bucketNameSchema, prefix: z.string() }),
      ]),
    }),
    z.object({ jobId: jobIdSchema }),
  ),

  ...objectCommands,

  /** `url` streams it, with byte ranges, from where the window came from, until closed. */
  'preview.open': define(z.object({ source: previewSourceSchema }), previewSchema),
  'preview.close': define(z.object({ previewId: previewIdSchema }), done),

  /** What is left out stays as it is; a null removes the entry of a record. Comes back as `preferences.changed`. */
  'preferences.set': define(z.object({ change: preferencesChangeSchema }), done),

  'transfers.start': define(z.object({ request: transferRequestSchema }), z.object({ jobId: jobIdSchema })),
  'transfers.list': define(nothing, z.object({ jobs: z.array(jobViewSchema) })),
  'transfers.files': define(
    z.object({
      jobId: jobIdSchema,
      states: z.array(fileStateSchema).optional(),
      /** Only those that say why they are what they are. */
      withReason: z.boolean().optional(),
      from: z.number().int().min(0),
      count: z.number().int().min(1).max(1000),
    }),
    z.object({ files: z.array(fileViewSchema), total: z.number().int() }),
  ),
  'transfers.pause': define(z.object({ jobId: jobIdSchema.optional() }), done),
  'transfers.resume': define(z.object({ jobId: jobIdSchema.optional() }), done),
  'transfers.cancel': define(z.object({ jobId: jobIdSchema }), done),
  /** Failed files again; done and skipped ones are left alone. */
  'transfers.retry': define(z.object({ jobId: jobIdSchema }), done),
  /** The same request as a new job; of a download also with another target, an absolute folder. */
  'transfers.again': define(
    z.object({ jobId: jobIdSchema, folder: z.string().min(1).optional() }),
    z.object({ jobId: jobIdSchema }),
  ),
  /** Removes ended jobs from the list (one, or all of them). Files and objects stay. */
  'transfers.clear': define(z.object({ jobId: jobIdSchema.optional() }), done),
  'transfers.answer': define(
    z.object({ jobId: jobIdSchema, fileId: fileIdSchema, answer: conflictAnswerSchema, applyToAll: z.boolean() }),
    done,
  ),
  /** Among the jobs of its priority that have not ended; what runs already is not stopped for it. */
  'transfers.move': define(z.object({ jobId: jobIdSchema, to: jobMoveSchema }), done),
  'transfers.setPriority': define(z.object({ jobId: jobIdSchema, priority: jobPrioritySchema }), done),
  /**
   * Multipart uploads that were begun and not completed. Of a bucket: all of them, ours first, at most a thousand of `total`;
   * `incomplete` says why those of other programs could not be listed. Without a place: ours that nobody goes on with, as
   * they were noted, without asking a server.
   */
  'transfers.uploads': define(
    z.object({ place: z.object({ ...objectPlace, prefix: z.string().default('') }).optional() }),
    z.object({
      uploads: z.array(unfinishedUploadSchema).max(1000),
      total: z.number().int(),
      incomplete: appErrorSchema.optional(),
    }),
  ),
  /** What its parts take up. NoSuchUpload when it is gone. */
  'transfers.uploadSize': define(
    z.object({ upload: uploadPlaceSchema }),
    z.object({ sizeBytes: z.number(), parts: z.number().int() }),
  ),
  /** Aborts uploads of ours that nobody goes on with; any other is refused (UploadNotOurs). Idempotent. */
  'transfers.cleanUploads': define(
    z.object({ uploads: z.array(uploadPlaceSchema).max(1000) }),
    z.object({
      cleaned: z.number().int(),
      failed: z.array(z.object({ uploadId: z.string(), key: z.string(), error: appErrorSchema })),
    }),
  ),
  'transfers.limits': define(nothing, limitsViewSchema),
  /** Takes the place of all limits and of the schedule. Holds at once, for what is under way too. */
  'transfers.setLimits': define(z.object({ limits: transferLimitsSchema }), done),

  /** The host's own file system, for the folder picker of the web host. Folders first, then files, by name. */
  'hostFiles.list': define(
    z.object({ folder: z.string() }),
    z.object({
      folder: z.string(),
      parent: z.string().nullable(),
      entries: z.array(
        z.object({
          name: z.string(),
          path: z.string(),
          isFolder: z.boolean(),
          sizeBytes: z.number(),
          modifiedMs: z.number().nullable(),
        }),
      ),
    }),
  ),
  'hostFiles.createFolder': define(
    z.object({ folder: z.string(), name: z.string().min(1) }),
    z.object({ path: z.string() }),
  ),
  /** Makes a folder by its absolute path, with those above it that are not there. Idempotent. */
  'hostFiles.ensureFolder': define(z.object({ folder: z.string() }), z.object({ path: z.string() })),
  /** Opens the system's own dialog (Electron only; Unsupported elsewhere). Null: the person cancelled. */
  'hostFiles.pick': define(
    z.object({
      what: z.enum(['folder', 'files', 'filesAndFolders', 'saveFile']),
      title: z.string(),
      name: z.string().optional(),
    }),
    z.object({ paths: z.array(z.string()).nullable() }),
  ),
  /** Shows the file or folder in the system's file manager (Electron only). */
  'hostFiles.reveal': define(z.object({ path: z.string() }), done),
  /** Classifies dropped or pasted absolute paths: what an upload of them would take. Missing ones are left out. */
  'hostFiles.inspect': define(
    z.object({ paths: z.array(z.string()).max(10_000) }),
    z.object({
      entries: z.array(z.object({ path: z.string(), name: z.string(), isFolder: z.boolean(), sizeBytes: z.number() })),
    }),
  ),
} as const;

export type CommandName = keyof typeof commands;
export type CommandInput<N extends CommandName> = z.input<(typeof commands)[N]['input']>;
/** The input after parsing: defaults filled in. */
export type CommandParsed<N extends CommandName> = z.infer<(typeof commands)[N]['input']>;
export type CommandOutput<N extends CommandName> = z.infer<(typeof commands)[N]['output']>;

export function isCommandName(name: string): name is CommandName {
  return Object.hasOwn(commands, name);
}
