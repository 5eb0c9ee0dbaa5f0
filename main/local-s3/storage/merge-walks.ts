import { compareKeys } from '../../../shared/domain/key-order.ts';
import type { KeyWalk, WalkItem } from './plain-walk.ts';

/** Two walks as one, in order; what both have comes once. */
export function mergeWalks(a: KeyWalk, b: KeyWalk): KeyWalk {
  let left: WalkItem | null | undefined;
  let right: WalkItem | null | undefined;

  async function next(): Promise<WalkItem | null> {
    left ??= left === null ? null : await a.next();
    right ??= right === null ? null : await b.next();
    const order = left === null ? 1 : right === null ? -1 : compareKeys(left.key, right.key);
    const item = order <= 0 ? left : right;
    if (order <= 0) left = left === null ? null : undefined;
    if (order >= 0) right = right === null ? null : undefined;
    return item;
  }

  function skipPast(prefix: string): void {
    if (left?.key.startsWith(prefix)) left = undefined;
    if (right?.key.startsWith(prefix)) right = undefined;
    a.skipPast(prefix);
    b.skipPast(prefix);
  }

  return { next, skipPast };
}
