import { beforeEach, describe, expect, test } from 'vitest';
import { appError, type AppError } from '../../shared/errors.ts';
import { err } from '../../shared/result.ts';
import { createManualClock } from '../fakes/manual-clock.ts';
import { must } from '../fakes/test-connection.ts';
import { createTransferWorld, type TransferWorld } from '../fakes/transfer-world.ts';

/** A world in memory whose credentials end, and come back only when somebody signs in. */
const bucket = 'box';
const mfa = appError('MfaNeeded', { mfaSerial: 'arn:aws:iam::1:mfa/me', connectionId: 'conn-world' });
const sso = appError('SsoSignInNeeded', { profile: 'work', connectionId: 'conn-world' });
let world: TransferWorld;
/** What each request says; null while somebody is signed in. */
let signedOut: AppError | null;
let requests: number;

beforeEach(async () => {
  signedOut = null;
  requests = 0;
  world = createTransferWorld({ clock: createManualClock(), attempts: 1 });
  must(await world.store.createBucket(bucket));
  const whenSignedIn = <A extends unknown[], T>(call: (...args: A) => Promise<T>) => {
    return (...args: A) => {
      requests += 1;
      return signedOut === null ? call(...args) : (Promise.resolve(err(signedOut)) as Promise<T>);
    };
  };
  world.on.store = {
    head: whenSignedIn((...args) => world.store.head(...args)),
    listPage: whenSignedIn((...args) => world.store.listPage(...args)),
    remove: whenSignedIn((...args) => world.store.remove(...args)),
    listParts: whenSignedIn((...args) => world.store.listParts(...args)),
    completeMultipart: whenSignedIn((...args) => world.store.completeMultipart(...args)),
    copy: whenSignedIn((...args) => world.store.copy(...args)),
  };
  world.on.transport = {
    send: whenSignedIn((...args) => world.transport.send(...args)),
    receive: whenSignedIn((...args) => world.transport.receive(...args)),
  };
});

const file = (path: string, body: string) => world.files.put(path, Buffer.from(body));
const start = (kind: string, items: readonly object[], more: object = {}) =>
  world.start({ kind, conflict: 'overwrite', bucket, items, ...more } as never);
