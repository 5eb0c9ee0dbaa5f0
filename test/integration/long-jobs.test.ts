import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Db, openDatabase } from '../../main/db/open.ts';
import { createTransferJournal } from '../../main/db/transfer-journal.ts';
import { createJobCleaner } from '../../main/transfers/clean-job.ts';
import { createPatience } from '../../main/transfers/deadlines.ts';
import { type JobRecord, noCounts, type PlannedFile, type TransferJournal } from '../../main/transfers/journal.ts';
import { connectionIdSchema, type FileId, type JobId, jobIdSchema } from '../../shared/domain/ids.ts';
import { appError } from '../../shared/errors.ts';
import { ok } from '../../shared/result.ts';
import { createManualClock } from '../fakes/manual-clock.ts';
import { createMemoryFiles } from '../fakes/memory-files.ts';
import { must } from '../fakes/test-connection.ts';

/** Several turns' worth, and no round number of them. */
const files = 2_300;
const sizeBytes = 10;
/** Rows that one turn of the event loop may change: more would grow to seconds with the files of a job. */
const maxChangesPerTurn = 501;
const jobId = jobIdSchema.parse('job-long');
const otherId = jobIdSchema.parse('job-other');

let folder: string;
let db: Db;
let journal: TransferJournal;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'brigade-long-'));
  open();
  await createJob(jobId, files);
});
afterEach(() => {
  db.close();
  rmSync(folder, { recursive: true, force: true });
});

function open(): void {
  db = must(openDatabase(join(folder, 'brigade.db')));
  journal = createTransferJournal(db);
}

function reopen(): void {
  db.close();
  open();
}

async function createJob(id: JobId, count: number): Promise<void> {
  const record: JobRecord = {
    id,
    request: {
      kind: 'upload',
      connectionId: connectionIdSchema.parse('conn-1'),
      bucket: 'box',
      items: [{ folder: '/d', prefix: '' }],
      conflict: 'ask',
      removeSource: false,
    } as JobRecord['request'],
    connectionName: 'One',
    toConnectionName: null,
    endpointUrl: null,
    region: null,
    state: 'active',
    planned: true,
    answerForAll: null,
    error: null,
    priority: 'normal',
    position: 0,
    createdMs: 1,
    endedMs: null,
    counts: noCounts,
  };
  must(await journal.createJob(record));
  must(
    await journal.addFiles(
      id,
      Array.from(
        { length: count },
        (_, index): PlannedFile => ({
          name: `f${index}`,
          source: `/d/f${index}`,
          target: `f${index}`,
          fingerprint: { type: 'local', sizeBytes, modifiedMs: 1, inode: index },
          error: null,
        }),
      ),
    ),
  );
}

const changes = () => db.prepare('SELECT total_changes()').pluck().get() as number;
const rows = (table: string) => db.prepare(`SELECT count(*) FROM ${table}`).pluck().get() as number;
const firstFiles = (): readonly [FileId, FileId, FileId] => {
  const [first, second, third] = journal.filesAfter(jobId, ['queued'], -1, 3);
  if (!first || !second || !third) throw new Error('no files');
  return [first.id, second.id, third.id];
};
const firstFile = () => firstFiles()[0];

/** The most rows that one turn changed while this went on. */
async function mostChangesInATurn(work: Promise<unknown>, isOver: () => boolean = () => true): Promise<number> {
  const progress = { done: false };
  void work.then(() => (progress.done = true));
  let most = 0;
  for (let before = changes(); !progress.done || !isOver(); ) {
    await nextTurn();
    const after = changes();
    most = Math.max(most, after - before);
    before = after;
  }
  return most;
}

describe('a change of many files', () => {
  test('takes turns with everything else, and keeps the counts in step', async () => {
    const error = appError('AccessDenied');
    const most = await mostChangesInATurn(journal.updateFiles(jobId, ['queued'], { state: 'failed', error }));
    expect(most).toBeLessThan(maxChangesPerTurn);
    expect(journal.job(jobId)?.counts).toEqual({
      ...noCounts,
      filesTotal: files,
      filesFailed: files,
      bytesTotal: files * sizeBytes,
    });
    must(await journal.updateFile(journal.filesAfter(jobId, ['failed'], -1, 1)[0]?.id as FileId, { state: 'done' }));
    must(await journal.updateFiles(jobId, ['failed', 'done'], { state: 'skipped', error: null }));
    expect(journal.job(jobId)?.counts).toMatchObject({ filesFailed: 0, filesDone: 0, filesSkipped: files });
    expect(journal.job(jobId)?.counts.bytesEnded).toBe(files * sizeBytes);
    expect(journal.files(jobId, { withReason: true, from: 0, count: 1 }).total).toBe(0);
  });

  test('sees what was written before it, and nothing is lost that is written meanwhile', async () => {
    const id = firstFile();
    void journal.updateFile(id, { state: 'waiting' });
    const all = journal.updateFiles(jobId, ['waiting', 'queued'], { state: 'failed' });
    await nextTurn();
    must(await journal.updateFile(id, { state: 'skipped' }));
    must(await all);
    expect(journal.job(jobId)?.counts).toMatchObject({ filesFailed: files - 1, filesSkipped: 1 });
  });
});

