import type { BigIntStats } from 'node:fs';
import { hash } from 'node:crypto';
import type { DigestAlgorithm } from '../../checksums/digest.ts';

export type ChecksumAlgorithm = Exclude<DigestAlgorithm, 'md5'>;
export type ChecksumType = 'FULL_OBJECT' | 'COMPOSITE';

/** The one checksum S3 keeps with an object; base64, with `-N` behind it when composite. */
export type StoredChecksum = {
  readonly algorithm: ChecksumAlgorithm;
  readonly type: ChecksumType;
  readonly value: string;
};

/** What a client says about an object and gets back with it. */
export type ObjectDescription = {
  /** Lower-case standard headers (content-type, cache-control …), as they were sent. */
  readonly headers: Readonly<Record<string, string>>;
  /** Lower-case names without `x-amz-meta-`. Values as they were on the wire, one character for each byte. */
  readonly metadata: Readonly<Record<string, string>>;
  /** None when left out, as it was before tags were kept. */
  readonly tags?: Readonly<Record<string, string>> | undefined;
};

export type ObjectFacts = ObjectDescription & {
  readonly sizeBytes: number;
  /** Without quotes. */
  readonly etag: string;
  readonly checksum?: StoredChecksum | undefined;
  /** Sizes of the parts of a multipart object in order, and their checksums where composite. */
  readonly parts?:
    | { readonly sizes: readonly number[]; readonly checksums?: readonly string[] | undefined }
    | undefined;
};

/** Tells one version of a file from the next: every write gives a modification time of its own. */
export type Fingerprint = { readonly sizeBytes: number; readonly mtimeNs: string };

export type StoredVersion = ObjectFacts & Fingerprint;

/** An object as it lies on the disk. */
export type StoredObject = StoredVersion & { readonly key: string; readonly lastModifiedMs: number };

export function fingerprintOf(stats: BigIntStats): Fingerprint {
  return { sizeBytes: Number(stats.size), mtimeNs: String(stats.mtimeNs) };
}

export function sameFingerprint(a: Fingerprint, b: Fingerprint): boolean {
  return a.sizeBytes === b.sizeBytes && a.mtimeNs === b.mtimeNs;
}

/** S3 counts in whole seconds, in headers and in listings. */
export function lastModifiedMs(fingerprint: Fingerprint): number {
  return Number(BigInt(fingerprint.mtimeNs) / 1_000_000_000n) * 1000;
}

/** A file that was put there by hand: nothing is known but its size and time. */
export function handMadeVersion(fingerprint: Fingerprint): StoredVersion {
  const digest = hash('md5', `${fingerprint.sizeBytes}/${fingerprint.mtimeNs}`);
  return { ...fingerprint, etag: `${digest}-1`, headers: {}, metadata: {} };
}
