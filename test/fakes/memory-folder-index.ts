import { appError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type {
  Cover,
  LookedRow,
  LookRequest,
  LookSummary,
  Mark,
  ObjectIndex,
  ObjectIndexes,
  SeenObject,
  StagedChange,
} from '../../main/automation/object-index.ts';

type State = {
  readonly indexId: string;
  readonly objects: Map<string, SeenObject>;
  readonly marks: Map<string, number>;
  staged: StagedChange[];
  nextId: number;
  pass: number;
};

/** ObjectIndexes in memory, as simple as they can be: what one process leaves, the next one that is opened finds. */
export type MemoryFolderIndexes = ObjectIndexes & {
  /** Of each index file. */
  readonly files: Map<string, State>;
  /** Anything that is written fails while this is set. */
  fail: boolean;
};

const covers = ({ prefix, recursive }: Cover, key: string) =>
  key.startsWith(prefix) && (recursive || !key.slice(prefix.length).includes('/'));

const isSame = (a: SeenObject, b: SeenObject) =>
  a.etag === b.etag && a.sizeBytes === b.sizeBytes && a.lastModified === b.lastModified;

function takes({ cover, fromMs, toMs }: Mark, { key, lastModified }: SeenObject): boolean {
  const ms = lastModified === null ? 0 : Date.parse(lastModified);
  return covers(cover, key) && (fromMs === null || ms >= fromMs) && (toMs === null || ms <= toMs);
}

const failure = () => err(appError('DatabaseLocked'));

export function createMemoryFolderIndexes(): MemoryFolderIndexes {
  const files = new Map<string, State>();
  const indexes: MemoryFolderIndexes = {
    files,
    fail: false,
    async open(filePath) {
      if (indexes.fail) return failure();
      const state = files.get(filePath) ?? {
        indexId: `index-${Math.random()}`,
        objects: new Map(),
        marks: new Map(),
        staged: [],
        nextId: 1,
        pass: 0,
      };
      files.set(filePath, state);
      return ok(openIndex(state, () => indexes.fail));
    },
    async remove(filePath) {
      files.delete(filePath);
      return ok();
    },
    close: async () => {},
  };
  return indexes;
}

function openIndex(state: State, fails: () => boolean): ObjectIndex {
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(act: () => Promise<T>): Promise<T> => {
    const next = turn.then(act);
    turn = next.catch(() => undefined);
    return next;
  };
  const stage = (change: SeenObject, type: StagedChange['type'], mark: string | null) =>
    state.staged.push({ ...change, id: state.nextId++, pass: state.pass, type, mark });

  function put(key: string, now: SeenObject | null): void {
    const before = state.objects.get(key);
    if (now === null) {
      if (before !== undefined) stage(before, 'removed', null);
      state.objects.delete(key);
      return;
    }
    if (before === undefined) stage(now, 'created', null);
    else if (!isSame(before, now)) stage(now, 'updated', null);
    state.objects.set(key, now);
  }

  const summary = (before: number): Result<LookSummary> =>
    ok({ pass: state.pass, objects: state.objects.size, changes: state.staged.length - before });

  async function look(
    { cover, marks }: LookRequest,
    rows: AsyncIterable<Result<readonly LookedRow[]>>,
  ): Promise<Result<LookSummary>> {
    const found = new Map<string, LookedRow>();
    for await (const batch of rows) {
      if (!batch.ok) return batch;
      for (const row of batch.value) found.set(row.key, row);
    }
    if (fails()) return failure();
    state.pass += 1;
    const before = state.staged.length;
    for (const key of state.objects.keys()) if (covers(cover, key) && !found.has(key)) put(key, null);
    for (const { unsettled, ...row } of found.values()) if (unsettled === undefined) put(row.key, row);
    for (const mark of marks) {
      if (state.marks.has(mark.id)) continue;
      for (const key of found.keys()) {
        const now = state.objects.get(key);
        if (now !== undefined && takes(mark, now)) stage(now, 'created', mark.id);
      }
      state.marks.set(mark.id, state.pass);
    }
    return summary(before);
  }

  return {
    indexId: state.indexId,
    look: (request, rows) => inTurn(() => look(request, rows)),
    lookAtLines: () => Promise.reject(new Error('not for folders')),
    update: (keys) =>
      inTurn(async () => {
        if (fails()) return failure();
        state.pass += 1;
        const before = state.staged.length;
        for (const { key, now } of keys) put(key, now);
        return summary(before);
      }),
    count: async (cover) => ok([...state.objects.keys()].filter((key) => covers(cover, key)).length),
    staged: async (afterId, limit) => ok(state.staged.filter(({ id }) => id > afterId).slice(0, limit)),
    async forget(throughId) {
      if (fails()) return failure();
      state.staged = state.staged.filter(({ id }) => id > throughId);
      return ok();
    },
    servedMarks: async () => ok(new Map(state.marks)),
    async dropMarks(ids) {
      for (const id of ids) state.marks.delete(id);
      return ok();
    },
    close: async () => {},
  };
}
