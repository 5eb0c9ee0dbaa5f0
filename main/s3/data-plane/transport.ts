import type { Result } from '../../../shared/result.ts';
import type { FileAttributes } from '../file-attributes.ts';
import type { ObjectHeaders, StoredObject, WriteCondition } from '../object-store.ts';

/** Credentials as a request needs them; only in memory and in messages to our own threads. */
export type SigningCredentials = {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
  /** Milliseconds since 1970; absent for credentials that do not expire. */
  readonly expiresMs?: number | undefined;
  /**
   * What is otherwise than was asked for. unnamedSession: the Roles Anywhere profile takes no session name. shortened: a role
   * that was taken with temporary credentials lasts an hour at most.
   */
  readonly remark?: 'unnamedSession' | 'shortened' | undefined;
};

/** Where and how requests for one bucket are sent. Plain data: it is posted to worker threads. */
export type DataTarget = {
  readonly protocol: 'http:' | 'https:';
  readonly hostname: string;
  readonly port: number;
  /** Value of the Host header, signed as it is: with the bucket in front for virtual-hosted requests. */
  readonly host: string;
  /** What stands before the key in the path, percent-encoded, ends in `/`: `/` or `/bucket/` or `/base/bucket/`. */
  readonly pathPrefix: string;
  readonly region: string;
  readonly bucket: string;
  readonly credentials: SigningCredentials;
  /** Server time minus ours, learned from Date headers. */
  readonly clockOffsetMs: number;
  readonly tls: { readonly verify: boolean; readonly caBundle?: string | undefined };
};

/** What bytes become on the server. */
export type SendTo = {
  readonly target: DataTarget;
  readonly key: string;
  readonly as:
    | ({ readonly type: 'object' } & ObjectHeaders & WriteCondition)
    | { readonly type: 'part'; readonly uploadId: string; readonly partNumber: number };
  /** Sends the CRC32, which servers that keep checksums verify and store. Off where a server rejects the header. */
  readonly withCrc32: boolean;
  /** Sends Content-MD5, which every S3 server verifies: for servers that keep no checksums, or not known to. */
  readonly withMd5: boolean;
};

/** A range of a local file on its way to the server. */
export type SendRange = SendTo & {
  readonly filePath: string;
  readonly offset: number;
  readonly sizeBytes: number;
  /** What the file must still look like once the range has been read: else SourceChanged, and nothing is sent. */
  readonly expected?: { readonly sizeBytes: number; readonly modifiedMs: number; readonly inode: number } | undefined;
};

export type RangeSent = {
  /** As the server answered, quotes included. */
  readonly etag: string | null;
  /** Base64 CRC32 of the bytes read from the file. */
  readonly crc32: string;
  /** Base64 CRC32 in the server's answer: the server verified it. */
  readonly serverCrc32: string | null;
  /** Hex, when asked for. */
  readonly md5: string | null;
  readonly versionId: string | null;
};

/** A range of an object on its way into a local file. */
export type ReceiveRange = {
  readonly target: DataTarget;
  readonly key: string;
  /** An older version than the newest. */
  readonly versionId?: string | undefined;
  /** ETag the object must still have: a range of another version is never mixed in (PreconditionFailed). */
  readonly ifMatch: string | null;
  readonly filePath: string;
  /** The file is made when it is not there; else it must be there. */
  readonly makesFile: boolean;
  /** The same offset in the object and in the file. */
  readonly offset: number;
  readonly sizeBytes: number;
  readonly digests: readonly RangeDigest[];
  /** For a range that is the whole object: also the digests its stored checksums (or else its ETag) can be compared with. */
  readonly digestsAsStored: boolean;
};

export type RangeDigest = 'crc32' | 'crc32c' | 'crc64nvme' | 'md5' | 'sha1' | 'sha256';

export type RangeReceived = Digests & {
  /** From the answer's headers: what the server keeps for the whole object. */
  readonly stored: StoredObject;
  /** Size of the whole object, from Content-Range or Content-Length; NaN when the server did not say. */
  readonly totalBytes: number;
  /** From the same headers: what the object says of the file it was. */
  readonly attributes: FileAttributes;
};

export type Digests = {
  /** Of the bytes written; CRCs as base64 of the big-endian value, like S3 has them; hashes as base64. */
  readonly digests: Readonly<Partial<Record<RangeDigest, string>>>;
};

/** A range of an object on its way to another server, through this machine's memory (`sizeBytes` of it). */
export type RelayRange = {
  readonly from: {
    readonly target: DataTarget;
    readonly key: string;
    /** ETag the object must still have: PreconditionFailed, on the side of the source. */
    readonly ifMatch: string | null;
  };
  readonly offset: number;
  readonly sizeBytes: number;
  /** The range is the whole object: asked for without a range, which an empty one does not have. */
  readonly isWhole: boolean;
  /** What the bytes must have: compared before anything is sent, else ChecksumMismatch on the side of the source. */
  readonly expected: Readonly<Partial<Record<RangeDigest, string>>>;
  /** To be told beside the CRC32. */
  readonly digests: readonly RangeDigest[];
  readonly to: SendTo;
};

export type RangeRelayed = RangeSent & Digests;

export type FileRange = { readonly filePath: string; readonly offset: number; readonly sizeBytes: number };

/**
 * Moves one range at a time; everything else (which range, retries, verification of the whole) is the executor's.
 * A range either arrives whole or fails; `signal` aborts it. Bytes are reported as they move.
 */
export interface RangeTransport {
  send(range: SendRange, options: RangeOptions): Promise<Result<RangeSent>>;
  receive(range: ReceiveRange, options: RangeOptions): Promise<Result<RangeReceived>>;
  /** Failures of the source have `side: 'source'` in their context. */
  relay(range: RelayRange, options: RangeOptions): Promise<Result<RangeRelayed>>;
  /** Digests of a range of a local file: for checksums that cannot be combined, and for parts found after a crash. */
  digest(range: FileRange, digests: readonly RangeDigest[], signal?: AbortSignal): Promise<Result<Digests>>;
  /** Ends the threads. What still runs fails with ConnectionReset. */
  close(): Promise<void>;
}

export type RangeOptions = {
  readonly signal?: AbortSignal | undefined;
  /** Bytes moved since the last call. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
};
