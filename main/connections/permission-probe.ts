import {
  type PermissionResult,
  type TestedAction,
  testedActions,
  type TestResult,
} from '../../shared/domain/connection-test.ts';
import { asFolder } from '../../shared/domain/inside-path.ts';
import type { Result } from '../../shared/result.ts';
import type { BucketRow, ListPage, ObjectStore } from '../s3/object-store.ts';
import type { Restriction } from '../s3/restrict-store.ts';
import {
  judgeTry,
  type LeftBehind,
  notTested,
  probeKey,
  probeObject,
  readOneByte,
  type Tried,
} from './probe-object.ts';

/** What IAM calls what each action needs. */
const permissionOf: Readonly<Record<TestedAction, string>> = {
  createConnection: 's3:ListAllMyBuckets',
  createBucket: 's3:CreateBucket',
  delete: 's3:DeleteObject',
  download: 's3:GetObject',
  presign: 's3:GetObject',
  location: 's3:GetBucketLocation',
  list: 's3:ListBucket',
  upload: 's3:PutObject',
  streamingUpload: 's3:PutObject, s3:AbortMultipartUpload',
  triggers: 's3:ListBucket',
  auditLog: 's3:PutObject',
};

/** Objects looked through for one that has a byte to read. */
const listedObjects = 100;

/** What is there to begin with. Not HeadBucket: it carries no prefix and is refused by policies that allow only one. */
export function listPlace(
  store: ObjectStore,
  { bucket, path }: Restriction,
  signal: AbortSignal | undefined,
): Promise<Result<ListPage>> {
  return store.listPage({ bucket, prefix: path, delimiter: '', maxKeys: listedObjects, signal });
}

/** The URL is made only to see that it can be; nobody gets it. */
const presignedSeconds = 60;

export type ProbedPermissions = NonNullable<TestResult['permissions']> & {
  readonly page: Result<ListPage>;
  readonly left: readonly LeftBehind[];
};

/**
 * Tries what a connection may do in a bucket, below `path`, with three requests that change nothing. Only with
 * `writes` an object is uploaded there and deleted again (probeObject); without it those rows are not tested. Creating a
 * bucket never is: there is no harmless way, and to create one's own again resets its ACL at Amazon.
 */
export async function probePermissions(
  store: ObjectStore,
  { bucket, path }: Restriction,
  options: {
    readonly buckets: Result<readonly BucketRow[]>;
    /** Of listPlace, where it was asked already. */
    readonly page?: Result<ListPage> | undefined;
    readonly writes: boolean;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<ProbedPermissions> {
  const { buckets, writes, signal } = options;
  const folder = asFolder(path);
  const page = options.page ?? (await listPlace(store, { bucket, path }, signal));
  const location = await store.bucketLocation(bucket);
  const read = await tryToRead(store, bucket, folder, page, signal);
  const probed = writes && signal?.aborted !== true ? await probeObject(store, bucket, folder) : null;
  // What was just uploaded shows it for certain.
  const download = read.outcome === 'notTested' && probed !== null ? probed.download : read;
  const presigned = await store.presignGet(bucket, probeKey(folder), presignedSeconds);
  const upload = probed?.upload ?? notTested;

  const tried: Readonly<Record<TestedAction, Tried>> = {
    createConnection: judgeTry(buckets),
    createBucket: notTested,
    delete: probed?.delete ?? notTested,
    download,
    // Whoever has the URL gets what its maker may read.
    presign: presigned.ok ? download : judgeTry(presigned),
    location: judgeTry(location),
    list: judgeTry(page),
    upload,
    streamingUpload: probed?.streamingUpload ?? notTested,
    triggers: judgeTry(page),
    auditLog: upload,
  };
  const results = testedActions.map(
    (action): PermissionResult => ({ action, permission: permissionOf[action], ...tried[action] }),
  );
  return { bucket, prefix: path, wrote: probed?.wrote ?? false, results, page, left: probed?.left ?? [] };
}

/** One byte of an object that is there; where there is none, of one that cannot be. */
async function tryToRead(
  store: ObjectStore,
  bucket: string,
  folder: string,
  page: Result<ListPage>,
  signal: AbortSignal | undefined,
): Promise<Tried> {
  const object = page.ok ? page.value.objects.find(({ sizeBytes }) => sizeBytes > 0) : undefined;
  const answer = await readOneByte(store, bucket, object?.key ?? probeKey(folder), signal);
  if (answer.ok) return { outcome: 'allowed' };
  const { code } = answer.error;
  // Answered only to those who may read: archived, emptied, or gone.
  if (code === 'InvalidObjectState' || code === 'InvalidRange' || code === 'NoSuchKey') return { outcome: 'allowed' };
  // S3 hides a missing key from those who may not list: there a refusal means nothing.
  return code === 'AccessDenied' && !page.ok ? notTested : judgeTry(answer);
}
