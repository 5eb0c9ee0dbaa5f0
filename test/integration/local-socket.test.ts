import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { lstat, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Engine } from '../../main/engine-types.ts';
import { holdDataFolder, type HeldEngine } from '../../main/ipc/hold-data-folder.ts';
import { localSocketPath } from '../../main/ipc/local-socket-path.ts';
import { connectLocalSocket, type RemoteEngine } from '../../main/ipc/local-socket-client.ts';
import { serveLocalSocket, type LocalSocketServer } from '../../main/ipc/local-socket-server.ts';
import { appError, AppErrorException } from '../../shared/errors.ts';
import { err, ok } from '../../shared/result.ts';
import { scriptedEngine } from '../fakes/scripted-engine.ts';

let dataDir = '';
const closers: (() => Promise<void> | void)[] = [];
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'brigade-socket-'));
});
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
  await rm(dataDir, { recursive: true, force: true });
});

const details = {
  key: 'k',
  sizeBytes: 3_000_000,
  lastModified: null,
  etag: null,
  storageClass: null,
  contentType: null,
  metadata: {},
  checksums: {},
  checksumType: null,
  versionId: null,
};
const place = { connectionId: 'c', bucket: 'b', key: 'k' };

async function connectTo(engine: Engine): Promise<{ remote: RemoteEngine; server: LocalSocketServer; path: string }> {
  const path = join(dataDir, 'engine.sock');
  const server = await serveLocalSocket(engine, path);
  if (!server.ok) throw new Error(server.error.code);
  closers.push(() => server.value.close());
  const remote = await connectLocalSocket(path);
  if (!remote.ok) throw new Error(remote.error.code);
  closers.push(() => remote.value.close());
  return { remote: remote.value, server: server.value, path };
}

async function* bytes(count: number, chunkBytes: number): AsyncGenerator<Uint8Array> {
  for (let sent = 0; sent < count; sent += chunkBytes) {
    yield Buffer.alloc(Math.min(chunkBytes, count - sent), sent & 0xff);
  }
}

async function sizeOf(body: AsyncIterable<Uint8Array>): Promise<number> {
  let size = 0;
  for await (const chunk of body) size += chunk.length;
  return size;
}

