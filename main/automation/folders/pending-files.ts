import { compareKeys } from '../../../shared/domain/key-order.ts';
import type { Observed } from './settle.ts';

/** Files that do not count yet: they are looked at again when they are due. */
export type PendingFiles = {
  get(key: string): Observed | undefined;
  /** False: there is no room for another one; a look at everything must find it. */
  set(key: string, observed: Observed): boolean;
  delete(key: string): void;
  /** Those that are due, at most `limit`. */
  due(nowMs: number, limit: number): string[];
  /** Not later than the first one is due; infinity when there is none. */
  nextDueMs(): number;
  /** In the order of a listing. */
  keysInOrder(): string[];
  clear(): void;
};

/** Bounds the memory: some 200 bytes each. */
export const defaultMaxPending = 50_000;

export function createPendingFiles(limit = defaultMaxPending): PendingFiles {
  const byKey = new Map<string, Observed>();
  let nextMs = Number.POSITIVE_INFINITY;
  return {
    get: (key) => byKey.get(key),
    set(key, observed) {
      if (byKey.size >= limit && !byKey.has(key)) return false;
      byKey.set(key, observed);
      nextMs = Math.min(nextMs, observed.dueMs);
      return true;
    },
    delete: (key) => void byKey.delete(key),
    due(nowMs, atMost) {
      const due: string[] = [];
      nextMs = Number.POSITIVE_INFINITY;
      for (const [key, { dueMs }] of byKey) {
        if (dueMs > nowMs || due.length >= atMost) nextMs = Math.min(nextMs, dueMs);
        else due.push(key);
      }
      return due;
    },
    nextDueMs: () => nextMs,
    keysInOrder: () => [...byKey.keys()].sort(compareKeys),
    clear() {
      byKey.clear();
      nextMs = Number.POSITIVE_INFINITY;
    },
  };
}
