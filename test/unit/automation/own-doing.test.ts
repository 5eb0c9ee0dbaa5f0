import { beforeEach, describe, expect, test } from 'vitest';
import type { OwnWrite } from '../../../main/automation/rule-record.ts';
import { isSegmentOf, segmentKey, segmentSource } from '../../../main/automation/audit/segment.ts';
import { originOf } from '../../../main/automation/own-writes.ts';
import type { RuleId, RunId } from '../../../shared/domain/ids.ts';
import { appError } from '../../../shared/errors.ts';
import { err } from '../../../shared/result.ts';
import { createRuleWorld, type RuleWorld } from '../../fakes/rule-world.ts';
import { must } from '../../fakes/test-connection.ts';

let world: RuleWorld;

beforeEach(async () => {
  world = createRuleWorld();
  must(await world.store.createBucket('box'));
  must(await world.store.createBucket('done'));
  must(await world.rules.activate({}));
});

const put = async (key: string, body: string) => must(await world.store.putSmall('box', key, Buffer.from(body), {}));
const outcomes = async (ruleId: RuleId) =>
  (await world.history(ruleId)).map(({ event, state }) => `${event.key} ${state}`);

describe('[A34] what a rule has done itself, whatever it did it with', () => {
  test('what is kept beside something in the way', async () => {
    const on = ['created' as const, 'updated' as const];
    const there = await world.add({
      name: 'There',
      trigger: { type: 'newObject', bucket: 'box', on },
      actions: [{ type: 'copy', bucket: 'done', conflict: 'keep-both' }],
    });
    const back = await world.add({
      name: 'Back',
      trigger: { type: 'newObject', bucket: 'done', on },
      actions: [{ type: 'copy', bucket: 'box', conflict: 'keep-both' }],
    });
    await put('a.txt', 'x');
    await world.see('box', { key: 'a.txt' });
    await world.idle();
    await world.see('done', { key: 'a.txt' });
    await world.idle();
    expect(world.keys('box')).toEqual(['a (2).txt', 'a.txt']);
    await world.see('box', { key: 'a (2).txt' });
    await world.idle();
    expect(await outcomes(there)).toEqual(['a.txt done', 'a (2).txt skipped']);
    expect(await outcomes(back)).toEqual(['a.txt done']);
  });

  test('a stream', async () => {
    const rule = await world.add({
      name: 'Stream',
      trigger: { type: 'newObject', bucket: 'box', prefix: 'in/' },
      actions: [{ type: 'uploadStream', bucket: 'box', prefix: 'in/', name: 's-{name}' }],
    });
    await put('in/a', 'x');
    await world.see('box', { key: 'in/a' });
    await world.idle();
    expect(world.keys('box')).toEqual(['in/a', 'in/s-a']);
    await world.see('box', { key: 'in/s-a' });
    await world.idle();
    expect(await outcomes(rule)).toEqual(['in/a done']);
  });
});

test('[A34] what a move has copied whose source may not be taken away', async () => {
  const rule = await world.add({
    name: 'Move',
    trigger: { type: 'newObject', bucket: 'box' },
    actions: [{ type: 'move', bucket: 'box', prefix: 'done/' }],
  });
  world.on.store = { remove: async () => err(appError('AccessDenied', {}, undefined, 'no')) };
  await put('a', 'x');
  await world.see('box', { key: 'a' });
  await world.idle();
  expect(world.keys('box')).toEqual(['a', 'done/a']);
  await world.see('box', { key: 'done/a' });
  await world.idle();
  expect(await outcomes(rule)).toEqual(['a failed']);
  expect(world.keys('box')).toEqual(['a', 'done/a']);
});

