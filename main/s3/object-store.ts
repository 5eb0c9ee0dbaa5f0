import type { ObjectDetails, ObjectRow } from '../../shared/domain/listing.ts';
import type { Tags } from '../../shared/domain/object-texts.ts';
import type { Verification } from '../../shared/domain/transfer.ts';
import type { Result } from '../../shared/result.ts';

export type BucketRow = { readonly name: string; readonly createdMs: number | null };

export type ListPageRequest = {
  readonly bucket: string;
  readonly prefix: string;
  /** `''` lists everything below the prefix, `'/'` one level. */
  readonly delimiter: '' | '/';
  readonly continuationToken?: string | undefined;
  readonly startAfter?: string | undefined;
  /** 1 to 1,000 (S3's limit and default). */
  readonly maxKeys?: number | undefined;
  readonly signal?: AbortSignal | undefined;
};

export type ListPage = {
  /** In UTF-8 byte order of the keys, as S3 lists them (general purpose buckets). */
  readonly objects: readonly ObjectRow[];
  readonly prefixes: readonly string[];
  /** Null on the last page. */
  readonly continuationToken: string | null;
};

export type ListAllRequest = {
  readonly bucket: string;
  readonly prefix: string;
  /** In which form the rows will be asked for; the other one costs more. `rows` when left out. */
  readonly as?: 'rows' | 'lines' | undefined;
  readonly signal?: AbortSignal | undefined;
};

/** Some rows of a listing, at most a few thousand. */
export type ListedRows = {
  readonly count: number;
  rows(): readonly ObjectRow[];
  /**
   * As `brigade ls --json` prints them: one JSON object a line, each with its newline. The bytes are good until the next item
   * is asked for.
   */
  lines(): Uint8Array;
};

export type ListVersionsRequest = {
  readonly bucket: string;
  readonly prefix: string;
  /** All below the prefix. */
  readonly delimiter: '';
  /** Both of `next` of the page before; `keyMarker` alone goes on with the keys after it. */
  readonly keyMarker?: string | undefined;
  readonly versionIdMarker?: string | undefined;
  /** 1 to 1,000 (S3's limit and default). */
  readonly maxKeys?: number | undefined;
  readonly signal?: AbortSignal | undefined;
};

/** A version of an object, or a delete marker: of no bytes, without ETag and class. */
export type ObjectVersion = ObjectRow & {
  /** The word `null` for what was written without versioning. */
  readonly versionId: string;
  readonly isLatest: boolean;
  readonly isDeleteMarker: boolean;
};

export type VersionPage = {
  /** In the order of the keys, as listPage has it; of one key the newest first. */
  readonly versions: readonly ObjectVersion[];
  /** To be spread into the next request; null on the last page. */
  readonly next: { readonly keyMarker: string; readonly versionIdMarker?: string | undefined } | null;
};

/**
 * `suspended`, and `none` where it never was on: what is written takes the place of the version called `null`, if there is one,
 * for good.
 */
export type Versioning = 'enabled' | 'suspended' | 'none';

/** The latest version when left out. NoSuchKey when it is gone; a delete marker is MethodNotAllowed (on Ceph, NoSuchKey). */
export type VersionChoice = { readonly versionId?: string | undefined };

export type VersionOfKey = { readonly key: string; readonly versionId: string };

/** Headers of an object as it is made. `metadata` names are lower case, values are as S3 returns them (no prefix). */
export type ObjectHeaders = {
  readonly contentType?: string | undefined;
  readonly contentEncoding?: string | undefined;
  readonly contentDisposition?: string | undefined;
  readonly contentLanguage?: string | undefined;
  readonly cacheControl?: string | undefined;
  /** As it stands in the header. */
  readonly expires?: string | undefined;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
};

/** `ifNoneMatch`: only when the key is free. `ifMatch`: only when the key still has this ETag. Else PreconditionFailed. */
export type WriteCondition = { readonly ifNoneMatch?: '*' | undefined; readonly ifMatch?: string | undefined };

export type UploadedPart = {
  readonly partNumber: number;
  readonly etag: string;
  readonly sizeBytes: number;
  /** Base64, where the server keeps it. */
  readonly crc32: string | null;
};

export type MultipartUpload = {
  readonly uploadId: string;
  /** True when the server said that it keeps a full-object CRC32 for this upload. */
  readonly keepsChecksum: boolean;
};

