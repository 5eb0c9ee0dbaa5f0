import { expect, test } from 'vitest';
import { possibleMoves } from '../../../renderer/features/transfers/order-menu.tsx';
import { abortCommand } from '../../../renderer/features/unfinished-uploads/abort-command.ts';
import { sortedJobs } from '../../../renderer/stores/transfer-summary.ts';
import { applyToTransfers, initialTransfers } from '../../../renderer/stores/transfers-store.ts';
import { connectionIdSchema } from '../../../shared/domain/ids.ts';
import { noLimits } from '../../../shared/domain/transfer-limits.ts';
import type { JobView } from '../../../shared/domain/transfer.ts';

const job = (id: string, more: Partial<JobView>): JobView =>
  ({ id, state: 'active', priority: 'normal', position: 0, createdMs: 0, ...more }) as JobView;

const jobs = [
  job('second', { position: 4, createdMs: 9 }),
  job('late', { position: 1, priority: 'low' }),
  job('first', { position: 2 }),
  job('urgent', { position: 9, priority: 'high', state: 'queued' }),
  job('old', { state: 'done', position: -1, createdMs: 5 }),
  job('new', { state: 'failed', position: 7, createdMs: 6 }),
];

test('[T45] the list has what is to do in its order, then what has ended, newest first', () => {
  const byId = Object.fromEntries(jobs.map((one) => [one.id, one]));
  expect(sortedJobs(byId).map(({ id }) => id)).toEqual(['urgent', 'first', 'second', 'late', 'new', 'old']);
});

test('a job moves among those of its priority that have not ended', () => {
  const movesOf = (id: string) => jobs.filter((one) => one.id === id).flatMap((one) => possibleMoves(one, jobs));
  expect(movesOf('first')).toEqual(['down']);
  expect(movesOf('second')).toEqual(['first', 'up']);
  expect(movesOf('urgent')).toEqual([]);
  expect(movesOf('new')).toEqual([]);
});

test('limits and orphans are as they were told last', () => {
  const now = { upBytesPerSecond: 50_000, downBytesPerSecond: null, untilMs: null };
  const limits = { limits: noLimits, now };
  expect(applyToTransfers(initialTransfers, { type: 'transfers.limits', limits }).limits).toBe(limits);
  expect(applyToTransfers(initialTransfers, { type: 'transfers.orphans', count: 2 }).orphans).toBe(2);
});

test('the command that aborts an upload of another program can be pasted into a shell', () => {
  const place = { connectionId: connectionIdSchema.parse('c'), bucket: 'box', uploadId: 'a.B-_' };
  expect(abortCommand({ ...place, key: 'in/x.bin' }, null)).toBe(
    'aws s3api abort-multipart-upload --bucket box --key in/x.bin --upload-id a.B-_',
  );
  expect(abortCommand({ ...place, key: "it's $(here)" }, 'http://127.0.0.1:9000')).toBe(
    "aws s3api abort-multipart-upload --endpoint-url http://127.0.0.1:9000 --bucket box --key 'it'\\''s $(here)' --upload-id a.B-_",
  );
});
