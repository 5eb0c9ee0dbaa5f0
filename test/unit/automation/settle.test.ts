import { createPendingFiles } from '../../../main/automation/folders/pending-files.ts';
import { settledRows } from '../../../main/automation/folders/settled-rows.ts';
import { ok } from '../../../shared/result.ts';
import { describe, expect, it } from 'vitest';
import type { EntryFacts } from '../../../main/automation/folders/folder-files.ts';
import { hinted, judgeSettled, type Observed, quietMs, seenFile } from '../../../main/automation/folders/settle.ts';

const nowMs = 1_700_000_000_000;
const local = { settleMs: 2000, trustsTimes: true };
const remote = { settleMs: 2000, trustsTimes: false };

function facts(modifiedAgoMs: number, changedAgoMs = modifiedAgoMs, sizeBytes = 1): EntryFacts {
  const modifiedNs = BigInt(nowMs - modifiedAgoMs) * 1_000_000n;
  return { type: 'file', sizeBytes, modifiedNs, changedMs: nowMs - changedAgoMs, inode: '7', device: '1' };
}

const due = (judged: Observed | 'settled') => (judged === 'settled' ? judged : judged.dueMs - nowMs);

it.each([
  [0, 2000],
  [99_999_999, 2000],
  [100_000_000, 3000],
  [1_050_000_000, 12_000],
  [5e12, 32_000],
])('[A11] %d bytes are quiet after %d ms', (sizeBytes, expected) => {
  expect(quietMs(2000, sizeBytes)).toBe(expected);
});

describe('a file that is seen for the first time', () => {
  it.each([
    ['old', facts(5000), local, 'settled'],
    ['just written', facts(500), local, 1500],
    ['a copy that keeps an old time, just made', facts(1e9, 500), local, 1500],
    ['such a copy, made a while ago', facts(1e9, 5000), local, 'settled'],
    ['large and written 5 s ago', facts(5000, 5000, 1e9), local, 7000],
    ['with a time in the future', facts(-1e9, 5000), local, 2000],
    ['an hour old by another clock', facts(3_600_000), remote, 2000],
    ['two days old by another clock', facts(2 * 86_400_000), remote, 'settled'],
    ['just written by another clock', facts(500), remote, 2000],
  ])('%s', (_, now, settling, expected) => {
    expect(due(judgeSettled(undefined, now, nowMs, settling))).toBe(expected);
  });
});

describe('a file that was seen before', () => {
  const settled = (now: EntryFacts, settling = remote) => {
    const before = judgeSettled(undefined, now, nowMs, settling) as Observed;
    return judgeSettled(before, now, before.dueMs, settling);
  };

  it.each([
    ['with a time in the future', facts(-1e9), local],
    ['an hour old by another clock', facts(3_600_000), remote],
    ['just written by another clock', facts(500), remote],
  ])('%s counts when it has stayed the same', (_, now, settling) => {
    expect(settled(now, settling)).toBe('settled');
  });

  it('begins anew when its size, time or inode is another one', () => {
    const before = { ...(judgeSettled(undefined, facts(3_600_000), nowMs - 1500, remote) as Observed) };
    for (const now of [facts(3_600_000, 3_600_000, 2), facts(3_599_999), { ...facts(3_600_000), inode: '8' }]) {
      expect(due(judgeSettled(before, now, nowMs, remote))).toBe(2000);
    }
  });

  it('waits after a hint, even when its time says nothing of it', () => {
    const hint = hinted(nowMs - 500, local);
    expect(due(judgeSettled(hint, facts(5000), nowMs, local))).toBe(1500);
    expect(judgeSettled(hint, facts(5000), nowMs + 1500, local)).toBe('settled');
  });

  it('is not held up by a clock that was set back', () => {
    const hint = hinted(nowMs + 3_600_000, local);
    expect(due(judgeSettled(hint, facts(5000), nowMs, local))).toBe(2000);
  });
});

it('a file that is missing counts as gone after the quiet time', () => {
  const hint = hinted(nowMs, local);
  expect(due(judgeSettled(hint, null, nowMs + 500, local))).toBe(2000);
  expect(judgeSettled(hint, null, nowMs + 2000, local)).toBe('settled');
  const seen = judgeSettled(undefined, facts(500), nowMs, local) as Observed;
  expect(due(judgeSettled(seen, null, nowMs, local))).toBe(2000);
});

it('a file is known by its inode and its time to the nanosecond', () => {
  expect(seenFile('a', { ...facts(0), modifiedNs: 1_500_000_001n })).toEqual({
    key: 'a',
    sizeBytes: 1,
    etag: '7-1500000001',
    lastModified: '1970-01-01T00:00:01.500Z',
    storageClass: null,
  });
  expect(seenFile('a', { ...facts(0), modifiedNs: -1n }).lastModified).toBe('1969-12-31T23:59:59.999Z');
  expect(seenFile('a', { ...facts(0), modifiedNs: 2n ** 80n }).lastModified).toBe('+275760-09-13T00:00:00.000Z');
});

it('[A11] a new state has been seen from when it was looked at, at the latest', () => {
  const fresh = facts(500);
  const judged = judgeSettled(undefined, fresh, nowMs - 30_000, remote, nowMs);
  expect(judged).toMatchObject({ sinceMs: nowMs });
});

it('[A11] what a file was when it was looked at says nothing of the time until all others were', async () => {
  let nowMs = 10_000;
  async function* slowWalk() {
    const touched = { modifiedNs: 9_000_000_000n, changedMs: 9000 };
    const seen = { type: 'file' as const, sizeBytes: 1, inode: '7', device: '1', ...touched };
    // The other files of the batch take their time.
    nowMs += 60_000;
    yield ok([{ key: 'a', facts: seen }]);
  }
  const options = {
    pending: createPendingFiles(10),
    settling: { settleMs: 2000, trustsTimes: true },
    recursive: true,
    nowMs: () => nowMs,
    overflowed: () => undefined,
  };
  const rows: object[] = [];
  for await (const batch of settledRows(slowWalk(), options)) rows.push(...(batch.ok ? batch.value : []));
  expect(rows).toMatchObject([{ key: 'a', unsettled: true }]);
});