/** What the server says it stored. Quotes are part of the ETag. */
export type StoredObject = {
  readonly etag: string | null;
  /** By lower-case algorithm: crc32, crc32c, crc64nvme, sha1, sha256; base64. Empty where the server keeps none. */
  readonly checksums: Readonly<Record<string, string>>;
  readonly checksumType: 'FULL_OBJECT' | 'COMPOSITE' | null;
  readonly versionId: string | null;
  /** The ETag is the MD5 of the body (or of its parts' MD5s); false where the server says it encrypts (SSE-KMS, SSE-C). */
  readonly etagIsMd5: boolean;
};

/** An object with all that a copy of it must be made with. */
export type LookedAtObject = ObjectDetails & StoredObject & { readonly headers: ObjectHeaders };

/**
 * The S3 operations the product needs, as a port: implemented by SdkObjectStore on the AWS SDK, MemoryObjectStore in
 * the tests. One contract suite (test/contract) runs on all of them. No call retries forever, none throws for an
 * answer of the server: failures are AppErrors of shared/errors.ts. Keys are taken and returned byte for byte.
 */
export interface ObjectStore {
  listBuckets(signal?: AbortSignal): Promise<Result<readonly BucketRow[]>>;
  createBucket(bucket: string, region?: string): Promise<Result<void>>;
  /** Fails with BucketNotEmpty unless it is empty. */
  removeBucket(bucket: string): Promise<Result<void>>;
  /** The region's name; us-east-1 where the server answers with an empty location. */
  bucketLocation(bucket: string, signal?: AbortSignal): Promise<Result<string>>;

  /** For whoever looks at a page: nothing is asked for that was not asked for. */
  listPage(request: ListPageRequest): Promise<Result<ListPage>>;
  /**
   * For whoever takes everything below a prefix: in the order of listPage, each key once, fetched a few pages ahead. A failure
   * is the last item, and all that came before it is good; without one the listing is whole. Leaving it ends the requests.
   */
  listAll(request: ListAllRequest): AsyncIterable<Result<ListedRows>>;
  bucketVersioning(bucket: string, signal?: AbortSignal): Promise<Result<Versioning>>;
  /** In a bucket without versioning each object is one version, called `null`. */
  listVersions(request: ListVersionsRequest): Promise<Result<VersionPage>>;
  /** NoSuchKey when there is none (or AccessDenied where the credentials may not list). */
  head(bucket: string, key: string, signal?: AbortSignal, version?: VersionChoice): Promise<Result<LookedAtObject>>;
  /** For folder markers and other small bodies; files go through the data plane. */
  putSmall(
    bucket: string,
    key: string,
    body: Uint8Array,
    headers: ObjectHeaders,
    condition?: WriteCondition,
    signal?: AbortSignal,
  ): Promise<Result<StoredObject>>;
  /** A body of unknown length, sent in parts as it comes. Aborted or failed: no object is made, no upload is left. */
  putStream(
    bucket: string,
    key: string,
    body: AsyncIterable<Uint8Array>,
    headers: ObjectHeaders,
    options?: {
      readonly signal?: AbortSignal;
      readonly onBytes?: (totalBytes: number) => void;
      /** Before the first part of a multipart upload is sent; when it fails, none is and the upload is taken back. */
      readonly onUpload?: (uploadId: string) => Promise<Result<void>>;
    },
  ): Promise<Result<StoredObject & { readonly sizeBytes: number; readonly verification: Verification }>>;
  /** The whole body in order; the iterable throws an AppErrorException when it ends before its length. */
  getStream(
    bucket: string,
    key: string,
    signal?: AbortSignal,
    version?: VersionChoice,
  ): Promise<Result<{ readonly details: ObjectDetails & StoredObject; readonly body: AsyncIterable<Uint8Array> }>>;
  /**
   * At least one byte of an object, in order, that all lie inside of it; PreconditionFailed when it has another ETag than
   * `ifMatch` by now. The iterable throws an AppErrorException when it ends before its length; leaving it ends the request.
   */
  readRange(
    bucket: string,
    key: string,
    range: { readonly offset: number; readonly sizeBytes: number; readonly ifMatch: string | null } & VersionChoice,
    signal?: AbortSignal,
  ): Promise<Result<AsyncIterable<Uint8Array>>>;
  /** NoSuchKey. An object without tags has none. */
  getTags(bucket: string, key: string, signal?: AbortSignal): Promise<Result<Tags>>;
  /** In place of all tags it has; at most ten, of up to 128 and 256 characters (S3's limits). NoSuchKey. Idempotent. */
  setTags(bucket: string, key: string, tags: Tags, signal?: AbortSignal): Promise<Result<void>>;
  /**
   * Idempotent: a key that is not there is deleted already. PreconditionFailed when it has another ETag than `ifMatch`: looked at
   * before each attempt, and told to the server.
   */
  remove(
    bucket: string,
    key: string,
    condition?: { readonly ifMatch?: string | undefined },
    signal?: AbortSignal,
  ): Promise<Result<void>>;
  /** For good: of a delete marker that is latest, the version before it is the object again. Idempotent. */
  removeVersion(bucket: string, key: string, versionId: string, signal?: AbortSignal): Promise<Result<void>>;
  /**
   * Up to 1,000 keys at once; the answer has an entry for each key that was not deleted. `onMarker` is told each delete marker
   * that was made, as a versioned bucket does; not where the bucket has no versions, nor of one called `null`, which has taken
   * the place of what was there. Where an answer was lost on the way, keys may have two: then `onUntold` is called instead.
   */
  removeMany(
    bucket: string,
    keys: readonly string[],
    onMarker?: (marker: VersionOfKey) => void,
    onUntold?: () => void,
  ): Promise<Result<ReadonlyMap<string, Result<never>>>>;
  /** As removeVersion, up to 1,000 at once, each of another key; the answer has an entry for each key whose version is still there. */
  removeVersions(
    bucket: string,
    versions: readonly VersionOfKey[],
  ): Promise<Result<ReadonlyMap<string, Result<never>>>>;
  /**
   * Server side, up to 5 GiB; metadata, content type and tags are kept. `sourceIfMatch` guards against a changed source. From an
   * older version to its own key it restores that version.
   */
  copy(
    from: {
      readonly bucket: string;
      readonly key: string;
      readonly sourceIfMatch?: string | undefined;
    } & VersionChoice,
    to: { readonly bucket: string; readonly key: string },
    condition?: WriteCondition,
    signal?: AbortSignal,
  ): Promise<Result<StoredObject>>;
  /**
   * Makes the object anew on the server, up to 5 GiB: out of itself, or out of an older version of its key. What `headers` has
   * takes the place of all headers and metadata it had; null keeps them. Tags, storage class, encryption, redirect and lock are
   * kept; an ACL of its own is not. Where a lock may not be read, it is AccessDenied. It is a write like any other: without
   * versioning it takes the place of the version `null`, which the caller has thought of. PreconditionFailed, and nothing done,
   * when the source has not the ETag, or not the headers, that were seen, or the condition does not hold. Headers are looked at
   * just before: no server takes them for a condition.
   */
  rewrite(
    bucket: string,
    key: string,
    from: VersionChoice & {
      readonly sourceIfMatch: string;
      readonly seen?: ObjectHeaders | undefined;
      readonly headers: ObjectHeaders | null;
    },
    condition: WriteCondition,
    signal?: AbortSignal,
  ): Promise<Result<StoredObject>>;