test('[A34] a stream whose answer was lost', async () => {
  const lost = err(appError('ConnectionReset', {}, undefined, 'no'));
  world = createRuleWorld({
    on: {
      putStream: async ({ bucket, key }, body) => {
        must(await world.store.putStream(bucket, key, body, {}));
        return lost;
      },
    },
  });
  must(await world.store.createBucket('box'));
  must(await world.rules.activate({}));
  const rule = await world.add({
    name: 'Stream',
    trigger: { type: 'newObject', bucket: 'box', prefix: 'in/' },
    actions: [{ type: 'uploadStream', bucket: 'box', prefix: 'in/', name: 's-{name}' }],
  });
  await put('in/a', 'x');
  await world.see('box', { key: 'in/a' });
  await world.idle();
  await world.see('box', { key: 'in/s-a' });
  await world.idle();
  expect(await outcomes(rule)).toEqual(['in/a failed']);
});

describe('[A34] what a step has written that failed then, since its end could not be journaled', () => {
  const journalFills = () => {
    world.on.journal = {
      updateFile: async (fileId, patch) =>
        patch.state === 'done' ? err(appError('DiskFull')) : world.journal.updateFile(fileId, patch),
    };
  };

  for (const conflict of ['overwrite', 'keep-both'] as const)
    test(`an object (${conflict})`, async () => {
      const rule = await world.add({
        name: 'Beside',
        trigger: { type: 'newObject', bucket: 'box', prefix: 'in/' },
        actions: [{ type: 'copy', bucket: 'box', prefix: 'in/', name: 'c-{name}', conflict }],
      });
      journalFills();
      await put('in/a', 'x');
      await world.see('box', { key: 'in/a' });
      await world.idle();
      expect(world.keys('box')).toEqual(['in/a', 'in/c-a']);
      await world.see('box', { key: 'in/c-a' });
      await world.idle();
      expect(await outcomes(rule)).toEqual(['in/a failed']);
      // Somebody else's is not taken for it.
      await put('in/c-a', 'other');
      await world.see('box', { key: 'in/c-a' });
      await world.idle();
      expect(await outcomes(rule)).toEqual(['in/a failed', 'in/c-a failed']);
    });

  test('the source of a move', async () => {
    await world.add({
      name: 'Away',
      trigger: { type: 'newObject', bucket: 'box', prefix: 'in/' },
      actions: [{ type: 'move', bucket: 'done' }],
    });
    const gone = await world.add({
      name: 'Gone',
      trigger: { type: 'newObject', bucket: 'box', prefix: 'in/', on: ['removed'] },
      actions: [{ type: 'notify', message: 'gone' }],
    });
    journalFills();
    await put('in/a', 'x');
    const [was] = await world.see('box', { key: 'in/a' });
    await world.idle();
    expect(world.keys('box')).toEqual([]);
    await world.see('box', { type: 'removed', key: 'in/a', was });
    await world.idle();
    expect(await outcomes(gone)).toEqual([]);
  });

  test('a file', async () => {
    await world.add({
      name: 'Down',
      trigger: { type: 'newObject', bucket: 'box', prefix: 'in/' },
      actions: [{ type: 'download', folder: '/both' }],
    });
    const up = await world.add({
      name: 'Up',
      trigger: { type: 'folder', folder: '/both' },
      actions: [{ type: 'upload', bucket: 'done' }],
    });
    journalFills();
    await put('in/a', 'x');
    await world.see('box', { key: 'in/a' });
    await world.idle();
    await world.seeFiles('/both', { key: 'a' });
    await world.idle();
    expect(world.runs.run((await world.history(up)).at(-1)?.id as never)?.causes.length).toBe(1);
  });
});

test('[A34] a download is known by the time of its file: an edit of the same size is somebody else’s', async () => {
  await world.add({
    name: 'Down',
    trigger: { type: 'newObject', bucket: 'box', prefix: 'in/' },
    actions: [{ type: 'download', folder: '/both' }],
  });
  const up = await world.add({
    name: 'Up',
    trigger: { type: 'folder', folder: '/both', on: ['created', 'updated'] },
    actions: [{ type: 'upload', bucket: 'done' }],
  });
  await put('in/a', 'one');
  await world.see('box', { key: 'in/a' });
  await world.idle();
  const causes = async () => {
    await world.seeFiles('/both', { type: 'updated', key: 'a' });
    await world.idle();
    return world.runs.run((await world.history(up)).at(-1)?.id as never)?.causes.length;
  };
  expect(await causes()).toBe(1);
  world.files.put('/both/a', Buffer.from('two'));
  expect(await causes()).toBe(0);
  expect(world.body('done', 'a')).toBe('two');
});