type Job = Awaited<ReturnType<typeof start>>;
const job = (id: Job) => world.service.list().find((each) => each.id === id);
const settle = async () => {
  for (let turn = 0; turn < 60; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};
const cutAfter = (count: number, error: AppError) => {
  const { send } = world.on.transport;
  let sent = 0;
  world.on.transport.send = (range, options) => {
    if ((sent += 1) === count) signedOut = error;
    return send?.(range, options) ?? world.transport.send(range, options);
  };
};

describe('[T66] a job whose credentials end', () => {
  test.each([mfa, sso])('waits for $code with its parts, and ends once somebody has signed in', async (error) => {
    for (const name of ['a', 'b', 'c']) file(`/d/${name}`, name.repeat(40));
    cutAfter(8, error);
    const id = await start('upload', [{ folder: '/d', prefix: '' }]);
    const waiting = await world.until(id, 'waiting');
    expect(waiting).toMatchObject({ error, filesFailed: 0 });
    expect(waiting.retryAtMs).toBeUndefined();
    expect(waiting.bytesDone).toBeGreaterThan(0);
    expect(world.filesOf(id).some((each) => each.state === 'failed')).toBe(false);
    const uploads = must(await world.store.listUploads(bucket, '')).map((upload) => upload.uploadId);
    expect(uploads.length).toBeGreaterThan(0);

    const before = requests;
    await settle();
    expect(requests).toBe(before);

    const completed: string[] = [];
    const { completeMultipart } = world.on.store;
    world.on.store.completeMultipart = (where, key, uploadId, ...rest) => {
      completed.push(uploadId);
      return (
        completeMultipart?.(where, key, uploadId, ...rest) ??
        world.store.completeMultipart(where, key, uploadId, ...rest)
      );
    };
    signedOut = null;
    world.service.signedIn();
    const done = await world.until(id, 'done');
    expect(done).toMatchObject({ filesDone: 3, filesFailed: 0, bytesDone: 120 });
    expect(done.error).toBeUndefined();
    // The uploads it had begun, not new ones.
    expect(completed).toEqual(expect.arrayContaining(uploads));
    expect(['a', 'b', 'c'].map((key) => world.body(bucket, key))).toEqual(
      ['a', 'b', 'c'].map((name) => name.repeat(40)),
    );
    expect(must(await world.store.listUploads(bucket, ''))).toEqual([]);
  });

  test('waits also while it lists, and while a completion is to be sent', async () => {
    must(await world.store.putSmall(bucket, 'p/a', Buffer.from('1'), {}));
    signedOut = sso;
    const download = await start('download', [{ prefix: 'p/', folder: '/dst' }]);
    expect(await world.until(download, 'waiting')).toMatchObject({ error: sso, filesFailed: 0 });
    const copy = await start('copy', [{ prefix: 'p/', toPrefix: 'q/' }], { toBucket: bucket });
    expect(await world.until(copy, 'waiting')).toMatchObject({ error: sso, filesFailed: 0 });
    signedOut = null;
    world.service.signedIn();
    expect(await world.until(download, 'done')).toMatchObject({ filesDone: 1 });
    expect(await world.until(copy, 'done')).toMatchObject({ filesDone: 1 });

    file('/big', 'x'.repeat(64));
    const { completeMultipart } = world.on.store;
    world.on.store.completeMultipart = () => {
      if (completeMultipart !== undefined) world.on.store.completeMultipart = completeMultipart;
      return Promise.resolve(err(mfa));
    };
    const upload = await start('upload', [{ file: '/big', key: 'big' }]);
    expect(await world.until(upload, 'waiting')).toMatchObject({ error: mfa, filesFailed: 0 });
    world.service.signedIn();
    await world.until(upload, 'done');
    expect(world.body(bucket, 'big')).toBe('x'.repeat(64));
  });

  test('tries again when a person resumes it, and waits on when nobody has signed in', async () => {
    file('/a', 'a'.repeat(40));
    signedOut = mfa;
    const id = await start('upload', [{ file: '/a', key: 'a' }]);
    await world.until(id, 'waiting');
    must(await world.service.resume(id));
    await settle();
    expect(await world.until(id, 'waiting')).toMatchObject({ error: mfa, filesFailed: 0 });
    signedOut = null;
    must(await world.service.resume(id));
    expect(await world.until(id, 'done')).toMatchObject({ filesDone: 1 });
  });

  test('goes on by itself when somebody signs in just as it stops', async () => {
    file('/a', 'a'.repeat(40));
    const { send } = world.on.transport;
    let cut = false;
    world.on.transport.send = (range, options) => {
      if (cut) return send?.(range, options) ?? world.transport.send(range, options);
      cut = true;
      // Signed in again before the job has come to a stop.
      world.service.signedIn();
      return Promise.resolve(err(mfa));
    };
    const id = await start('upload', [{ file: '/a', key: 'a' }]);
    expect(await world.until(id, 'done')).toMatchObject({ filesDone: 1, filesFailed: 0 });
  });

  test('can be paused and cancelled meanwhile; then nothing goes on by itself', async () => {
    file('/a', 'a'.repeat(40));
    cutAfter(2, mfa);
    const id = await start('upload', [{ file: '/a', key: 'a' }]);
    await world.until(id, 'waiting');
    must(await world.service.pause(id));
    expect(job(id)?.state).toBe('paused');
    signedOut = null;
    world.service.signedIn();
    await settle();
    expect(job(id)?.state).toBe('paused');
    signedOut = mfa;
    must(await world.service.resume(id));
    await world.until(id, 'waiting');
    signedOut = null;
    must(await world.service.cancel(id));
    expect(job(id)?.state).toBe('cancelled');
    expect(must(await world.store.listUploads(bucket, ''))).toEqual([]);
  });
});
