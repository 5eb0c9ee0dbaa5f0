import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ignoreAbsent } from './file-errors.ts';
import { compareKeys } from '../../../shared/domain/key-order.ts';
import { type Bound, isBeforeBound, lowerBound, skipBound, sortKeys } from './key-order.ts';
import type { Layout } from './layout.ts';
import { groupOf, type KeyWalk } from './plain-walk.ts';
import type { Sidecars } from './sidecars.ts';

/** The keys of a bucket that are no paths, sorted, in memory: read from the disk once and kept up to date. */
export type OddKeys = {
  walk(bucket: string, options: { prefix: string; delimiter: string; bound: Bound }): Promise<KeyWalk>;
  /** Call it after the object was made, or removed. Idempotent. */
  add(bucket: string, key: string): Promise<void>;
  remove(bucket: string, key: string): Promise<void>;
  isEmpty(bucket: string): Promise<boolean>;
  forgetBucket(bucket: string): void;
};

export function createOddKeys(layout: Layout, sidecars: Sidecars): OddKeys {
  const buckets = new Map<string, Promise<string[]>>();

  function load(bucket: string): Promise<string[]> {
    const known = buckets.get(bucket);
    if (known) return known;
    const loading = readOddKeys(layout, sidecars, bucket);
    buckets.set(bucket, loading);
    loading.catch(() => buckets.delete(bucket));
    return loading;
  }

  async function walk(bucket: string, options: { prefix: string; delimiter: string; bound: Bound }): Promise<KeyWalk> {
    const keys = await load(bucket);
    let { bound } = options;
    const { prefix, delimiter } = options;
    // Keys come and go between two calls, so each one looks for its place anew.
    return {
      next: () => {
        const index = lowerBound(
          keys,
          (key) => isBeforeBound(key, { at: 'from', key: prefix }) || isBeforeBound(key, bound),
        );
        const key = keys[index];
        if (key === undefined || !key.startsWith(prefix)) return Promise.resolve(null);
        bound = { at: 'after', key };
        const group = groupOf(key, prefix, delimiter);
        return Promise.resolve(group === null ? { type: 'key', key } : { type: 'group', key: group });
      },
      skipPast: (past) => {
        bound = skipBound(bound, past);
      },
    };
  }

  async function add(bucket: string, key: string): Promise<void> {
    const keys = await load(bucket);
    const index = lowerBound(keys, (other) => compareKeys(other, key) < 0);
    if (keys[index] !== key) keys.splice(index, 0, key);
  }

  async function remove(bucket: string, key: string): Promise<void> {
    const keys = await load(bucket);
    const index = lowerBound(keys, (other) => compareKeys(other, key) < 0);
    if (keys[index] === key) keys.splice(index, 1);
  }

  return {
    walk,
    add,
    remove,
    isEmpty: async (bucket) => (await load(bucket)).length === 0,
    forgetBucket: (bucket) => void buckets.delete(bucket),
  };
}

async function readOddKeys(layout: Layout, sidecars: Sidecars, bucket: string): Promise<string[]> {
  const folder = layout.oddFolder(bucket);
  const keys: string[] = [];
  for (const start of (await readdir(folder).catch(ignoreAbsent)) ?? []) {
    for (const rest of (await readdir(join(folder, start)).catch(ignoreAbsent)) ?? []) {
      const key = await sidecars.keyOfHash(bucket, start + rest);
      if (key !== null) keys.push(key);
    }
  }
  return sortKeys(keys);
}
