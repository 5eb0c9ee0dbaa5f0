import { expect, test } from 'vitest';
import type { TFunction } from 'i18next';
import { newsOf } from '../../../renderer/features/transfers/transfer-news.ts';
import { isAllSkipped, summarize } from '../../../renderer/stores/transfer-summary.ts';
import {
  fileAt,
  keptPages,
  pageFiles,
  putPage,
  type FilePages,
} from '../../../renderer/features/transfers/file-pages.ts';
import { jobActions } from '../../../renderer/features/transfers/job-menu.tsx';
import type { TransferCommands } from '../../../renderer/features/transfers/use-transfer-commands.ts';
import { maxFileRows, placeAt, rowStarts, toggleUnfolded } from '../../../renderer/features/transfers/list-rows.ts';
import {
  connectionToMend,
  countJobs,
  groupFailures,
  isFinished,
  pickJobs,
  verificationOf,
} from '../../../renderer/stores/transfer-list.ts';
import { initialTransfers, applyToTransfers, putBack, takeOff } from '../../../renderer/stores/transfers-store.ts';
import { type FileView, fileViewSchema, type JobView, jobViewSchema } from '../../../shared/domain/transfer.ts';
import { type ConnectionView, connectionViewSchema } from '../../../shared/domain/connection.ts';
import { appError } from '../../../shared/errors.ts';

const job = (id: string, more: Partial<Record<keyof JobView, unknown>> = {}): JobView =>
  jobViewSchema.parse({
    id,
    kind: 'upload',
    connectionId: 'conn-1',
    connectionName: 'Archive',
    from: `from ${id}`,
    to: 'bucket/in/',
    bucket: 'bucket',
    state: 'active',
    conflict: 'ask',
    removeSource: false,
    filesTotal: 4,
    filesDone: 0,
    filesSkipped: 0,
    filesFailed: 0,
    verified: { checksum: 0, md5: 0, size: 0 },
    bytesTotal: 400,
    bytesDone: 0,
    planned: true,
    priority: 'normal',
    position: 0,
    canRepeat: false,
    bytesPerSecond: 0,
    secondsLeft: null,
    createdMs: 1,
    endedMs: null,
    ...more,
  });

const jobs = [
  job('active'),
  job('queued', { state: 'queued' }),
  job('offline', { state: 'waiting', retryAtMs: 5, error: appError('HostNotFound') }),
  job('asks', { state: 'waiting' }),
  job('paused', { state: 'paused' }),
  job('cut', { state: 'interrupted' }),
  job('failed', { state: 'failed', filesFailed: 1 }),
  job('cancelled', { state: 'cancelled' }),
  job('done', { state: 'done', toConnectionName: 'Frankfurt' }),
];

test('every job is under one filter, which shows what it counts, and only what is not done waits for you', () => {
  const names = (filter: Parameters<typeof pickJobs>[1]) => pickJobs(jobs, filter, '').map(({ id }) => id as string);
  expect(names('active')).toEqual(['active', 'queued', 'offline']);
  expect(names('waiting')).toEqual(['asks', 'paused', 'cut']);
  expect(names('failed')).toEqual(['failed']);
  expect(names('finished')).toEqual(['cancelled', 'done']);
  expect(names('all')).toHaveLength(jobs.length);
  expect(countJobs(jobs)).toEqual({ all: 9, active: 3, waiting: 3, failed: 1, finished: 2 });
});

test('search looks at what the line shows, within the filter', () => {
  expect(pickJobs(jobs, 'all', ' FRANKFURT ').map(({ id }) => id)).toEqual(['done']);
  expect(pickJobs(jobs, 'active', 'bucket/in')).toHaveLength(3);
  expect(pickJobs(jobs, 'failed', 'frankfurt')).toEqual([]);
});

