import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startFaultyS3, type FaultyS3 } from '../fakes/faulty-s3.ts';
import { databaseOf, journaledParts } from '../servers/journaled-parts.ts';
import { brigadeFile, runBrigade, serveBrigade, spawnBrigade, type ServedBrigade } from '../servers/brigade.ts';
import { startTestLocalS3, type TestLocalS3 } from '../servers/local-s3.ts';

/** What becomes of processes and their work when they are stopped or killed. */
let server: TestLocalS3;
let slow: FaultyS3;
let folder = '';
let dataDir = '';
/** Five parts of 8 MiB, the last one shorter. */
const content = randomBytes(40_000_000);
const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

beforeAll(async () => {
  server = await startTestLocalS3();
  slow = await startFaultyS3(server.endpointUrl);
});
afterAll(async () => {
  await slow.close();
  await server.stop();
});

const leftovers: { kill(signal: NodeJS.Signals): unknown }[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'brigade-life-'));
  dataDir = join(folder, 'data');
  await writeFile(join(folder, 'big.bin'), content);
  slow.clear();
  await brigade(['mb', 's3://lifecycle']);
});
afterEach(async () => {
  for (const child of leftovers.splice(0)) child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
});

const env = () => ({
  AWS_ACCESS_KEY_ID: server.accessKeyId,
  AWS_SECRET_ACCESS_KEY: server.secretAccessKey,
  AWS_ENDPOINT_URL: slow.endpointUrl,
  AWS_REGION: 'us-east-1',
});
const brigade = (args: readonly string[]) => runBrigade(args, { dataDir, cwd: folder, env: env() });

function start(args: readonly string[]) {
  const child = spawnBrigade(args, { dataDir, cwd: folder, env: env() });
  leftovers.push(child);
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, stderr }));
  return { child, ended, stderr: () => stderr };
}

type Seen = FaultyS3['requests'][number];

/** From now on the bodies of such requests trickle: it would take minutes, so a transfer is surely met in its middle. */
const trickle = (match: (request: Seen) => boolean) =>
  slow.add({ match, fault: { type: 'slow', bytesPerSecond: 100_000 }, times: Number.POSITIVE_INFINITY });
const firstByte = ({ headers }: Seen): number => Number(/^bytes=(\d+)-/.exec(headers['range'] ?? '')?.[1] ?? 0);
const isLatePart = ({ partNumber }: Seen): boolean => (partNumber ?? 0) > 3;
const isLateRange = (request: Seen): boolean => request.method === 'GET' && firstByte(request) >= 3 * 8 * 2 ** 20;

/**
 * Until the first three parts are in the journal, and the others under way. A server's answer is not enough: what has
 * not reached the journal is moved again after a kill ([T5]).
 */
async function untilHalfDone(target: string, isLate: (request: Seen) => boolean): Promise<void> {
  await expect
    .poll(() => journaledParts(databaseOf(dataDir), target), { interval: 20, timeout: 60_000 })
    .toEqual([1, 2, 3]);
  await expect.poll(() => slow.requests.some(isLate), { interval: 20, timeout: 60_000 }).toBe(true);
}
const untilHalfUp = (key: string) => untilHalfDone(key, (request) => request.key === key && isLatePart(request));

/** The parts that were sent after the first `seen` requests, sorted. */
const partsSentAfter = (seen: number): number[] =>
  slow.requests
    .slice(seen)
    .flatMap(({ method, partNumber }) => (method === 'PUT' && partNumber !== null ? [partNumber] : []))
    .sort((a, b) => a - b);

const ofKey = (key: string): Seen[] => slow.requests.filter((request) => request.key === key);

/** What is sent to this key goes on when the test says so. */
const hold = (key: string, until: Promise<void>) =>
  slow.add({ match: (request) => request.key === key && request.method === 'PUT', fault: { type: 'hold', until } });

const untilAsked = (key: string) =>
  expect.poll(() => ofKey(key).some(({ method }) => method === 'PUT'), { interval: 20, timeout: 60_000 }).toBe(true);

async function jobs(): Promise<{ id: string; state: string; bytesDone: number }[]> {
  const { stdout } = await brigade(['transfers', '--json']);
  const lines = stdout.toString().split('\n');
  return lines
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { id: string; state: string; bytesDone: number });
}

async function expectUploaded(key: string, expected: Uint8Array = content): Promise<void> {
  const back = await brigade(['cp', `s3://lifecycle/${key}`, '-']);
  expect(back.code).toBe(0);
  expect(digest(back.stdout)).toBe(digest(expected));
}

