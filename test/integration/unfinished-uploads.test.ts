import { beforeEach, describe, expect, test } from 'vitest';
import {
  createUnfinishedUploadService,
  type UnfinishedUploadService,
} from '../../main/transfers/unfinished-uploads.ts';
import type { JobId } from '../../shared/domain/ids.ts';
import { appError } from '../../shared/errors.ts';
import { err } from '../../shared/result.ts';
import { createManualClock } from '../fakes/manual-clock.ts';
import { must } from '../fakes/test-connection.ts';
import {
  createTransferWorld,
  otherConnectionId,
  type TransferWorld,
  worldConnectionId,
} from '../fakes/transfer-world.ts';

const bucket = 'box';
const body = 'twenty and more bytes';
let world: TransferWorld;
let unfinished: UnfinishedUploadService;
let clock: ReturnType<typeof createManualClock>;
let counts: number[];

beforeEach(async () => {
  world = createTransferWorld();
  must(await world.store.createBucket(bucket));
  unfinished = openService();
});

/** As after a restart: nothing has been looked at yet. */
function openService(): UnfinishedUploadService {
  clock = createManualClock();
  counts = [];
  return createUnfinishedUploadService({
    traces: world.journal,
    opener: world.opener,
    clock,
    emit: (event) => event.type === 'transfers.orphans' && counts.push(event.count),
    connections: () => [
      { id: worldConnectionId, name: 'World', endpointUrl: 'http://one' },
      { id: otherConnectionId, name: 'Other', endpointUrl: 'http://other' },
    ],
  });
}

const uploadsLeft = () => world.store.buckets.get(bucket)?.uploads.size;
const list = async (prefix = '') =>
  must(await unfinished.inBucket({ connectionId: worldConnectionId, bucket, prefix }));
const settle = async () => {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};
const start = (name: string) => {
  world.files.put(`/d/${name}`, Buffer.from(body));
  return world.start({
    kind: 'upload',
    conflict: 'overwrite',
    bucket,
    items: [{ file: `/d/${name}`, key: name }],
  } as never);
};
const otherProgram = async (key: string) => must(await world.store.createMultipart(bucket, key, {})).uploadId;

/** One part arrives, the others fail. */
async function failHalfWay(name: string): Promise<JobId> {
  world.on.transport = {
    send: async (range, options) =>
      range.offset === 0 ? world.transport.send(range, options) : err(appError('AccessDenied')),
  };
  const job = await start(name);
  await world.until(job, 'failed');
  return job;
}

/** Cancelled while nothing could be aborted: nobody goes on with it any more. */
async function leaveOrphan(name: string): Promise<JobId> {
  const job = await failHalfWay(name);
  world.on.store = { abortMultipart: async () => err(appError('EndpointUnreachable')) };
  must(await world.service.clear(job));
  world.on.store = {};
  return job;
}