test('a job that cannot go on without other credentials offers its connection first, at whichever end they are', () => {
  const connection = (id: string, status: ConnectionView['status']) =>
    connectionViewSchema.parse({
      id,
      name: id,
      kind: 'server',
      auth: { type: 'accessKey', accessKeyId: 'A', hasSessionToken: true },
      status,
    });
  const expired = { state: 'needsYou' as const, error: appError('ExpiredToken') };
  const all = [connection('conn-1', { state: 'ready' }), connection('conn-2', expired)];
  const offered = (one: JobView) => {
    const mend = connectionToMend(one, all);
    const nothing = () => undefined;
    const deeds = {
      commands: {} as TransferCommands,
      showOf: () => null,
      signInOf: () => null,
      onAnswer: nothing,
      onElsewhere: nothing,
      ruleOf: () => null,
    };
    const editOf = () => (mend ? () => undefined : null);
    const t = ((key: string) => key) as unknown as TFunction;
    return jobActions(one, { ...deeds, editOf }, t)
      .flat()
      .map(({ id }) => id);
  };
  const failed = { state: 'failed', filesFailed: 4 };
  expect(offered(job('a', failed))).toEqual(['retry', 'clear']);
  expect(offered(job('a', { ...failed, connectionId: 'conn-2' }))).toEqual(['editConnection', 'retry', 'clear']);
  expect(offered(job('a', { ...failed, toConnectionId: 'conn-2' }))).toEqual(['editConnection', 'retry', 'clear']);
  expect(offered(job('a', { state: 'interrupted', connectionId: 'conn-2' }))[0]).toBe('editConnection');
  expect(offered(job('a', { state: 'done', connectionId: 'conn-2' }))).toEqual(['clear']);
});

test('failed files are grouped by their reason, not by what the reason names beside it', () => {
  const file = (id: number, error: FileView['error']) =>
    fileViewSchema.parse({ id, jobId: 'j', name: `f${id}`, sizeBytes: 1, bytesDone: 0, state: 'failed', error });
  const groups = groupFailures([
    file(1, appError('SourceChanged', { path: '/a' })),
    file(2, appError('AccessDenied', { bucket: 'b', key: 'x', permission: 's3:PutObject' })),
    file(3, appError('SourceChanged', { path: '/b' })),
    file(4, appError('AccessDenied', { bucket: 'c', key: 'x', permission: 's3:PutObject' })),
  ]);
  expect(groups.map(({ names }) => names)).toEqual([['f1', 'f3'], ['f2'], ['f4']]);
});

test('a job is said to be verified as its weakest file', () => {
  expect(verificationOf(job('a'))).toBeNull();
  expect(verificationOf(job('a', { verified: { checksum: 3, md5: 0, size: 0 } }))?.weakest).toBe('checksum');
  expect(verificationOf(job('a', { verified: { checksum: 3, md5: 0, size: 1 } }))).toEqual({
    weakest: 'size',
    levels: [
      { level: 'checksum', count: 3 },
      { level: 'size', count: 1 },
    ],
  });
  expect(isAllSkipped(job('a', { state: 'done', filesSkipped: 4 }))).toBe(true);
  expect(isAllSkipped(job('a', { state: 'done', filesSkipped: 0, filesTotal: 0 }))).toBe(false);
});

test('what was taken off the list comes back on undo, and is forgotten once the engine has let it go', () => {
  const off = takeOff(initialTransfers, ['a', 'b']);
  expect([...off.leaving]).toEqual(['a', 'b']);
  expect([...putBack(off, ['a']).leaving]).toEqual(['b']);
  const gone = applyToTransfers(off, { type: 'transfers.jobRemoved', jobId: job('b').id });
  expect([...gone.leaving]).toEqual(['a']);
});

test('rows are counted over jobs and the files of those unfolded', () => {
  const counts = [2, 0, 3];
  expect(rowStarts(counts)).toEqual([0, 3, 4]);
  const places = Array.from({ length: 8 }, (_, row) => placeAt(counts, row));
  expect(places.map((place) => [place?.job, place?.file])).toEqual([
    [0, null],
    [0, 0],
    [0, 1],
    [1, null],
    [2, null],
    [2, 0],
    [2, 1],
    [2, 2],
  ]);
  expect(placeAt(counts, 99)).toEqual({ job: 2, file: 2 });
  expect(placeAt(counts, -1)).toEqual({ job: 0, file: null });
  expect(placeAt([], 0)).toBeNull();
});

