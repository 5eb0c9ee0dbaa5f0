import { ok, type Result } from '../../../shared/result.ts';
import type { LookedRow, ObjectIndex, ObjectIndexes } from '../object-index.ts';

const everything = { prefix: '', recursive: true } as const;
/** Nothing is as old as that: of the first side nothing is staged. */
const nothing = { id: 'side', cover: everything, fromMs: 0, toMs: 0 } as const;
const pageSize = 500;

/** Keys of one side, in any order, each once. */
export type Side = AsyncIterable<Result<readonly string[]>>;

export type SideDifference = {
  /** In the source only. */
  readonly missing: number;
  /** In the target only. */
  readonly extra: number;
  /** The extra keys, some at a time. Only good until `done`. */
  extras(): AsyncGenerator<Result<readonly string[]>>;
  /** Idempotent. */
  done(): Promise<void>;
};

/** Which keys only one of two sides has, in bounded memory: on a file that is gone afterwards. Fails when a side does. */
export async function compareSides(
  indexes: ObjectIndexes,
  filePath: string,
  source: Side,
  target: Side,
): Promise<Result<SideDifference>> {
  const removed = await indexes.remove(filePath);
  if (!removed.ok) return removed;
  const opened = await indexes.open(filePath);
  if (!opened.ok) return opened;
  const index = opened.value;
  const done = async (): Promise<void> => {
    await index.close();
    await indexes.remove(filePath);
  };
  for (const [side, marks] of [
    [target, [nothing]],
    [source, []],
  ] as const) {
    const looked = await index.look({ cover: everything, marks }, rowsOf(side));
    if (looked.ok) continue;
    await done();
    return looked;
  }
  const counts = { created: 0, removed: 0, updated: 0 };
  for await (const page of changesOf(index)) {
    if (!page.ok) {
      await done();
      return page;
    }
    for (const { type } of page.value) counts[type] += 1;
  }
  return ok({
    missing: counts.created,
    extra: counts.removed,
    async *extras() {
      for await (const page of changesOf(index))
        yield page.ok ? ok(page.value.flatMap(({ type, key }) => (type === 'removed' ? [key] : []))) : page;
    },
    done,
  });
}

/** All the same but for their keys: what differs otherwise is not asked here. */
async function* rowsOf(side: Side): AsyncGenerator<Result<readonly LookedRow[]>> {
  const same = { sizeBytes: 0, etag: null, lastModified: '2000-01-01T00:00:00.000Z', storageClass: null };
  for await (const page of side) yield page.ok ? ok(page.value.map((key) => ({ key, ...same }))) : page;
}

async function* changesOf(index: ObjectIndex) {
  for (let afterId = 0; ; ) {
    const page = await index.staged(afterId, pageSize);
    yield page;
    if (!page.ok || page.value.length < pageSize) return;
    afterId = page.value.at(-1)?.id ?? afterId;
  }
}
