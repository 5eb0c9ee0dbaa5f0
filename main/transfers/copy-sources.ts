import { setImmediate as nextTurn } from 'node:timers/promises';
import type { CopyRequest } from '../../shared/domain/transfer.ts';
import { otherConnectionOf } from './job-ends.ts';

/** Prefixes, to find whether a text begins with one of them in as many comparisons as their number has digits. */
export type Prefixes = {
  /** The shortest of them that the text begins with. */
  of(text: string): string | null;
};

/** Pure. */
export function prefixesOf(texts: Iterable<string>): Prefixes {
  const outermost: string[] = [];
  for (const text of [...new Set(texts)].sort()) {
    const last = outermost.at(-1);
    if (last === undefined || !text.startsWith(last)) outermost.push(text);
  }
  return {
    of(text) {
      // What lies between a prefix and a text that begins with it begins with it too: only the last one before it may fit.
      let [low, high] = [0, outermost.length];
      while (low < high) {
        const middle = (low + high) >>> 1;
        if ((outermost[middle] as string) <= text) low = middle + 1;
        else high = middle;
      }
      const last = outermost[low - 1];
      return last !== undefined && text.startsWith(last) ? last : null;
    },
  };
}

type Sources = { readonly times: ReadonlyMap<string, number>; readonly prefixes: Prefixes };

/** Items looked at between two pauses. */
const scanItems = 10_000;
/** Kept for as long as the request is: asked for each object of a job that may have a million. */
const known = new WeakMap<CopyRequest, Promise<Sources>>();

function sourcesOf(request: CopyRequest): Promise<Sources> {
  const kept = known.get(request);
  if (kept !== undefined) return kept;
  const sources = gatherSources(request.items);
  known.set(request, sources);
  return sources;
}

async function gatherSources(items: CopyRequest['items']): Promise<Sources> {
  const times = new Map<string, number>();
  const prefixes: string[] = [];
  for (const [index, item] of items.entries()) {
    if (index % scanItems === scanItems - 1) await nextTurn();
    const source = sourceOf(item);
    times.set(source, (times.get(source) ?? 0) + 1);
    if ('prefix' in item) prefixes.push(source);
  }
  return { times, prefixes: prefixesOf(prefixes) };
}

type CopyItem = CopyRequest['items'][number];
const sourceOf = (item: CopyItem): string => ('key' in item ? item.key : item.prefix);
const targetOf = (item: CopyItem): string => ('key' in item ? item.toKey : item.toPrefix);

/**
 * Whether two names may be those of one bucket: they are the same, or one is the alias of an access point, which S3 takes
 * for the name of its bucket. Pure.
 */
export function mayBeOneBucket({ bucket, toBucket }: Pick<CopyRequest, 'bucket' | 'toBucket'>): boolean {
  return (
    bucket === toBucket || [bucket, toBucket].some((name) => name.endsWith('-s3alias') || name.endsWith('--ol-s3'))
  );
}

/** Whether a target of the copy may be one of its sources, so that it lists its own results. Found in steps. */
export async function mayListItself(request: CopyRequest): Promise<boolean> {
  if (!mayBeOneBucket(request)) return false;
  // Between two servers the same bucket is another one, or one under two addresses: a copy onto itself lists nothing new.
  const between = otherConnectionOf(request) !== null;
  const { times, prefixes } = await sourcesOf(request);
  const toPrefixes = request.items.flatMap((item) => ('prefix' in item ? [item.toPrefix] : []));
  const targets = prefixesOf(toPrefixes);
  const targetTimes = new Map<string, number>();
  for (const target of toPrefixes) targetTimes.set(target, (targetTimes.get(target) ?? 0) + 1);
  const meets = (item: CopyItem): boolean => {
    const [source, target] = [sourceOf(item), targetOf(item)];
    const ownOnly = between && source === target && times.get(source) === 1;
    const below = prefixes.of(target);
    if (below !== null && !(ownOnly && below === source)) return true;
    const above = targets.of(source);
    const isOwn = ownOnly && above === target && targetTimes.get(target) === ('prefix' in item ? 1 : 0);
    if (above !== null && !isOwn) return true;
    return 'key' in item && !ownOnly && times.has(target);
  };
  for (const [index, item] of request.items.entries()) {
    if (index % scanItems === scanItems - 1) await nextTurn();
    if (meets(item)) return true;
  }
  return false;
}

/** Whether this key may be one of the sources of a copy inside its bucket ([T54]). */
export async function mayBeSource(request: CopyRequest, key: string): Promise<boolean> {
  if (!mayBeOneBucket(request)) return false;
  const { times, prefixes } = await sourcesOf(request);
  return times.has(key) || prefixes.of(key) !== null;
}