test('what cannot be drawn together folds the others', () => {
  const huge = [job('a', { filesTotal: maxFileRows }), job('b', { filesTotal: 5 }), job('c', { filesTotal: 6 })];
  expect([...toggleUnfolded(new Set(['b']), huge, 'c')]).toEqual(['b', 'c']);
  expect([...toggleUnfolded(new Set(['b', 'c']), huge, 'a')]).toEqual(['a']);
  expect([...toggleUnfolded(new Set(['b', 'c']), huge, 'b')]).toEqual(['c']);
});

test('pages are kept where they were looked at, and the oldest go', () => {
  const files = (from: number, count: number) =>
    Array.from({ length: count }, (_, index) =>
      fileViewSchema.parse({ id: from + index, jobId: 'j', name: 'f', sizeBytes: 1, bytesDone: 0, state: 'queued' }),
    );
  const none: FilePages = new Map();
  const one = putPage(none, 1, { stage: '', files: files(pageFiles, pageFiles) });
  expect(fileAt(one, pageFiles + 3)?.id).toBe(pageFiles + 3);
  expect(fileAt(one, 3)).toBeUndefined();
  const many = Array.from({ length: 40 }, (_, page) => page).reduce(
    (pages, page) => putPage(pages, page, { stage: '', files: [] }),
    none,
  );
  expect([...many.keys()]).toEqual(Array.from({ length: keptPages }, (_, index) => 40 - keptPages + index));
});

test('news are spoken at once: a question before a failure, an end only when nothing is left to do', () => {
  const moving = summarize([job('a'), job('b')]);
  const done = job('b', { state: 'done' });
  const failed = job('b', { state: 'failed', filesFailed: 1 });
  const offline = job('a', { state: 'waiting', retryAtMs: 9 });
  const side = { where: 'w', sizeBytes: 1, modifiedMs: null };
  const asks = job('a', {
    state: 'waiting',
    question: { fileId: 1, name: 'n', source: side, target: side, openQuestions: 1 },
  });
  expect(newsOf(moving, moving)).toBeNull();
  expect(newsOf(moving, summarize([job('a'), done]))).toBeNull();
  expect(newsOf(moving, summarize([job('a', { state: 'paused' }), done]))).toBeNull();
  expect(newsOf(moving, summarize([job('a', { state: 'done' }), done]))).toBe('Done');
  expect(newsOf(moving, summarize([job('a'), failed]))).toBe('Failed');
  expect(newsOf(moving, summarize([asks, failed]))).toBe('Question');
  expect(newsOf(moving, summarize([offline, job('b')]))).toBe('Offline');
  const signIn = job('a', { state: 'waiting', error: appError('MfaNeeded') });
  expect(newsOf(moving, summarize([signIn, failed]))).toBe('SignIn');
  expect(newsOf(summarize([offline, job('b')]), summarize([offline, job('b')]))).toBeNull();
  // Tried again, and done before anybody was told that it moves; cleared; and one of two.
  const ended = summarize([failed, done]);
  expect(newsOf(ended, summarize([{ ...done, id: failed.id }, done]))).toBe('Done');
  expect(newsOf(ended, summarize([done]))).toBeNull();
  expect(newsOf(ended, summarize([]))).toBeNull();
});

test('totals are the least there is while a source is being counted', () => {
  expect(summarize([job('a', { planned: false })]).planned).toBe(false);
  expect(summarize([job('a')]).planned).toBe(true);
});

test('where every file was there already, nothing is said to be sent', () => {
  const skipped = job('skipped', { state: 'done', filesSkipped: 4 });
  expect(summarize([skipped]).allSkipped).toBe(true);
  expect(summarize([skipped, job('done', { state: 'done', filesDone: 4 })]).allSkipped).toBe(false);
  expect(summarize([skipped, job('active')]).allSkipped).toBe(false);
  expect(summarize([]).allSkipped).toBe(false);
  expect(summarize(jobs)).toMatchObject({ allSkipped: false, paused: 1 });
});

test('what has ended is finished unless something of it failed', () => {
  const half = job('half', { state: 'cancelled', filesFailed: 1 });
  expect([...jobs, half].filter(isFinished).map(({ id }) => id)).toEqual(['cancelled', 'done']);
});
