import type {
  LookedRow,
  LookRequest,
  LookSummary,
  ObjectIndex,
  ObjectIndexes,
} from '../../../main/automation/object-index.ts';
import { rowsOfLines } from '../../../main/s3/data-plane/listing/page-lines.ts';
import { appError } from '../../../shared/errors.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { createMemoryObjectIndexes } from '../../fakes/memory-object-indexes.ts';
import type { Life } from '../scheduler.ts';
import type { RuleWorld } from './rule-world.ts';

/**
 * Indexes that outlive the engine. Every call takes its time before it happens (all of it or nothing) and before it is answered,
 * so that a crash may come on either side; it fails with the weather.
 */
export function createSimIndexes(world: RuleWorld, life: Life): ObjectIndexes {
  const { scheduler, dice, sky, observer } = world;
  const inner = createMemoryObjectIndexes(world.indexFiles, () => `index-${observer.newIndexNumber()}`);

  const wait = (label: string): Promise<void> =>
    new Promise((resolve) => scheduler.after(dice.int(sky.weather.commitMs + 1), label, life, resolve));

  function failure(): Result<never> | null {
    if (sky.isIn('locked')) return err(appError('DatabaseLocked'));
    if (sky.isIn('diskFull') || dice.chance(sky.weather.commit)) return sky.fault('index', err(appError('DiskFull')));
    return null;
  }

  async function call<T>(label: string, act: () => Promise<Result<T>>): Promise<Result<T>> {
    await wait(`index ${label}`);
    const failed = failure();
    if (failed !== null) return failed;
    const result = await act();
    await wait(`index ${label} done`);
    return result;
  }

  function wrap(index: ObjectIndex, filePath: string): ObjectIndex {
    async function look(
      request: LookRequest,
      pages: AsyncIterable<Result<readonly LookedRow[]>>,
    ): Promise<Result<LookSummary>> {
      const rows: LookedRow[] = [];
      const looked = await index.look(
        request,
        (async function* () {
          for await (const page of pages) {
            if (page.ok) rows.push(...page.value);
            yield page;
          }
          await wait('index commit look');
          const failed = failure();
          if (failed !== null) yield failed;
        })(),
      );
      if (looked.ok) observer.onLook(filePath, request, rows);
      await wait('index look done');
      return looked;
    }
    return {
      indexId: index.indexId,
      look,
      lookAtLines: (request, lines) =>
        look(
          request,
          (async function* () {
            for await (const each of lines) yield each.ok ? ok(rowsOfLines(each.value)) : each;
          })(),
        ),
      update: (keys) =>
        call('update', async () => {
          const updated = await index.update(keys);
          if (updated.ok) observer.onUpdate(filePath, keys);
          return updated;
        }),
      count: (keys) => call('count', () => index.count(keys)),
      staged: (afterId, limit) => call('staged', () => index.staged(afterId, Math.min(limit, 3))),
      forget: (throughId) =>
        call('forget', async () => {
          const forgotten = await index.forget(throughId);
          if (forgotten.ok) observer.onForget(filePath, throughId);
          return forgotten;
        }),
      servedMarks: () => call('marks', () => index.servedMarks()),
      dropMarks: (ids) =>
        call('drop marks', async () => {
          const dropped = await index.dropMarks(ids);
          if (dropped.ok) observer.onDropMarks(filePath, ids);
          return dropped;
        }),
      close: () => index.close(),
    };
  }

  return {
    async open(filePath) {
      await wait('index open');
      const failed = failure();
      if (failed !== null) return failed;
      const opened = await inner.open(filePath);
      return opened.ok ? ok(wrap(opened.value, filePath)) : opened;
    },
    async remove(filePath) {
      await wait('index remove');
      observer.onRemoveIndex(filePath);
      return inner.remove(filePath);
    },
    close: () => Promise.resolve(),
  };
}