describe('the local socket', () => {
  test('answers commands out of order, each to its own asker', async () => {
    let answerSlow = (): void => undefined;
    const slow = new Promise<void>((resolve) => (answerSlow = resolve));
    const engine = scriptedEngine({
      'transfers.list': async () => {
        await slow;
        return ok({ jobs: [] });
      },
      'connections.list': () => ok({ connections: [] }),
    });
    const { remote } = await connectTo(engine);
    const first = remote.call('transfers.list', {});
    expect(await remote.call('connections.list', {})).toEqual(ok({ connections: [] }));
    answerSlow();
    expect(await first).toEqual(ok({ jobs: [] }));
    expect(engine.asked).toHaveLength(2);
  });

  test('carries failures, exceptions too, as values', async () => {
    const engine = scriptedEngine({
      'transfers.list': () => err(appError('DiskFull', { path: '/x' })),
      'connections.list': () => {
        throw new Error('a bug');
      },
    });
    const { remote } = await connectTo(engine);
    expect(await remote.dispatch('transfers.list', {})).toEqual(err(appError('DiskFull', { path: '/x' })));
    expect(await remote.dispatch('connections.list', {})).toMatchObject({ error: { code: 'UnexpectedFailure' } });
    expect(await remote.dispatch('no.such', {})).toMatchObject({ error: { code: 'InvalidInput' } });
  });

  test('passes event batches on in order', async () => {
    const engine = scriptedEngine();
    const { remote } = await connectTo(engine);
    const seen: number[] = [];
    remote.subscribe((batch) => void seen.push(batch.seq));
    await remote.dispatch('connections.list', {});
    for (let seq = 1; seq <= 100; seq++) engine.emit({ seq, events: [] });
    await expect.poll(() => seen.length).toBe(100);
    expect(seen).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
  });

  test('only this user may connect', async () => {
    const { path } = await connectTo(scriptedEngine());
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  test('rubbish on the socket costs the sender its connection and nobody else anything', async () => {
    const { remote, path } = await connectTo(scriptedEngine({ 'connections.list': () => ok({ connections: [] }) }));
    for (const line of ['not json\n', '{"id":"x"}\n', '{"stream":{"direction":"sideways"}}\n', '[]\n']) {
      const socket = connect(path);
      socket.on('error', () => undefined);
      socket.resume();
      socket.write(line);
      await once(socket, 'close');
    }
    expect(await remote.call('connections.list', {})).toEqual(ok({ connections: [] }));
  });

  test('whoever asked is told when the engine goes away', async () => {
    const engine = scriptedEngine({ 'transfers.list': () => new Promise(() => undefined) });
    const { remote, server } = await connectTo(engine);
    const lost = new Promise<void>((resolve) => remote.onLost(resolve));
    const asked = remote.call('transfers.list', {});
    await expect.poll(() => engine.asked.length).toBe(1);
    await server.close();
    expect(await asked).toMatchObject({ ok: false, error: { code: 'EngineUnavailable' } });
    await lost;
    expect(await remote.call('transfers.list', {})).toMatchObject({ error: { code: 'EngineUnavailable' } });
  });

  test('a body goes up whole, whatever its chunks', async () => {
    const engine = scriptedEngine(
      {},
      { put: async (_place, body) => ok({ sizeBytes: await sizeOf(body), verification: 'size' as const }) },
    );
    const { remote } = await connectTo(engine);
    for (const [count, chunk] of [
      [0, 1],
      [1, 1],
      [5000, 7],
      [10_000_000, 3_000_000],
    ] as const) {
      const result = await remote.streams.put(place, bytes(count, chunk));
      expect(result).toEqual(ok({ sizeBytes: count, verification: 'size' }));
    }
  });

  test('a body that breaks off on its way up is never taken for a whole one', async () => {
    let outcome: unknown;
    const engine = scriptedEngine(
      {},
      {
        put: async (_place, body) => {
          try {
            return ok({ sizeBytes: await sizeOf(body), verification: 'size' as const });
          } catch (failure) {
            outcome = failure;
            throw failure;
          }
        },
      },
    );
    const { remote } = await connectTo(engine);
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield Buffer.alloc(100);
      throw new AppErrorException(appError('SourceChanged'));
    }
    expect(await remote.streams.put(place, broken())).toMatchObject({ error: { code: 'SourceChanged' } });
    await expect.poll(() => outcome).toBeInstanceOf(AppErrorException);
  });

  test('an engine that refuses a body at once stops it, however long it is', async () => {
    const engine = scriptedEngine({}, { put: async () => err(appError('NoSuchBucket', { bucket: 'b' })) });
    const { remote } = await connectTo(engine);
    let sent = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) {
        sent += 65_536;
        yield Buffer.alloc(65_536);
      }
    }
    expect(await remote.streams.put(place, endless())).toMatchObject({ error: { code: 'NoSuchBucket' } });
    expect(sent).toBeGreaterThan(0);
  });

  test('a body comes down whole', async () => {
    const engine = scriptedEngine({}, { get: async () => ok({ details, body: bytes(3_000_000, 65_536) }) });
    const { remote } = await connectTo(engine);
    const whole = await remote.streams.get(place);
    if (!whole.ok) throw new Error(whole.error.code);
    expect(whole.value.details).toEqual(details);
    expect(await sizeOf(whole.value.body)).toBe(3_000_000);
  });

  test('a listing comes down whole from memory that is used again, and says when it fails on the way', async () => {
    async function* reused(): AsyncGenerator<Uint8Array> {
      const memory = Buffer.alloc(300_000);
      for (let at = 0; at < 20; at += 1) yield memory.fill(97 + at);
      throw new AppErrorException(appError('AccessDenied', { bucket: 'b' }));
    }
    const { remote } = await connectTo(scriptedEngine({}, { list: async () => ok({ body: reused() }) }));
    const opened = await remote.streams.list({ connectionId: 'c-1', bucket: 'b', prefix: '' });
    if (!opened.ok) throw new Error(opened.error.code);
    const seen: Uint8Array[] = [];
    const reading = (async () => {
      for await (const chunk of opened.value.body) seen.push(Uint8Array.from(chunk));
    })();
    await expect(reading).rejects.toMatchObject({ error: { code: 'AccessDenied' } });
    const letters = Array.from({ length: 20 }, (_, at) => Buffer.alloc(300_000, 97 + at));
    expect(Buffer.concat(seen).equals(Buffer.concat(letters))).toBe(true);
  });

  test('a body that fails its checksum on the way down throws after its bytes', async () => {
    async function* corrupt(): AsyncGenerator<Uint8Array> {
      yield Buffer.alloc(10);
      throw new AppErrorException(appError('ChecksumMismatch', { key: 'k' }));
    }
    const { remote } = await connectTo(scriptedEngine({}, { get: async () => ok({ details, body: corrupt() }) }));
    const opened = await remote.streams.get(place);
    if (!opened.ok) throw new Error(opened.error.code);
    await expect(sizeOf(opened.value.body)).rejects.toMatchObject({ error: { code: 'ChecksumMismatch' } });
  });

  test('a reader that is slow holds the engine back instead of filling memory', async () => {
    let produced = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) {
        produced += 65_536;
        yield Buffer.alloc(65_536);
      }
    }
    const { remote } = await connectTo(scriptedEngine({}, { get: async () => ok({ details, body: endless() }) }));
    const opened = await remote.streams.get(place);
    if (!opened.ok) throw new Error(opened.error.code);
    const body = opened.value.body[Symbol.asyncIterator]();
    await body.next();
    let before = -1;
    await expect
      .poll(
        () => {
          const still = produced === before;
          before = produced;
          return still;
        },
        { interval: 100 },
      )
      .toBe(true);
    expect(produced).toBeLessThan(4_000_000);
    await body.return?.();
  });
});