const isAlive = (pid: number): boolean => {
  if (!existsSync(`/proc/${pid}/stat`)) return false;
  // A zombie has ended; only its parent has not looked yet.
  return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
};

describe('a command that is stopped', () => {
  test('by SIGINT leaves its upload resumable, and says how', async () => {
    trickle(isLatePart);
    const upload = start(['cp', 'big.bin', 's3://lifecycle/stopped']);
    await untilHalfUp('stopped');
    upload.child.kill('SIGINT');
    const { code, stderr } = await upload.ended;
    expect(code).toBe(1);
    expect(stderr).toContain('brigade transfers resume');
    expect(await jobs()).toMatchObject([{ state: 'interrupted' }]);
    slow.clear();
    const seen = slow.requests.length;
    expect(await brigade(['transfers', 'resume'])).toMatchObject({ code: 0 });
    expect(partsSentAfter(seen)).toEqual([4, 5]);
    expect(await jobs()).toMatchObject([{ state: 'done' }]);
    await expectUploaded('stopped');
  });

  test('by SIGKILL leaves its upload resumable just so', async () => {
    trickle(isLatePart);
    const upload = start(['cp', 'big.bin', 's3://lifecycle/killed']);
    await untilHalfUp('killed');
    upload.child.kill('SIGKILL');
    await upload.ended;
    slow.clear();
    const seen = slow.requests.length;
    expect(await brigade(['transfers', 'resume'])).toMatchObject({ code: 0 });
    expect(partsSentAfter(seen)).toEqual([4, 5]);
    await expectUploaded('killed');
  });

  test('in a download leaves no half file under the real name, and resumes', async () => {
    expect(await brigade(['cp', 'big.bin', 's3://lifecycle/down'])).toMatchObject({ code: 0 });
    trickle(isLateRange);
    const download = start(['cp', 's3://lifecycle/down', 'back.bin']);
    await untilHalfDone(join(folder, 'back.bin'), isLateRange);
    download.child.kill('SIGKILL');
    await download.ended;
    await expect(stat(join(folder, 'back.bin'))).rejects.toThrow('ENOENT');
    slow.clear();
    const seen = slow.requests.length;
    expect(await brigade(['transfers', 'resume'])).toMatchObject({ code: 0 });
    const fetched = slow.requests.slice(seen).filter(({ method }) => method === 'GET');
    expect(fetched.map(firstByte).sort((a, b) => a - b)).toEqual([3 * 8 * 2 ** 20, 4 * 8 * 2 ** 20]);
    expect(digest(await readFile(join(folder, 'back.bin')))).toBe(digest(content));
    expect((await readdir(folder)).sort()).toEqual(['back.bin', 'big.bin', 'data']);
  });

  test('while standard input flows makes no object', async () => {
    const upload = start(['cp', '-', 's3://lifecycle/stream']);
    upload.child.stdin?.on('error', () => undefined);
    upload.child.stdin?.write(content);
    await expect
      .poll(() => ofKey('stream').reduce((sum, { requestBytes }) => sum + requestBytes, 0), { timeout: 60_000 })
      .toBeGreaterThan(1_000_000);
    upload.child.kill('SIGINT');
    const { code, stderr } = await upload.ended;
    expect(code).toBe(1);
    expect(stderr).toContain('No object was made');
    expect((await brigade(['stat', 's3://lifecycle/stream'])).code).toBe(1);
  });

  test('as a guest pauses its job in the engine that goes on', async () => {
    const held = await serveBrigade({ dataDir, env: env() });
    leftovers.push({ kill: () => held.kill() });
    trickle(isLatePart);
    const upload = start(['cp', 'big.bin', 's3://lifecycle/guest']);
    await untilHalfUp('guest');
    upload.child.kill('SIGTERM');
    expect((await upload.ended).code).toBe(1);
    await expect.poll(async () => (await jobs())[0]?.state, { interval: 200, timeout: 30_000 }).toBe('paused');
    slow.clear();
    expect(await brigade(['transfers', 'resume'])).toMatchObject({ code: 0 });
    await expectUploaded('guest');
    await held.stop();
  });
});

