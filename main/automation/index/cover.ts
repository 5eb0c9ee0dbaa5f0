import type { Cover } from '../object-index.ts';

/** Pure. */
export function isInCover({ prefix, recursive }: Cover, key: string): boolean {
  return key.startsWith(prefix) && (recursive || !key.includes('/', prefix.length));
}

/** Whether every key that the one can have is also the other's. Pure. */
export function coverIncludes(outer: Cover, inner: Cover): boolean {
  return isInCover(outer, inner.prefix) && (outer.recursive || !inner.recursive);
}

/** Equal for equal covers only. Pure. */
export function coverName({ prefix, recursive }: Cover): string {
  return `${recursive ? '**' : '*'} ${prefix}`;
}