describe('[T46] uploads that nobody goes on with', () => {
  test('those of a job that may go on are its own, and leave no trace once it is done', async () => {
    const job = await failHalfWay('a');
    expect((await list()).uploads).toMatchObject([{ key: 'a', owner: 'job' }]);
    const [upload] = (await list()).uploads;
    if (!upload) throw new Error('one');
    expect((await unfinished.clean([upload])).failed).toMatchObject([{ key: 'a', error: { code: 'UploadNotOurs' } }]);
    world.on.transport = {};
    must(await world.service.retry(job));
    await world.until(job, 'done');
    expect(world.body(bucket, 'a')).toBe(body);
    expect(world.journal.uploadTraces()).toEqual([]);
    expect((await list()).uploads).toEqual([]);
  });

  test('what was left behind outlives its job, is told with its size, and is cleaned up', async () => {
    await leaveOrphan('a');
    expect(world.service.list()).toEqual([]);
    const [upload] = (await list()).uploads;
    expect(upload).toMatchObject({ key: 'a', owner: 'orphan', connectionName: 'World' });
    if (!upload) throw new Error('one');
    expect(await unfinished.size(upload)).toMatchObject({ ok: true, value: { sizeBytes: 8, parts: 1 } });
    // The server and the journal each look at the clock.
    expect(unfinished.orphans()).toEqual([{ ...upload, startedMs: expect.any(Number) }]);
    expect(await unfinished.clean([upload])).toEqual({ cleaned: 1, failed: [] });
    expect(uploadsLeft()).toBe(0);
    expect(world.journal.uploadTraces()).toEqual([]);
    expect(counts).toEqual([1, 0]);
  });

  test('a cancelled job that could not abort its upload does not keep it', async () => {
    const job = await failHalfWay('a');
    world.on.store = { abortMultipart: async () => err(appError('EndpointUnreachable')) };
    must(await world.service.pause(job));
    must(await world.service.retry(job));
    must(await world.service.cancel(job));
    await world.until(job, 'cancelled', 'failed');
    if (world.service.list()[0]?.state === 'failed') must(await world.service.clear(job));
    expect((await list()).uploads).toMatchObject([{ key: 'a', owner: 'orphan' }]);
  });

  test("other programs' uploads are listed, and refused", async () => {
    const uploadId = await otherProgram('theirs');
    await leaveOrphan('ours');
    const { uploads } = await list();
    expect(uploads.map(({ key, owner }) => [key, owner])).toEqual([
      ['ours', 'orphan'],
      ['theirs', 'other'],
    ]);
    const { failed, cleaned } = await unfinished.clean(uploads);
    expect([cleaned, failed]).toMatchObject([1, [{ uploadId, error: { code: 'UploadNotOurs' } }]]);
    // Nor under the id of one of ours, or for another key.
    expect(
      (await unfinished.clean([{ connectionId: worldConnectionId, bucket, key: 'theirs', uploadId }])).cleaned,
    ).toBe(0);
    expect(uploadsLeft()).toBe(1);
  });

  test('a failure is named and the upload stays known', async () => {
    await leaveOrphan('a');
    const { uploads } = await list();
    world.on.store = { abortMultipart: async () => err(appError('AccessDenied')) };
    expect(await unfinished.clean(uploads)).toMatchObject({
      cleaned: 0,
      failed: [{ key: 'a', error: { code: 'AccessDenied' } }],
    });
    world.on.store = {};
    expect(await unfinished.clean(uploads)).toEqual({ cleaned: 1, failed: [] });
  });

  test('who may not list the uploads of a bucket, or is not told of all, sees those of ours', async () => {
    await leaveOrphan('a');
    await otherProgram('theirs');
    world.on.store = {
      listUploads: async () => err(appError('AccessDenied', { permission: 's3:ListBucketMultipartUploads' })),
    };
    expect(await list()).toMatchObject({
      uploads: [{ key: 'a', owner: 'orphan' }],
      incomplete: { code: 'AccessDenied' },
    });
    world.on.store = { listUploads: async () => ({ ok: true, value: [] }) };
    expect(await list()).toMatchObject({ uploads: [{ key: 'a', owner: 'orphan' }], incomplete: null });
    world.on.store = { listUploads: async () => err(appError('EndpointUnreachable')) };
    expect(await unfinished.inBucket({ connectionId: worldConnectionId, bucket, prefix: '' })).toMatchObject({
      ok: false,
      error: { code: 'EndpointUnreachable' },
    });
  });

  test('what is gone is forgotten, what cannot be looked at is not', async () => {
    await leaveOrphan('a');
    world.on.store = { listParts: async () => err(appError('AccessDenied')) };
    unfinished = openService();
    unfinished.noteReady(worldConnectionId);
    clock.advance(10_000);
    await settle();
    expect([counts, world.journal.uploadTraces().length]).toEqual([[], 1]);
    world.on.store = {};
    world.store.buckets.get(bucket)?.uploads.clear();
    expect((await list()).uploads).toEqual([]);
    expect(world.journal.uploadTraces()).toEqual([]);
  });

  test('at a start they are looked at once a connection works, and no server is asked when there are none', async () => {
    let asked = 0;
    world.on.store = {
      listParts: (...input) => {
        asked += 1;
        return world.store.listParts(...input);
      },
    };
    unfinished.noteReady(worldConnectionId);
    clock.advance(10_000);
    await settle();
    expect(asked).toBe(0);
    await leaveOrphan('a');
    world.on.store = {
      listParts: (...input) => {
        asked += 1;
        return world.store.listParts(...input);
      },
    };
    unfinished = openService();
    unfinished.noteReady(worldConnectionId);
    unfinished.noteReady(worldConnectionId);
    clock.advance(10_000);
    await settle();
    expect([asked, counts, unfinished.orphanCount()]).toEqual([1, [1], 1]);
    unfinished.noteReady(worldConnectionId);
    clock.advance(120_000);
    unfinished.noteReady(worldConnectionId);
    clock.advance(10_000);
    await settle();
    expect(asked).toBe(1);
    unfinished.close();
    expect(clock.timers).toBe(0);
  });

  test('another connection to another server has nothing to do with them', async () => {
    await leaveOrphan('a');
    must(await world.other.createBucket(bucket));
    expect(must(await unfinished.inBucket({ connectionId: otherConnectionId, bucket, prefix: '' })).uploads).toEqual(
      [],
    );
    const [upload] = unfinished.orphans();
    if (!upload) throw new Error('one');
    expect((await unfinished.clean([{ ...upload, connectionId: otherConnectionId }])).cleaned).toBe(0);
    expect(uploadsLeft()).toBe(1);
  });

  test('a stream without a job is no orphan while it goes on', async () => {
    const connection = must(await world.opener.open(worldConnectionId));
    const stream = unfinished.begin(connection, bucket, 'stream');
    const uploadId = await otherProgram('stream');
    must(await stream.started(uploadId));
    expect((await list()).uploads).toMatchObject([{ uploadId, owner: 'job' }]);
    await stream.ended(false);
    expect((await list()).uploads).toMatchObject([{ uploadId, owner: 'orphan' }]);
    await stream.ended(true);
    expect((await list()).uploads).toMatchObject([{ uploadId, owner: 'other' }]);
  });
});