describe('the path of the socket', () => {
  test('lies in the data folder', async () => {
    expect(await localSocketPath(dataDir)).toEqual(ok(join(dataDir, 'engine.sock')));
  });

  test('lies in a folder of our own below the temporary one when the data folder is too deep', async () => {
    const deep = join(dataDir, 'x'.repeat(120));
    const path = await localSocketPath(deep);
    if (!path.ok) throw new Error(path.error.code);
    expect(Buffer.byteLength(path.value)).toBeLessThanOrEqual(100);
    const folder = await lstat(join(path.value, '..'));
    expect(folder.mode & 0o077).toBe(0);
    expect(await localSocketPath(`${deep}y`)).not.toEqual(path);
  });
});

describe('holding a data folder', () => {
  const hold = async (engine: Engine): Promise<HeldEngine> => {
    const held = await holdDataFolder({ dataDir, openEngine: async () => ok(engine) });
    if (!held.ok) throw new Error(held.error.code);
    closers.push(() => held.value.engine.close());
    return held.value;
  };
  /** In another process: two holders in one would share the lock file (see main/db/lock.ts). */
  const startHolder = async () => {
    const program = `
      import { holdDataFolder } from ${JSON.stringify(join(import.meta.dirname, '../../main/ipc/hold-data-folder.ts'))};
      import { scriptedEngine } from ${JSON.stringify(join(import.meta.dirname, '../fakes/scripted-engine.ts'))};
      const engine = scriptedEngine({
        'buckets.location': () => ({ ok: true, value: { region: String(process.pid) } }),
        'events.snapshot': () => ({ ok: true, value: { seq: 7 } }),
      });
      const held = await holdDataFolder({ dataDir: ${JSON.stringify(dataDir)}, openEngine: async () => ({ ok: true, value: engine }) });
      console.log(held.value.role);
      process.on('SIGTERM', () => held.value.engine.close().then(() => process.exit(0)));
    `;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exited = once(child, 'exit');
    closers.push(async () => {
      child.kill('SIGKILL');
      await exited;
    });
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    return { child, exited, role: line.toString().trim() };
  };
  const locationOf = (held: HeldEngine) => held.engine.call('buckets.location', { connectionId: 'c', bucket: 'b' });

  test('the first is the holder; the next in another process its guest, on the same engine', async () => {
    const holder = await startHolder();
    expect(holder.role).toBe('holder');
    const guest = await hold(scriptedEngine());
    expect(guest.role).toBe('guest');
    expect(await locationOf(guest)).toEqual(ok({ region: String(holder.child.pid) }));
  });

  test('a holder knows its guests and can wait for them', async () => {
    const holder = await hold(scriptedEngine());
    expect(holder.guestCount()).toBe(0);
    await holder.whenNoGuests();
    const guest = await startHolder();
    expect(guest.role).toBe('guest');
    expect(holder.guestCount()).toBe(1);
    const alone = holder.whenNoGuests();
    guest.child.kill('SIGKILL');
    await alone;
    expect(holder.guestCount()).toBe(0);
  });

  for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
    test(`after ${signal} of the holder a guest takes the folder over and goes on`, async () => {
      const holder = await startHolder();
      const own = scriptedEngine({
        'buckets.location': () => ok({ region: 'here' }),
        'events.snapshot': () => ok({ seq: 0 }),
      });
      const guest = await hold(own);
      // The holder's engine is at its seventh batch.
      expect(await guest.engine.call('events.snapshot', {})).toMatchObject(ok({ seq: 7 }));
      const reattached = new Promise<void>((resolve) => guest.onReattached(resolve));
      const seqs: number[] = [];
      guest.engine.subscribe((batch) => void seqs.push(batch.seq));
      holder.child.kill(signal);
      await reattached;
      expect(await locationOf(guest)).toEqual(ok({ region: 'here' }));
      // A gap after 7, for which a window asks for a snapshot, and then goes on from that.
      expect(seqs).toEqual([9]);
      expect(await guest.engine.call('events.snapshot', {})).toMatchObject(ok({ seq: 9 }));
      own.emit({ seq: 1, events: [] });
      expect(seqs).toEqual([9, 10]);
      const next = await startHolder();
      expect(next.role).toBe('guest');
    });
  }

  test('a dead socket file does not stand in the way', async () => {
    const holder = await startHolder();
    holder.child.kill('SIGKILL');
    await holder.exited;
    expect((await hold(scriptedEngine())).role).toBe('holder');
  });

  test('a file that is no socket of ours is no obstacle either', async () => {
    await writeFile(join(dataDir, 'engine.sock'), 'old');
    expect((await hold(scriptedEngine())).role).toBe('holder');
  });

  test('an engine that cannot be opened is reported and the folder is free again', async () => {
    const failed = await holdDataFolder({ dataDir, openEngine: async () => err(appError('DatabaseNewer')) });
    expect(failed).toMatchObject({ ok: false, error: { code: 'DatabaseNewer' } });
    expect((await hold(scriptedEngine())).role).toBe('holder');
  });

  test('closing ends the engine, frees the folder, and is idempotent', async () => {
    const engine = scriptedEngine();
    const held = await hold(engine);
    await Promise.all([held.engine.close(), held.engine.close()]);
    expect(engine.isClosed()).toBe(true);
    expect((await hold(scriptedEngine())).role).toBe('holder');
  });
});
