import { lstatSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import type { Layout } from './layout.ts';
import { plainSegments } from './layout.ts';
import type { Objects } from './objects.ts';
import type { Sidecars } from './sidecars.ts';
import {
  type Fingerprint,
  fingerprintOf,
  handMadeVersion,
  lastModifiedMs,
  sameFingerprint,
  type StoredObject,
} from './stored-version.ts';

/** The longest a listing keeps everybody else waiting. */
const sliceMs = 4;

/**
 * Objects for the keys of a page, in their order; those deleted meanwhile are left out. The keys come from a walk, so
 * their names and folders are known to be real. Reads synchronously, in slices: a page asks for two thousand small
 * things, which one by one through the thread pool take ten times as long.
 */
export async function findListed(
  parts: { readonly layout: Layout; readonly sidecars: Sidecars; readonly objects: Objects },
  bucket: string,
  keys: readonly string[],
): Promise<readonly StoredObject[]> {
  const found: StoredObject[] = [];
  let sliceStart = performance.now();
  for (const key of keys) {
    if (performance.now() - sliceStart > sliceMs) {
      await setImmediate();
      sliceStart = performance.now();
    }
    const object = findNow(parts, bucket, key);
    const settled = object === 'changing' ? await parts.objects.find(bucket, key) : object;
    if (settled) found.push(settled);
  }
  return found;
}

function findNow(
  { layout, sidecars }: { readonly layout: Layout; readonly sidecars: Sidecars },
  bucket: string,
  key: string,
): StoredObject | 'changing' | null {
  const fingerprint = fingerprintNow(layout, bucket, key);
  if (!fingerprint) return null;
  const known = sidecars.findNow(bucket, key, fingerprint);
  if (!known) {
    // Put there by hand, or replaced between the two looks.
    const again = fingerprintNow(layout, bucket, key);
    if (!again || !sameFingerprint(again, fingerprint)) return 'changing';
  }
  const version = known ?? handMadeVersion(fingerprint);
  return { ...version, key, lastModifiedMs: lastModifiedMs(version) };
}

function fingerprintNow(layout: Layout, bucket: string, key: string): Fingerprint | null {
  const segments = plainSegments(key);
  const plain = segments && statNow(layout.plainPath(bucket, segments));
  return plain ?? statNow(layout.oddPath(bucket, key));
}

function statNow(path: string): Fingerprint | null {
  try {
    const stats = lstatSync(path, { bigint: true, throwIfNoEntry: false });
    return stats?.isFile() ? fingerprintOf(stats) : null;
  } catch {
    // Whatever is wrong with it (a folder turned into a file this moment), it is no object to list.
    return null;
  }
}
