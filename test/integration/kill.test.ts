import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type FaultyS3, startFaultyS3 } from '../fakes/faulty-s3.ts';
import type { SeenRequest } from '../fakes/seen-request.ts';
import { runBrigade, spawnBrigade } from '../servers/brigade.ts';
import { databaseOf, journaledParts } from '../servers/journaled-parts.ts';
import { hashFile, writeRandomFile } from '../servers/large-files.ts';
import { useSharedCeph } from '../servers/shared-ceph.ts';

/**
 * kill -9 in the middle of 1 GiB, on Ceph, with the built command: the second process goes on where the first one was
 * killed. The proxy between them counts what is really sent.
 */
const mebibyte = 1024 * 1024;
const partBytes = 8 * mebibyte;
const sizeBytes = 1024 * mebibyte;
const parts = sizeBytes / partBytes;
const bucket = `kill-${randomBytes(4).toString('hex')}`;
let work: string;
let source: string;
let sourceHash: string;
let proxy: FaultyS3;
let env: Record<string, string>;
let dataDir: string;

beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), 'brigade-kill-'));
  source = join(work, 'source.bin');
  await writeRandomFile(source, sizeBytes / mebibyte);
  sourceHash = await hashFile(source);
  const ceph = await useSharedCeph();
  proxy = await startFaultyS3(ceph.endpointUrl);
  env = {
    AWS_ACCESS_KEY_ID: ceph.accessKeyId,
    AWS_SECRET_ACCESS_KEY: ceph.secretAccessKey,
    AWS_ENDPOINT_URL: proxy.endpointUrl,
    AWS_REGION: ceph.region,
  };
  dataDir = join(work, 'setup');
  const made = await runBrigade(['mb', `s3://${bucket}`], { dataDir, env });
  if (made.code !== 0) throw new Error(made.stderr);
});
beforeEach(async () => {
  dataDir = await mkdtemp(join(work, 'data-'));
});
afterEach(() => proxy.clear());
afterAll(async () => {
  await runBrigade(['rm', '-r', `s3://${bucket}/`], { dataDir, env });
  await proxy.close();
  await rm(work, { recursive: true, force: true });
});

/** Runs the command until so many requests have been answered, then kills it. */
async function killAfter(
  args: readonly string[],
  count: number,
  matches: (request: SeenRequest) => boolean,
): Promise<void> {
  const child = spawnBrigade(args, { dataDir, env });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.stdout?.resume();
  child.stderr?.resume();
  await expect
    .poll(() => proxy.requests.filter(matches).filter((each) => each.isFinished).length, {
      timeout: 100_000,
      interval: 20,
    })
    .toBeGreaterThanOrEqual(count);
  child.kill('SIGKILL');
  await ended;
}

async function listed(): Promise<{ state: string }[]> {
  const { stdout } = await runBrigade(['transfers', '--json'], { dataDir, env });
  return stdout
    .toString()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { state: string });
}

const isPart = (request: SeenRequest) => request.method === 'PUT' && request.partNumber !== null;
const isRange = (request: SeenRequest) => request.method === 'GET' && request.key === 'big' && request.status === 206;
const partOfRange = ({ headers }: SeenRequest): number =>
  Number(/^bytes=(\d+)-/.exec(headers['range'] ?? '')?.[1]) / partBytes + 1;
/** The parts that are not among these. */
const allBut = (these: readonly number[]): Set<number> =>
  new Set(Array.from({ length: parts }, (_, index) => index + 1)).difference(new Set(these));

describe('[T5] [T16] [T60] killed in the middle of 1 GiB', () => {
  test('an upload resumes with the parts it has', async () => {
    await killAfter(['cp', source, `s3://${bucket}/big`], parts / 4, isPart);
    expect(await listed()).toMatchObject([{ state: 'interrupted' }]);
    const journaled = journaledParts(databaseOf(dataDir), 'big');
    expect(journaled.length).toBeGreaterThan(0);
    const marked = proxy.requests.length;

    const resumed = await runBrigade(['transfers', 'resume'], { dataDir, env });
    expect(resumed.stderr).not.toContain('rror');
    expect(resumed.code).toBe(0);
    // What was answered within the last moment may not have reached the journal: it is sent again, and nothing else.
    const after = proxy.requests.slice(marked).filter(isPart);
    expect(new Set(after.map((each) => each.partNumber))).toEqual(allBut(journaled));
    expect(new Set(proxy.sentParts(true)).size).toBe(parts);

    const down = await runBrigade(['cp', `s3://${bucket}/big`, join(work, 'check.bin')], { dataDir, env });
    expect(down.code).toBe(0);
    expect(await hashFile(join(work, 'check.bin'))).toBe(sourceHash);
  });

  test('a download resumes with the ranges it has, and the old file stands until the end', async () => {
    const folder = await mkdtemp(join(work, 'down-'));
    const target = join(folder, 'target.bin');
    await writeFile(target, 'old');
    const start = proxy.requests.length;
    await killAfter(
      ['cp', `s3://${bucket}/big`, target],
      start === 0 ? 0 : proxy.requests.filter(isRange).length + parts / 4,
      isRange,
    );
    expect(await listed()).toMatchObject([{ state: 'interrupted' }]);
    expect(createHash('sha256').update('old').digest('hex')).toBe(await hashFile(target));
    const journaled = journaledParts(databaseOf(dataDir), target);
    expect(journaled.length).toBeGreaterThan(0);
    const marked = proxy.requests.length;

    const resumed = await runBrigade(['transfers', 'resume'], { dataDir, env });
    expect(resumed.code).toBe(0);
    const after = proxy.requests.slice(marked).filter(isRange).map(partOfRange);
    expect(new Set(after)).toEqual(allBut(journaled));
    expect(await hashFile(target)).toBe(sourceHash);
    expect(await readdir(folder)).toEqual(['target.bin']);
  });
});