describe('cancelling', () => {
  test('[T60] is one fact, of which the files that were still to be moved are told', async () => {
    const [first, second, third] = firstFiles();
    must(await journal.updateFile(first, { state: 'done', verification: 'size' }));
    must(await journal.updateFile(second, { state: 'failed' }));
    must(await journal.updateFile(third, { state: 'waiting' }));
    const before = changes();
    must(await journal.updateJob(jobId, { state: 'cancelled' }));
    expect(changes() - before).toBe(1);
    // As after a crash just then.
    reopen();
    expect(journal.file(third)?.state).toBe('cancelled');
    expect(journal.files(jobId, { states: ['cancelled'], from: 0, count: 1 })).toMatchObject({
      total: files - 2,
      files: [{ id: third, state: 'cancelled' }],
    });
    expect(journal.files(jobId, { states: ['queued', 'waiting'], from: 0, count: 1 }).total).toBe(0);
    expect(journal.filesAfter(jobId, ['queued'], -1, 1)).toEqual([]);
    const all = journal.files(jobId, { from: 0, count: 4 }).files.map(({ state }) => state);
    expect(all).toEqual(['done', 'failed', 'cancelled', 'cancelled']);
  });
});

describe('removing a job', () => {
  const isGone = () => rows('transfer_job') === 1;

  test('[T60] takes turns, and nobody sees it meanwhile', async () => {
    await createJob(otherId, 3);
    const id = firstFile();
    for (let partNumber = 1; partNumber <= files; partNumber += 1)
      void journal.savePart(id, { partNumber, sizeBytes: 1, etag: null, digests: {} });
    const trace = { server: '', bucket: 'box', key: 'f0', uploadId: 'u1', connectionId: 'conn-1', startedMs: 1 };
    void journal.rememberUpload(trace);
    must(await journal.updateFile(id, { uploadId: 'u1' }));
    expect(journal.uploadTraces()).toMatchObject([{ orphaned: false }]);

    const removing = journal.removeJob(jobId);
    expect(journal.jobs().map((job) => job.id)).toEqual([otherId]);
    expect(rows('transfer_file')).toBe(files + 3);
    expect(journal.job(jobId)).toBeNull();
    expect(journal.file(id)).toBeNull();
    expect(journal.files(jobId, { from: 0, count: 10 })).toEqual({ files: [], total: 0 });
    expect(journal.filesAfter(jobId, ['queued'], -1, 10)).toEqual([]);
    expect(journal.filesWithLeftovers(jobId, -1, 10)).toEqual([]);
    expect(journal.uploadTraces()).toMatchObject([{ orphaned: true }]);

    expect(await mostChangesInATurn(removing, isGone)).toBeLessThan(maxChangesPerTurn);
    expect([rows('transfer_file'), rows('transfer_part')]).toEqual([3, 0]);
    expect(journal.files(otherId, { from: 0, count: 10 }).total).toBe(3);
    expect(db.pragma('synchronous', { simple: true })).toBe(2);
  });

  test('[T60] is finished at the next start', async () => {
    await createJob(otherId, 3);
    must(await journal.removeJob(jobId));
    await nextTurn();
    reopen();
    expect(rows('transfer_file')).toBeGreaterThan(3);
    expect(journal.jobs().map((job) => job.id)).toEqual([otherId]);
    await mostChangesInATurn(Promise.resolve(), isGone);
    expect(rows('transfer_file')).toBe(3);
  });
});

test('cleaning up reads the files that have left something, and no others', async () => {
  const [first, second] = firstFiles();
  must(await journal.updateFile(first, { tempPath: '/d/.f.brigade-part' }));
  must(await journal.updateFile(second, { state: 'failed', uploadId: 'u1' }));
  let read = 0;
  const counted = new Proxy(journal, {
    get: (target, name) => {
      const method = Reflect.get(target, name) as (...args: unknown[]) => unknown;
      return (...args: unknown[]) => {
        const answer = method(...args);
        if (Array.isArray(answer)) read += answer.length;
        return answer;
      };
    },
  });
  const memory = createMemoryFiles();
  const cleaner = createJobCleaner({ journal: counted, files: memory, spoolFolder: '/spool' });
  const aborted: string[] = [];
  const store = { abortMultipart: async (_bucket: string, _key: string, id: string) => ok(void aborted.push(id)) };
  const patience = createPatience(createManualClock(), 1000, new AbortController().signal);
  must(await cleaner.discardUnfinished(journal.job(jobId) as JobRecord, { store } as never, patience));
  expect([read, aborted]).toEqual([2, ['u1']]);
  expect(journal.filesWithLeftovers(jobId, -1, 10)).toEqual([]);
});
