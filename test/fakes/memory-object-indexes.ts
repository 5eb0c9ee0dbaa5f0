import { coverIncludes, isInCover } from '../../main/automation/index/cover.ts';
import { createPathMatcher, pathBelow } from '../../main/automation/match.ts';
import { changeOf, createMergeDiff, type Difference, seenObject } from '../../main/automation/index/merge-diff.ts';
import type {
  Cover,
  LookRequest,
  LookSummary,
  LookedRow,
  ObjectIndex,
  ObjectIndexes,
  SeenObject,
  StagedChange,
} from '../../main/automation/object-index.ts';
import { rowsOfLines } from '../../main/s3/data-plane/listing/page-lines.ts';
import { compareKeys } from '../../shared/domain/key-order.ts';
import { type AppError, appError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';

export type MemoryIndex = {
  readonly indexId: string;
  objects: Map<string, SeenObject>;
  staged: StagedChange[];
  readonly marks: Map<string, { readonly pass: number; readonly cover: Cover }>;
  pass: number;
  lastId: number;
  lookedAt: string | null;
};

export interface MemoryObjectIndexes extends ObjectIndexes {
  /** By file path; what is closed stays, as on a disk. */
  readonly files: Map<string, MemoryIndex>;
  readonly openFiles: ReadonlySet<string>;
  /** Calls of all indexes fail with it; null: no more. */
  failWith(error: AppError | null): void;
}

/**
 * Indexes in memory, on the same comparison as those on the disk. `files`: what an earlier process has left; `newId`: for what
 * is made anew.
 */
export function createMemoryObjectIndexes(
  files = new Map<string, MemoryIndex>(),
  newId: (() => string) | null = null,
): MemoryObjectIndexes {
  const openFiles = new Set<string>();
  let failure: AppError | null = null;
  let made = 0;
  return {
    files,
    openFiles,
    failWith: (error) => void (failure = error),
    async open(filePath) {
      if (failure !== null) return err(failure);
      if (openFiles.has(filePath)) throw new Error(`${filePath} is open already`);
      let file = files.get(filePath);
      if (file === undefined) {
        made += 1;
        file = {
          indexId: newId?.() ?? `index-${made}`,
          objects: new Map(),
          staged: [],
          marks: new Map(),
          pass: 0,
          lastId: 0,
          lookedAt: null,
        };
        files.set(filePath, file);
      }
      openFiles.add(filePath);
      return ok(
        indexOn(
          file,
          () => failure,
          () => openFiles.delete(filePath),
        ),
      );
    },
    async remove(filePath) {
      if (openFiles.has(filePath)) throw new Error(`${filePath} is open`);
      files.delete(filePath);
      return ok();
    },
    close: () => Promise.resolve(),
  };
}

function indexOn(file: MemoryIndex, failure: () => AppError | null, onClose: () => void): ObjectIndex {
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<Result<T>> | Result<T>): Promise<Result<T>> => {
    const turn = last.then(() => {
      const error = failure();
      return error === null ? work() : err(error);
    });
    last = turn.catch(() => undefined);
    return turn;
  };
  const told = (): Cover[] => [...file.marks.values()].map(({ cover }) => cover);

  const look = async (request: LookRequest, pages: AsyncIterable<Result<readonly LookedRow[]>>) => {
    const rows = new Map<string, LookedRow>();
    if (file.lookedAt !== null && request.lookedAt !== undefined && file.lookedAt !== request.lookedAt)
      return err(appError('SourceChanged'));
    for await (const page of pages) {
      if (!page.ok) return page;
      for (const row of page.value) rows.set(row.key, row);
    }
    const sorted = [...file.objects.values()].sort((a, b) => compareKeys(a.key, b.key));
    const serving = request.marks.filter(({ id, cover }) => !file.marks.has(id) && coverIncludes(request.cover, cover));
    const merge = createMergeDiff({
      cover: request.cover,
      marks: serving,
      toldCovers: told(),
      old: {
        read(fromKey, limit) {
          const from = sorted.findIndex(({ key }) => compareKeys(key, fromKey) >= 0);
          return from < 0 ? [] : sorted.slice(from, from + limit);
        },
      },
    });
    const found = [...merge.take([...rows.values()].sort((a, b) => compareKeys(a.key, b.key))), ...merge.end()];
    const summary = write(found, merge.objects());
    file.lookedAt ??= request.lookedAt ?? null;
    for (const { id, cover } of serving) file.marks.set(id, { pass: file.pass, cover });
    return ok(summary);
  };

  const write = (differences: readonly Difference[], objects: number): LookSummary => {
    file.pass += 1;
    const before = file.staged.length;
    for (const { object, was, write, stage } of differences) {
      if (write === 'put') file.objects.set(object.key, object);
      else if (write === 'drop') file.objects.delete(object.key);
      for (const { type, mark } of stage) {
        file.lastId += 1;
        const isKnown = was !== null && (was.etag !== null || was.lastModified !== null);
        const isUpdate = type === 'updated' && mark === null && isKnown;
        const before = isUpdate ? { was: { etag: was.etag, lastModified: was.lastModified } } : {};
        file.staged.push({ id: file.lastId, pass: file.pass, type, mark, ...seenObject(object), ...before });
      }
    }
    return { pass: file.pass, objects, changes: file.staged.length - before };
  };

  return {
    indexId: file.indexId,
    look: (request, rows) => inTurn(() => look(request, rows)),
    lookAtLines: (request, lines) => inTurn(() => look(request, rowsFrom(lines))),
    update: (keys) =>
      inTurn(() => {
        const known = new Map(file.objects);
        const covers = told();
        const found = keys.flatMap(({ key, now }): Difference[] => {
          const was = known.get(key) ?? null;
          const type = changeOf(was, now);
          const object = now ?? was;
          if (type === null || object === null) return [];
          if (now === null) known.delete(key);
          else known.set(key, now);
          const isTold = covers.some((cover) => isInCover(cover, key));
          const stage = isTold ? [{ type, mark: null }] : [];
          return [{ object: { ...seenObject(object), key }, was, write: now === null ? 'drop' : 'put', stage }];
        });
        return ok(write(found, keys.length));
      }),
    count: (keys) => {
      const fits = createPathMatcher(keys);
      const isOne = (key: string): boolean => isInCover(keys, key) && fits(pathBelow(keys.prefix, key));
      return inTurn(() => ok([...file.objects.keys()].filter(isOne).length));
    },
    staged: (afterId, limit) => inTurn(() => ok(file.staged.filter(({ id }) => id > afterId).slice(0, limit))),
    forget: (throughId) =>
      inTurn(() => {
        file.staged = file.staged.filter(({ id }) => id > throughId);
        return ok();
      }),
    servedMarks: () => inTurn(() => ok(new Map([...file.marks].map(([id, { pass }]) => [id, pass])))),
    dropMarks: (ids) =>
      inTurn(() => {
        for (const id of ids) file.marks.delete(id);
        return ok();
      }),
    async close() {
      await last;
      onClose();
    },
  };
}

async function* rowsFrom(lines: AsyncIterable<Result<Uint8Array>>): AsyncGenerator<Result<LookedRow[]>> {
  for await (const each of lines) yield each.ok ? ok(rowsOfLines(each.value)) : each;
}
