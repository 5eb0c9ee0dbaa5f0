import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DurableFiles } from './durable-files.ts';
import { ignoreAbsent } from './file-errors.ts';
import type { ChecksumAlgorithm, ChecksumType, ObjectDescription, StoredChecksum } from './stored-version.ts';

/** A multipart upload under way, as its `upload.json` has it. */
export type Upload = {
  readonly uploadId: string;
  readonly key: string;
  readonly initiatedMs: number;
  readonly description: ObjectDescription;
  readonly checksumType: ChecksumType;
  /** Of every part, whatever the client sends. */
  readonly checksumAlgorithm: ChecksumAlgorithm;
  /** True when the client asked for it; S3 keeps CRC64NVME otherwise without telling about parts. */
  readonly checksumAsked: boolean;
};

/** A part that arrived whole. */
export type PartRecord = {
  readonly partNumber: number;
  readonly sizeBytes: number;
  /** Hex MD5. */
  readonly etag: string;
  /** Base64, in the upload's algorithm. */
  readonly checksum: string;
  readonly modifiedMs: number;
  /** Name of the file in the upload's folder, and where in it. */
  readonly file: string;
  readonly offset: number;
};

/** What a completed upload was answered; for the client that did not hear it. */
export type DoneRecord = {
  readonly uploadId: string;
  readonly key: string;
  /** Tells one list of parts from another. */
  readonly partsDigest: string;
  readonly etag: string;
  readonly checksum?: StoredChecksum | undefined;
  readonly completedMs: number;
  /** The file that became the object: while it is still in the upload's folder, it did not. */
  readonly source: string;
};

const uploadFile = 'upload.json';

export function isUploadId(text: string): boolean {
  return /^[0-9a-f]{32}$/.test(text);
}

function partFile(partNumber: number): string {
  return `${String(partNumber).padStart(5, '0')}.json`;
}

async function readJson<T>(path: string): Promise<T | null> {
  const text = await readFile(path, 'utf8').catch(ignoreAbsent);
  // Written by us and replaced in one step.
  return text === undefined ? null : (JSON.parse(text) as T);
}

export function readUpload(folder: string): Promise<Upload | null> {
  return readJson(join(folder, uploadFile));
}

export function writeUpload(files: DurableFiles, folder: string, upload: Upload): Promise<void> {
  return files.writeWhole(join(folder, uploadFile), JSON.stringify(upload));
}

export function writePart(files: DurableFiles, folder: string, part: PartRecord): Promise<void> {
  return files.writeWhole(join(folder, partFile(part.partNumber)), JSON.stringify(part));
}

export function readPart(folder: string, partNumber: number): Promise<PartRecord | null> {
  return readJson(join(folder, partFile(partNumber)));
}

/** Ascending by part number. */
export async function readParts(folder: string): Promise<readonly PartRecord[]> {
  const names = ((await readdir(folder).catch(ignoreAbsent)) ?? []).filter((name) => /^\d{5}\.json$/.test(name)).sort();
  const parts: PartRecord[] = [];
  for (let at = 0; at < names.length; at += 64) {
    const some = await Promise.all(names.slice(at, at + 64).map((name) => readJson<PartRecord>(join(folder, name))));
    for (const part of some) if (part) parts.push(part);
  }
  return parts;
}

export function readDone(path: string): Promise<DoneRecord | null> {
  return readJson(path);
}
