import { compareKeys } from '../../../shared/domain/key-order.ts';
import type { ChangeType } from '../../../shared/domain/rule-trigger.ts';
import type { Cover, LookedRow, Mark, SeenObject } from '../object-index.ts';
import { isInCover } from './cover.ts';
import { isInMarkTime } from './mark-time.ts';

/** What an index had when the look began. */
export type OldState = {
  /** Objects whose keys are `fromKey` or come after it in UTF-8 byte order, ascending. Fewer than `limit`: there are no more. */
  read(fromKey: string, limit: number): readonly SeenObject[];
};

/** What a look has found about one key. */
export type Difference = {
  /** As it is now; of one that is gone, as it was. */
  readonly object: SeenObject;
  /** What the index had of it. */
  readonly was: SeenObject | null;
  readonly write: 'put' | 'drop' | null;
  readonly stage: readonly { readonly type: ChangeType; readonly mark: string | null }[];
};

export type MergeDiffOptions = {
  readonly cover: Cover;
  /** Those that this look serves. */
  readonly marks: readonly Mark[];
  /** The covers of marks that earlier looks have served: whoever sees changes sees them there. */
  readonly toldCovers: readonly Cover[];
  readonly old: OldState;
  /** Of the old state, read at once. */
  readonly pageRows?: number | undefined;
};

export type MergeDiff = {
  /**
   * Ascending keys, after those of earlier calls; one that comes again and those outside the cover are left out. What is
   * yielded may be written at once: the old state is read ahead of it only.
   */
  take(rows: readonly LookedRow[]): Generator<Difference>;
  /** There are no more rows: the rest of the old state is gone. */
  end(): Generator<Difference>;
  /** What the index has in the cover, as far as the rows went. */
  objects(): number;
  /** Of the rows in the cover. */
  lastKey(): string | null;
};

/** A page of a recursive cover is read to its end; of a flat one it may lie in a folder that is skipped. */
const [recursivePageRows, flatPageRows] = [2000, 200];

/** The smallest key after it. */
const after = (key: string): string => `${key}\u0000`;

/**
 * Compares a sorted listing with the old state, in one pass over both and with a page of the latter in memory. An unsettled row
 * is what the old state has of it ([A11]). A difference is told to everybody only in covers whose mark was served by an
 * earlier look: elsewhere it is news to the index, not to anybody. Pure but for reading `old`.
 */
export function createMergeDiff(options: MergeDiffOptions): MergeDiff {
  const {
    cover,
    marks,
    toldCovers,
    old,
    pageRows: limit = cover.recursive ? recursivePageRows : flatPageRows,
  } = options;
  let page: readonly SeenObject[] = [];
  let at = 0;
  /** Null: there is nothing more to read. */
  let nextFrom: string | null = cover.prefix;
  let lastKey: string | null = null;
  let objects = 0;

  const peek = (): SeenObject | null => {
    for (;;) {
      const object = page[at];
      if (object === undefined) {
        if (nextFrom === null) return null;
        page = old.read(nextFrom, limit);
        at = 0;
        const last = page.at(-1);
        nextFrom = last === undefined || page.length < limit ? null : after(last.key);
        continue;
      }
      if (!object.key.startsWith(cover.prefix)) {
        [page, at, nextFrom] = [[], 0, null];
        return null;
      }
      const slash = cover.recursive ? -1 : object.key.indexOf('/', cover.prefix.length);
      if (slash < 0) return object;
      const folder = object.key.slice(0, slash + 1);
      while (page[at]?.key.startsWith(folder) === true) at += 1;
      // The character after the slash: the first key that is not below the folder.
      if (page[at] === undefined && nextFrom !== null) nextFrom = `${folder.slice(0, -1)}0`;
    }
  };

  const describe = (
    was: SeenObject | null,
    object: SeenObject,
    type: ChangeType | null,
    write: Difference['write'],
  ): Difference | null => {
    const stage: { type: ChangeType; mark: string | null }[] = [];
    const { key } = object;
    if (type !== null && toldCovers.some((told) => isInCover(told, key))) stage.push({ type, mark: null });
    if (type !== 'removed')
      for (const mark of marks)
        if (isInCover(mark.cover, key) && isInMarkTime(mark, object.lastModified))
          stage.push({ type: 'created', mark: mark.id });
    return write === null && stage.length === 0 ? null : { object, was, write, stage };
  };

  const removed = (was: SeenObject): Difference | null => describe(was, was, 'removed', 'drop');

  const meet = (was: SeenObject | null, row: LookedRow): Difference | null => {
    if (row.unsettled === true) return was === null ? null : describe(was, was, null, null);
    const type = changeOf(was, row);
    const isWritten = type !== null || was?.storageClass !== row.storageClass;
    return describe(was, isWritten ? seenObject(row) : row, type, isWritten ? 'put' : null);
  };

  return {
    *take(rows) {
      for (const row of rows) {
        if (!isInCover(cover, row.key) || row.key === lastKey) continue;
        lastKey = row.key;
        let was = peek();
        while (was !== null && was.key !== row.key && compareKeys(was.key, row.key) < 0) {
          at += 1;
          const gone = removed(was);
          if (gone !== null) yield gone;
          was = peek();
        }
        const isThere = was?.key === row.key;
        if (isThere) at += 1;
        if (isThere || row.unsettled !== true) objects += 1;
        const found = meet(isThere ? was : null, row);
        if (found !== null) yield found;
      }
    },
    *end() {
      for (let was = peek(); was !== null; was = peek()) {
        at += 1;
        const gone = removed(was);
        if (gone !== null) yield gone;
      }
    },
    objects: () => objects,
    lastKey: () => lastKey,
  };
}

/** What has become of an object, between what was known of it and what it is now (null: not there) ([A3]). Pure. */
export function changeOf(was: SeenObject | null, now: SeenObject | null): ChangeType | null {
  if (now === null) return was === null ? null : 'removed';
  if (was === null) return 'created';
  const isSame = was.etag === now.etag && was.sizeBytes === now.sizeBytes && was.lastModified === now.lastModified;
  return isSame ? null : 'updated';
}

/** Without what a row says beside. Pure. */
export function seenObject({ key, sizeBytes, etag, lastModified, storageClass }: SeenObject): SeenObject {
  return { key, sizeBytes, etag, lastModified, storageClass };
}

/** Whether keys go on ascending after the last ones, as UTF-8 bytes; one may come again. Pure. */
export function isInOrder(lastKey: string | null, rows: readonly { readonly key: string }[]): boolean {
  let before = lastKey;
  for (const { key } of rows) {
    if (before !== null && compareKeys(before, key) > 0) return false;
    before = key;
  }
  return true;
}