test('[A35] segments of the own audit log are events for no rule, others’ are', async () => {
  const source = segmentSource('desk', '0123abcd-9');
  const own = segmentKey({ prefix: 'logs' }, source, { firstSeq: 7, firstMs: 0 }, 2);
  const others = segmentKey({ prefix: 'logs' }, segmentSource('desk', '99999999-9'), { firstSeq: 7, firstMs: 0 });
  for (const key of [own, others]) expect(isSegmentOf(source, key)).toBe(key === own);
  world = createRuleWorld({ on: { isOwnLog: (key) => isSegmentOf(source, key) } });
  must(await world.store.createBucket('box'));
  const rule = await world.add({
    name: 'Logs',
    trigger: { type: 'newObject', bucket: 'box' },
    actions: [{ type: 'audit' }],
  });
  must(await world.rules.activate({}));
  for (const key of [own, others]) await put(key, 'x');
  await world.see('box', { key: own }, { key: others });
  await world.idle();
  expect(await outcomes(rule)).toEqual([`${others} done`]);
});

describe('originOf', () => {
  const seen = { isRemoval: false, sizeBytes: 1, etag: '"e"', lastModified: null };
  const open: OwnWrite = {
    id: 1,
    place: 'here',
    key: 'a.txt',
    runId: 7 as RunId,
    causes: ['rule' as RuleId],
    isMove: false,
    isRemoval: false,
    begunMs: 0,
    endedMs: null,
    sizeBytes: null,
    etag: null,
    lastModified: null,
  };
  const journalWith = (state: string) => ({
    writesAt: (_place: string, key: string) => (key === open.key ? [open] : []),
    run: () => ({ state }) as never,
  });

  test('a write that goes on keeps a change waiting, one of a run that has ended does not', () => {
    expect(originOf(journalWith('running'), 'here', 'a.txt', seen).type).toBe('unknown');
    expect(originOf(journalWith('skipped'), 'here', 'a.txt', seen).type).toBe('others');
  });

  test('a write that nobody could look at stands for what is of its size and its time', () => {
    const ended = { ...open, begunMs: 1e12, endedMs: 1e12 + 1000, sizeBytes: 1 };
    const journal = { ...journalWith('done'), writesAt: () => [ended] };
    const at = (ms: number) =>
      originOf(journal, 'here', 'a.txt', { ...seen, lastModified: new Date(ms).toISOString() });
    expect(at(1e12).type).toBe('rules');
    expect(at(1e12 + 3_600_000).type).toBe('others');
    expect(at(1e12 - 3_600_000).type).toBe('others');
  });

  test('so does what may be kept beside its target', () => {
    expect(originOf(journalWith('running'), 'here', 'a (2).txt', seen).type).toBe('unknown');
    expect(originOf(journalWith('running'), 'here', 'b (2).txt', seen).type).toBe('others');
  });
});

test('[A43] a file is uploaded, then it is deleted, not what was uploaded', async () => {
  const rule = await world.add({
    name: 'Scans',
    trigger: { type: 'folder', folder: '/scans' },
    actions: [{ type: 'upload', bucket: 'box' }, { type: 'delete' }],
  });
  world.files.put('/scans/a', Buffer.from('scan'));
  await world.seeFiles('/scans', { key: 'a' });
  await world.idle();
  expect(await outcomes(rule)).toEqual(['a done']);
  expect(world.files.entries.has('/scans/a')).toBe(false);
  expect(world.keys('box')).toEqual(['a']);
});