  createMultipart(bucket: string, key: string, headers: ObjectHeaders): Promise<Result<MultipartUpload>>;
  copyPart(
    from: {
      readonly bucket: string;
      readonly key: string;
      readonly offset: number;
      readonly sizeBytes: number;
      readonly sourceIfMatch?: string | undefined;
    } & VersionChoice,
    to: { readonly bucket: string; readonly key: string; readonly uploadId: string; readonly partNumber: number },
    signal?: AbortSignal,
  ): Promise<Result<{ readonly etag: string }>>;
  /** All parts the server has for this upload, over all pages, ascending. NoSuchUpload when it is gone. */
  listParts(
    bucket: string,
    key: string,
    uploadId: string,
    signal?: AbortSignal,
  ): Promise<Result<readonly UploadedPart[]>>;
  /** Multipart uploads under way below the prefix, over all pages. */
  listUploads(
    bucket: string,
    prefix: string,
  ): Promise<
    Result<readonly { readonly key: string; readonly uploadId: string; readonly initiatedMs: number | null }[]>
  >;
  /** `crc32`: base64 of the full object's CRC32, compared by servers that keep checksums. */
  completeMultipart(
    bucket: string,
    key: string,
    uploadId: string,
    parts: readonly { readonly partNumber: number; readonly etag: string; readonly crc32?: string | undefined }[],
    options?: WriteCondition & { readonly crc32?: string | undefined; readonly sizeBytes?: number | undefined },
    signal?: AbortSignal,
  ): Promise<Result<StoredObject>>;
  /** Idempotent. */
  abortMultipart(bucket: string, key: string, uploadId: string, signal?: AbortSignal): Promise<Result<void>>;

  /** A URL that anyone may GET for so long; at most 604,800 s (SigV4's limit). */
  presignGet(bucket: string, key: string, expiresInSeconds: number): Promise<Result<string>>;
}