describe('the engine of several commands', () => {
  test('that is killed is taken over by a guest, and its job is done in the end', async () => {
    const held: ServedBrigade = await serveBrigade({ dataDir, env: env() });
    trickle(isLatePart);
    const upload = start(['cp', 'big.bin', 's3://lifecycle/over']);
    await untilHalfUp('over');
    await held.kill();
    slow.clear();
    expect(await upload.ended).toMatchObject({ code: 0 });
    await expectUploaded('over');
  });

  test('that is stopped hands over too', async () => {
    const held = await serveBrigade({ dataDir, env: env() });
    trickle(isLatePart);
    const upload = start(['cp', 'big.bin', 's3://lifecycle/handed']);
    await untilHalfUp('handed');
    // The one who serves was asked to end: it does not wait for guests that have hours of work.
    const stopped = held.stop();
    slow.clear();
    await stopped;
    expect(await upload.ended).toMatchObject({ code: 0 });
    await expectUploaded('handed');
  });

  test('that has done its own work waits for its guests', async () => {
    const [secondCame, firstWaits] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    hold('first', secondCame.promise);
    hold('second', firstWaits.promise);
    const small = content.subarray(0, 6_000_000);
    await writeFile(join(folder, 'small.bin'), small);
    const first = start(['cp', 'small.bin', 's3://lifecycle/first']);
    await untilAsked('first');
    const second = start(['cp', 'small.bin', 's3://lifecycle/second']);
    await untilAsked('second');
    secondCame.resolve();
    await expect.poll(() => first.stderr(), { timeout: 60_000 }).toContain('Other brigade commands');
    firstWaits.resolve();
    expect(await second.ended).toMatchObject({ code: 0 });
    expect(await first.ended).toMatchObject({ code: 0 });
    await expectUploaded('second', small);
  });
});

describe('killing the process that was started', () => {
  /** A Node of the machine that cannot run the engine: there brigade.mjs starts another one. */
  const olderNode = ['/usr/bin/node', '/usr/local/bin/node'].find((path) => existsSync(path));

  async function survivorsOf(node: string): Promise<number[]> {
    const child = spawn(node, [brigadeFile, 'serve', '--data-dir', dataDir], {
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { PATH: process.env['PATH'], HOME: folder, BRIGADE_VAULT_PASSPHRASE: 'x' },
    });
    leftovers.push(child);
    await once(child.stdout, 'data');
    const pids = descendantsOf(child.pid ?? 0);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const survivors = (): number[] => pids.filter((pid) => isAlive(pid));
    await expect.poll(survivors).toEqual([]);
    // The lock died with it: the next one is a holder at once.
    const next = await serveBrigade({ dataDir });
    leftovers.push({ kill: () => next.kill() });
    await next.stop();
    return survivors();
  }

  function descendantsOf(pid: number): number[] {
    const path = `/proc/${pid}/task/${pid}/children`;
    const children = existsSync(path) ? readFileSync(path, 'utf8').split(' ').filter(Boolean).map(Number) : [];
    return [pid, ...children.flatMap((child) => descendantsOf(child))];
  }

  test('stops everything it started', async () => {
    expect(await survivorsOf(process.execPath)).toEqual([]);
  });

  if (olderNode !== undefined) {
    test("stops everything it started, started by the machine's own Node too", async () => {
      expect(await survivorsOf(olderNode)).toEqual([]);
    });

    test("passes signals and exit codes through the machine's own Node", async () => {
      const bad = spawn(olderNode, [brigadeFile, 'nonsense'], { stdio: 'ignore' });
      expect((await once(bad, 'exit'))[0]).toBe(2);
      const child = spawn(olderNode, [brigadeFile, 'serve', '--data-dir', dataDir], {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { PATH: process.env['PATH'], HOME: folder },
      });
      leftovers.push(child);
      let stderr = '';
      child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
      await once(child.stdout, 'data');
      child.kill('SIGINT');
      expect((await once(child, 'close'))[0]).toBe(0);
      expect(stderr).toContain('Finishing');
    });
  }
});

describe('the window in a browser', () => {
  const portOf = (url: string): string => new URL(url).port;

  test('keeps its address from one start to the next, unless somebody else has taken it', async () => {
    const first = await serveBrigade({ dataDir });
    await first.stop();
    const again = await serveBrigade({ dataDir });
    expect(portOf(again.url)).toBe(portOf(first.url));
    await again.stop();

    const other = createServer().listen(Number(portOf(first.url)), '127.0.0.1');
    await once(other, 'listening');
    const moved = await serveBrigade({ dataDir });
    expect(portOf(moved.url)).not.toBe(portOf(first.url));
    await moved.stop();
    other.close();
  });
});
