import { z } from 'zod';
import { bucketNameSchema } from '../domain/connection.ts';
import { connectionIdSchema, jobIdSchema } from '../domain/ids.ts';
import { objectDetailsSchema, objectRowSchema, objectVersionSchema } from '../domain/listing.ts';
import { newHeadersSchema, objectHeadersSchema, tagsSchema } from '../domain/object-texts.ts';
import { regionSchema } from '../domain/server.ts';
import { conflictPolicySchema } from '../domain/transfer.ts';
import { appErrorSchema } from '../errors.ts';
import { define, done } from './define.ts';

export const objectPlace = { connectionId: connectionIdSchema, bucket: bucketNameSchema };
const objectAt = z.object({ ...objectPlace, key: z.string().min(1) });

/** SigV4's limit: 7 days. */
export const maxLinkSeconds = 604_800;

/** Commands on buckets and single objects. */
export const objectCommands = {
  'buckets.list': define(
    z.object({ connectionId: connectionIdSchema }),
    z.object({ buckets: z.array(z.object({ name: z.string(), createdMs: z.number().nullable() })) }),
  ),
  'buckets.create': define(z.object({ ...objectPlace, region: regionSchema.optional() }), done),
  'buckets.remove': define(z.object(objectPlace), done),
  'buckets.location': define(z.object(objectPlace), z.object({ region: z.string() })),

  /** One page; give `continuationToken` back for the next. `delimiter` empty lists everything below the prefix. */
  'objects.page': define(
    z.object({
      ...objectPlace,
      prefix: z.string(),
      delimiter: z.enum(['', '/']),
      continuationToken: z.string().optional(),
    }),
    z.object({
      objects: z.array(objectRowSchema),
      prefixes: z.array(z.string()),
      continuationToken: z.string().nullable(),
    }),
  ),
  'objects.stat': define(objectAt, objectDetailsSchema.extend({ headers: objectHeadersSchema })),
  'objects.createFolder': define(z.object({ ...objectPlace, prefix: z.string().min(1) }), done),
  /** How many objects and bytes are below the prefixes and keys: what a deletion would take. */
  'objects.count': define(
    z.object({ ...objectPlace, keys: z.array(z.string().min(1)), prefixes: z.array(z.string().min(1)) }),
    z.object({ objects: z.number().int(), bytes: z.number() }),
  ),
  /** Idempotent. A listing that fails half-way deletes only what it had seen; each failure is named. */
  'objects.delete': define(
    z.object({ ...objectPlace, keys: z.array(z.string().min(1)), prefixes: z.array(z.string()) }),
    z.object({ deleted: z.array(z.string()), failed: z.array(z.object({ key: z.string(), error: appErrorSchema })) }),
  ),
  /**
   * `worksUntilMs`: the end that was asked for, or that of the credentials it is signed with, whichever comes first (`endsWith`).
   * unknown: they are temporary and do not say until when they are good, so that it may end before.
   */
  'objects.presign': define(
    objectAt.extend({ expiresInSeconds: z.number().int().min(1).max(maxLinkSeconds) }),
    z.object({ url: z.string(), worksUntilMs: z.number(), endsWith: z.enum(['time', 'credentials', 'unknown']) }),
  ),

  'objects.tags': define(objectAt, z.object({ tags: z.record(z.string(), z.string()) })),
  /** In place of all tags it has. PreconditionFailed when these are not the ones that were `seen` any more. */
  'objects.setTags': define(
    objectAt.extend({ tags: tagsSchema, seen: z.record(z.string(), z.string()).optional() }),
    done,
  ),
  /**
   * In place of all headers and metadata it has, by a copy onto itself; everything else of it stays but an ACL of its own.
   * PreconditionFailed when it is not the object with this ETag any more, or has not the headers that were `seen`, of which the
   * ETag says nothing; TooLargeToCopy above 5 GiB; VersionWouldBeLost as of restoreVersion. Verified.
   */
  'objects.setHeaders': define(
    objectAt.extend({ etag: z.string().min(1), seen: objectHeadersSchema, headers: newHeadersSchema }),
    z.object({ etag: z.string().nullable() }),
  ),
  /** All versions and delete markers of one key, the newest first; `isWhole` is false when there are more than a thousand. */
  'objects.versions': define(
    objectAt,
    z.object({ versions: z.array(objectVersionSchema).max(1000), isWhole: z.boolean() }),
  ),
  /** Starts a job that downloads one version, which need not be the newest, into a folder of the engine's machine (absolute). */
  'objects.downloadVersion': define(
    objectAt.extend({ versionId: z.string().min(1), folder: z.string().min(1), conflict: conflictPolicySchema }),
    z.object({ jobId: jobIdSchema }),
  ),
  /**
   * Makes an older version the object again, by a copy of it. `seen`: what was the newest version when the person decided;
   * PreconditionFailed when another one is by now; TooLargeToCopy above 5 GiB; VersionWouldBeLost where the bucket's versioning is
   * not on and the copy would take the place of a version. Verified.
   */
  'objects.restoreVersion': define(
    objectAt.extend({ versionId: z.string().min(1), seen: z.string().min(1).optional() }),
    z.object({ versionId: z.string().nullable() }),
  ),
} as const;
