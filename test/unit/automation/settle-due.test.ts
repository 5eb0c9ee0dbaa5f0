import { expect, it } from 'vitest';
import { createPendingFiles } from '../../../main/automation/folders/pending-files.ts';
import { hinted, type Settling } from '../../../main/automation/folders/settle.ts';
import { settleDue } from '../../../main/automation/folders/settle-due.ts';
import { appError } from '../../../shared/errors.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { createManualClock } from '../../fakes/manual-clock.ts';
import { createMemoryFolder } from '../../fakes/memory-folder.ts';
import { createMemoryObjectIndexes } from '../../fakes/memory-object-indexes.ts';

const settling: Settling = { settleMs: 2000, trustsTimes: true };

/** A folder with files that were hinted at so long ago that they are due. */
async function openFolder(...keys: readonly string[]) {
  const clock = createManualClock();
  const folder = createMemoryFolder('/watched', clock);
  const indexes = createMemoryObjectIndexes();
  const index = await indexes.open('/index');
  if (!index.ok) throw new Error('no index');
  const pending = createPendingFiles();
  for (const key of keys) {
    folder.write(key, 1);
    pending.set(key, hinted(clock.nowMs(), settling));
  }
  clock.advance(5000);
  const step = (confirm: () => Promise<Result<void>> = async () => ok()) =>
    settleDue({
      folder: '/watched',
      files: folder,
      index: index.value,
      pending,
      settling,
      confirm,
      nowMs: () => clock.nowMs(),
    });
  const inIndex = () => [...(indexes.files.get('/index')?.objects.keys() ?? [])];
  return { clock, folder, indexes, pending, step, inIndex };
}

it('tells of what is due, and forgets it', async () => {
  const { step, inIndex, pending } = await openFolder('a', 'b/c');
  expect(await step()).toEqual(ok({ updated: 2, needsLook: false }));
  expect(inIndex()).toEqual(['a', 'b/c']);
  expect(pending.keysInOrder()).toEqual([]);
});

it('a hint that comes while it looks makes the file wait again', async () => {
  const { clock, folder, step, inIndex, pending } = await openFolder('a', 'b');
  folder.onAsked = (_, key) => {
    if (key === 'a') pending.set('a', hinted(clock.nowMs(), settling));
  };
  expect(await step()).toEqual(ok({ updated: 1, needsLook: false }));
  expect(inIndex()).toEqual(['b']);
  expect(pending.keysInOrder()).toEqual(['a']);
});

it('a file that can only be reached through a link is none', async () => {
  const { folder, step, inIndex } = await openFolder('sub/a');
  folder.link('sub');
  expect(await step()).toEqual(ok({ updated: 1, needsLook: false }));
  expect(inIndex()).toEqual([]);
});

it('[A12] nothing counts when the folder is not the one it was', async () => {
  const { clock, folder, step, inIndex, pending } = await openFolder('a');
  await step();
  folder.remove('a');
  pending.set('a', hinted(clock.nowMs(), settling));
  clock.advance(5000);
  const gone = appError('FileNotFound', { path: '/watched' });
  expect(await step(async () => err(gone))).toEqual(err(gone));
  expect(inIndex()).toEqual(['a']);
  expect(pending.nextDueMs()).toBe(clock.nowMs() + 5000);
});

it('what cannot be looked at is left to a look at everything', async () => {
  const { folder, step, pending } = await openFolder('a', 'sub/b');
  folder.failing.set('sub', 'LocalAccessDenied');
  expect(await step()).toEqual(ok({ updated: 1, needsLook: true }));
  expect(pending.keysInOrder()).toEqual([]);
});

it('what the index did not take is due again later', async () => {
  const { clock, indexes, step, inIndex } = await openFolder('a');
  indexes.failWith(appError('DatabaseLocked'));
  expect((await step()).ok).toBe(false);
  indexes.failWith(null);
  clock.advance(5000);
  expect((await step()).ok).toBe(true);
  expect(inIndex()).toEqual(['a']);
});
