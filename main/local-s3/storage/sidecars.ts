import { readFileSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import type { DurableFiles } from './durable-files.ts';
import { ignoreAbsent } from './file-errors.ts';
import { keyHash, type Layout } from './layout.ts';
import { type Fingerprint, sameFingerprint, type StoredVersion } from './stored-version.ts';

type Sidecar = { readonly key: string; readonly versions: readonly StoredVersion[] };

/**
 * The JSON beside each object. It is written before the object's file is renamed into place and holds the version to
 * come and the one that is there: whichever file a crash leaves, its own facts are found by its fingerprint.
 */
export type Sidecars = {
  /** What is known about the file with this fingerprint; null when it is none of ours. */
  find(bucket: string, key: string, fingerprint: Fingerprint): Promise<StoredVersion | null>;
  /** The same at once, for listings: see listed-objects.ts. */
  findNow(bucket: string, key: string, fingerprint: Fingerprint): StoredVersion | null;
  write(bucket: string, key: string, versions: readonly StoredVersion[]): Promise<void>;
  remove(bucket: string, key: string): Promise<void>;
  /** The key whose hash this is, or null when nothing is known of it. */
  keyOfHash(bucket: string, hash: string): Promise<string | null>;
  forgetBucket(bucket: string): void;
};

/** Versions kept in memory so that a listing need not open a file for each row; about 500 bytes each. */
const maxCached = 20_000;

export function createSidecars(layout: Layout, files: DurableFiles): Sidecars {
  const cache = new Map<string, readonly StoredVersion[]>();

  function remember(name: string, versions: readonly StoredVersion[]): void {
    cache.delete(name);
    cache.set(name, versions);
    if (cache.size <= maxCached) return;
    const oldest = cache.keys().next();
    if (!oldest.done) cache.delete(oldest.value);
  }

  function fromCache(bucket: string, key: string, fingerprint: Fingerprint): StoredVersion | undefined {
    return cache.get(`${bucket}/${key}`)?.find((version) => sameFingerprint(version, fingerprint));
  }

  function fromText(
    text: string | undefined,
    bucket: string,
    key: string,
    fingerprint: Fingerprint,
    isCurrent: () => boolean,
  ): StoredVersion | null {
    const sidecar = parse(text);
    if (sidecar?.key !== key) return null;
    if (isCurrent()) remember(`${bucket}/${key}`, sidecar.versions);
    return sidecar.versions.find((version) => sameFingerprint(version, fingerprint)) ?? null;
  }

  async function find(bucket: string, key: string, fingerprint: Fingerprint): Promise<StoredVersion | null> {
    const cached = fromCache(bucket, key, fingerprint);
    if (cached) return cached;
    const before = cache.get(`${bucket}/${key}`);
    const text = await readFile(layout.metaPath(bucket, key), 'utf8').catch(ignoreAbsent);
    // Written again meanwhile, the text is the old one: its tags must not stay in memory.
    return fromText(text, bucket, key, fingerprint, () => cache.get(`${bucket}/${key}`) === before);
  }

  function findNow(bucket: string, key: string, fingerprint: Fingerprint): StoredVersion | null {
    const cached = fromCache(bucket, key, fingerprint);
    if (cached) return cached;
    return fromText(readNow(layout.metaPath(bucket, key)), bucket, key, fingerprint, () => true);
  }

  async function write(bucket: string, key: string, versions: readonly StoredVersion[]): Promise<void> {
    const sidecar: Sidecar = { key, versions };
    await files.writeWhole(layout.metaPath(bucket, key), JSON.stringify(sidecar));
    remember(`${bucket}/${key}`, versions);
  }

  async function remove(bucket: string, key: string): Promise<void> {
    cache.delete(`${bucket}/${key}`);
    await rm(layout.metaPath(bucket, key), { force: true });
  }

  async function keyOfHash(bucket: string, hash: string): Promise<string | null> {
    const key = parse(await readFile(layout.metaPathOfHash(bucket, hash), 'utf8').catch(ignoreAbsent))?.key;
    return key !== undefined && keyHash(key) === hash ? key : null;
  }

  function forgetBucket(bucket: string): void {
    for (const name of cache.keys()) if (name.startsWith(`${bucket}/`)) cache.delete(name);
  }

  return { find, findNow, write, remove, keyOfHash, forgetBucket };
}

function readNow(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (thrown) {
    return ignoreAbsent(thrown);
  }
}

function parse(text: string | undefined): Sidecar | undefined {
  if (text === undefined) return undefined;
  try {
    // Written by us and replaced in one step; a damaged one costs the metadata, not the object.
    const parsed = JSON.parse(text) as Partial<Sidecar> | null;
    if (typeof parsed?.key === 'string' && Array.isArray(parsed.versions)) return parsed as Sidecar;
  } catch {
    return undefined;
  }
  return undefined;
}
