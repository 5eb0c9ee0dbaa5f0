import { AbortMultipartUploadCommand, CreateMultipartUploadCommand, S3Client } from '@aws-sdk/client-s3';
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { runBrigade, serveBrigade, type BrigadeOutcome, type ServedBrigade } from '../servers/brigade.ts';
import { runCommandHere } from '../servers/command-here.ts';
import { startTestLocalS3 } from '../servers/local-s3.ts';

type Server = { readonly endpointUrl: string; readonly accessKeyId: string; readonly secretAccessKey: string };

/** Of the test that runs now; set before each. */
export let folder = '';
export let dataDir = '';
export let bucket = '';
export let server: Server;
/** Holds the data folder of all tests of a file. */
let held: ServedBrigade | null = null;

const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

export type RunOptions = {
  stdin?: Readable | Uint8Array | string;
  env?: Record<string, string | undefined>;
  cwd?: string;
};

export const credentials = (): Record<string, string> => ({
  AWS_ACCESS_KEY_ID: server.accessKeyId,
  AWS_SECRET_ACCESS_KEY: server.secretAccessKey,
  AWS_ENDPOINT_URL: server.endpointUrl,
  AWS_REGION: 'us-east-1',
});

/** A guest of serve runs in this process, any other in one of its own. */
export function brigade(args: readonly string[], { env, ...options }: RunOptions = {}): Promise<BrigadeOutcome> {
  const run = held === null ? runBrigade : runCommandHere;
  return run(args, { dataDir, cwd: folder, ...options, env: { ...credentials(), ...env } });
}

/** Runs a command that has to work; its standard output. */
export async function done(args: readonly string[], options: RunOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await brigade(args, options);
  expect({ args, code, stderr }).toMatchObject({ code: 0 });
  return stdout.toString();
}

/** Runs a command that has to fail; what it said. */
export async function fails(code: 1 | 2, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const outcome = await brigade(args, options);
  expect({ args, ...outcome, stdout: outcome.stdout.toString() }).toMatchObject({ code, stdout: '' });
  expect(outcome.stderr).not.toContain('unexpected failure');
  return outcome.stderr;
}

export const rows = (text: string): Record<string, unknown>[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

export async function writeTree(files: Readonly<Record<string, Uint8Array | string>>): Promise<string> {
  const root = await mkdtemp(join(folder, 'tree-'));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), content);
  }
  return root;
}

async function readTree(root: string): Promise<Record<string, string>> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const pairs = await Promise.all(
    files.map(async (file) => [file.slice(root.length + 1), digest(await readFile(file))]),
  );
  return Object.fromEntries(pairs.sort(([a = ''], [b = '']) => (a < b ? -1 : 1))) as Record<string, string>;
}

export async function localServer(): Promise<{ server: Server; stop: () => Promise<void> }> {
  const local = await startTestLocalS3();
  return { server: local, stop: () => local.stop() };
}

/**
 * Every row of interfaces.md that is a command. Commands find the data folder free, or held by a `brigade serve`:
 * nothing else may differ. Each server and mode has a test file of its own, so that they run side by side.
 */
export function commandSuite(
  startServer: () => Promise<{ server: Server; stop: () => Promise<void> }>,
  mode: 'the only process' | 'a guest of serve',
  /** Tests of what only this server can do. */
  more: () => void = () => undefined,
): void {
  let stopServer: () => Promise<void>;
  let heldFolder: string | null = null;
  beforeAll(async () => {
    const started = await startServer();
    ({ server } = started);
    stopServer = started.stop;
    if (mode === 'the only process') return;
    heldFolder = await mkdtemp(join(tmpdir(), 'brigade-cli-held-'));
    held = await serveBrigade({ dataDir: heldFolder });
  });
  afterAll(async () => {
    await held?.stop();
    held = null;
    if (heldFolder !== null) await rm(heldFolder, { recursive: true, force: true, maxRetries: 5 });
    await stopServer();
  });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'brigade-cli-'));
    dataDir = heldFolder ?? join(folder, 'data');
    bucket = `cli-${randomBytes(6).toString('hex')}`;
  });
  afterEach(async () => {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  describe(`as ${mode}`, () => {
    beforeEach(async () => {
      await done(['mb', `s3://${bucket}`]);
    });
    more();

    test('--skip-same leaves out what is there with the same content, up and down, and mv lets its source go', async () => {
      const source = await writeTree({ same: 'same', other: 'mine!' });
      for (const name of ['same', 'other']) await utimes(join(source, name), 1_700_000_000, 1_700_000_000);
      await done(['cp', '-r', source, `s3://${bucket}/in`]);
      await writeFile(join(source, 'other'), 'yours');
      const again = async (...args: string[]) => {
        const [summary] = rows(await done([...args, '--skip-same', '--json']));
        return [summary?.['filesDone'], summary?.['filesSkipped']];
      };
      expect(await again('cp', '-r', source, `s3://${bucket}/in`)).toEqual([1, 1]);
      expect(await again('cp', '-r', source, `s3://${bucket}/in`, '--conflict', 'fail')).toEqual([0, 2]);
      expect(await again('cp', '-r', `s3://${bucket}/in`, source)).toEqual([0, 2]);
      await utimes(join(source, 'other'), 1_700_000_000, 1_700_000_000);
      expect(await again('mv', '-r', source, `s3://${bucket}/in`)).toEqual([0, 2]);
      expect(await readTree(source)).toEqual({});
    });

    test('a folder goes up and comes back byte for byte', async () => {
      const files = {
        empty: '',
        'a.txt': 'a',
        'sub/b.bin': randomBytes(300_000),
        'sub/deep/ä é 日本 (1).txt': 'umlauts',
        'big.bin': randomBytes(12_000_000),
      };
      const source = await writeTree(files);
      await done(['cp', '-r', source, `s3://${bucket}/in`]);
      const target = join(folder, 'back');
      await done(['cp', '-r', `s3://${bucket}/in/`, target]);
      expect(await readTree(target)).toEqual(await readTree(source));
      const listed = rows(await done(['ls', '-r', '--json', `s3://${bucket}/in/`]));
      expect(listed.map(({ key }) => key)).toEqual(
        ['a.txt', 'big.bin', 'empty', 'sub/b.bin', 'sub/deep/ä é 日本 (1).txt'].map((name) => `in/${name}`),
      );
      for (const row of listed) {
        expect(Object.keys(row)).toEqual(['key', 'sizeBytes', 'lastModified', 'etag', 'storageClass']);
        expect(row).toMatchObject({ sizeBytes: expect.any(Number) as number, etag: expect.any(String) as string });
        expect(new Date(String(row['lastModified'])).getFullYear()).toBeGreaterThan(2020);
      }
    });

    test('a single file, a copy in the bucket, a move, and rm', async () => {
      await writeFile(join(folder, 'one.txt'), 'one');
      await done(['cp', 'one.txt', `s3://${bucket}/d/`]);
      await done(['cp', `s3://${bucket}/d/one.txt`, `s3://${bucket}/copy`]);
      await done(['mv', `s3://${bucket}/copy`, `s3://${bucket}/moved`]);
      await done(['cp', `s3://${bucket}/moved`, 'back.txt']);
      expect(await readFile(join(folder, 'back.txt'), 'utf8')).toBe('one');
      await done(['mv', 'one.txt', `s3://${bucket}`]);
      await expect(stat(join(folder, 'one.txt'))).rejects.toThrow('ENOENT');
      const keys = async () => rows(await done(['ls', '-r', '--json', `s3://${bucket}`])).map(({ key }) => key);
      expect(await keys()).toEqual(['d/one.txt', 'moved', 'one.txt']);
      await done(['rm', `s3://${bucket}/moved`]);
      await done(['rm', `s3://${bucket}/moved`]);
      expect(await keys()).toEqual(['d/one.txt', 'one.txt']);
      expect(rows(await done(['rm', '-r', '--json', `s3://${bucket}/d`]))).toEqual([
        { key: 'd/one.txt', deleted: true },
      ]);
      expect(await keys()).toEqual(['one.txt']);
      await done(['rm', '-r', `s3://${bucket}`]);
      await done(['rb', `s3://${bucket}`]);
      const buckets = rows(await done(['ls', '--json']));
      expect(buckets.map(({ name }) => name)).not.toContain(bucket);
    });

    test('a stream of unknown length goes up and comes back', async () => {
      const content = randomBytes(20_000_003);
      const chunks = Array.from({ length: 201 }, (_, index) =>
        content.subarray(index * 100_000, (index + 1) * 100_000),
      );
      await done(['cp', '-', `s3://${bucket}/stream`], { stdin: Readable.from(chunks) });
      const back = await brigade(['cp', `s3://${bucket}/stream`, '-']);
      expect(back.code).toBe(0);
      expect(digest(back.stdout)).toBe(digest(content));
      await done(['cp', '-', `s3://${bucket}/empty`], { stdin: '' });
      expect((await brigade(['cp', `s3://${bucket}/empty`, '-'])).stdout).toHaveLength(0);
      expect(await fails(1, ['cp', `s3://${bucket}/none`, '-'])).toContain('none');
      expect(await fails(1, ['cp', '-', `s3://${bucket}-none/x`], { stdin: randomBytes(1_000_000) })).toMatch(/\w/);
    });

    test('what exists is overwritten, skipped, kept beside, or a failure', async () => {
      const source = await writeTree({ 'a.txt': 'new', 'b.txt': 'b' });
      const put = async (text: string) => done(['cp', '-', `s3://${bucket}/a.txt`], { stdin: text });
      const get = async (key: string) => (await brigade(['cp', `s3://${bucket}/${key}`, '-'])).stdout.toString();
      await put('old');
      await done(['cp', '-r', '--conflict', 'skip', source, `s3://${bucket}`]);
      expect(await get('a.txt')).toBe('old');
      expect(await get('b.txt')).toBe('b');
      const failed = await brigade(['cp', '-r', '--conflict', 'fail', '--json', source, `s3://${bucket}`]);
      expect(failed.code).toBe(1);
      expect(failed.stderr).toContain('a.txt');
      expect(rows(failed.stdout.toString())[0]).toMatchObject({ state: 'failed', filesFailed: 2 });
      expect(await get('a.txt')).toBe('old');
      await done(['cp', '-r', '--conflict', 'keep-both', source, `s3://${bucket}`]);
      expect(rows(await done(['ls', '-r', '--json', `s3://${bucket}`]))).toHaveLength(4);
      await done(['cp', '-r', source, `s3://${bucket}`]);
      expect(await get('a.txt')).toBe('new');
    });

    test('presign, location, stat, tags', async () => {
      await done(['cp', '-', `s3://${bucket}/hello.txt`], { stdin: 'hello' });
      const url = (await done(['presign', `s3://${bucket}/hello.txt`, '--expires-in', '60'])).trim();
      expect(await (await fetch(url)).text()).toBe('hello');
      expect((await done(['location', `s3://${bucket}`])).trim()).toMatch(/^[a-z0-9-]+$/);
      const [details] = rows(await done(['stat', '--json', `s3://${bucket}/hello.txt`]));
      expect(details).toMatchObject({ key: 'hello.txt', sizeBytes: 5, metadata: {} });
      expect(await done(['stat', `s3://${bucket}/hello.txt`])).toContain('5 B');
      const tags = ['tags', `s3://${bucket}/hello.txt`];
      await done([...tags, '--set', 'colour=dark blue', '--set', 'size=1=2']);
      expect(await done([...tags, '--remove', 'size', '--set', 'name='])).toBe('colour=dark blue\nname=\n');
      expect(rows(await done([...tags, '--json']))).toEqual([{ tags: { colour: 'dark blue', name: '' } }]);
      const many = Array.from({ length: 9 }, (_, index) => ['--set', `t${index}=`]).flat();
      expect(await fails(1, [...tags, ...many])).toContain('at most 10 tags');
    });

    test('one level of a listing has folders and objects; keys are whole, rows line by line', async () => {
      const source = await writeTree({ top: '1', 'in/a': '22', 'in/b': '333', 'other/c': '' });
      await done(['cp', '-r', source, `s3://${bucket}`]);
      expect(rows(await done(['ls', '--json', `s3://${bucket}`]))).toMatchObject([
        { key: 'in/', sizeBytes: 0, etag: null },
        { key: 'other/', etag: null },
        { key: 'top', sizeBytes: 1 },
      ]);
      expect(rows(await done(['ls', '--json', `s3://${bucket}/in/`])).map(({ key }) => key)).toEqual(['in/a', 'in/b']);
      expect(rows(await done(['ls', '--json', `s3://${bucket}/i`])).map(({ key }) => key)).toEqual(['in/']);
      expect(await done(['ls', `s3://${bucket}/nothing/`])).toBe('');
      const human = await done(['ls', `s3://${bucket}`]);
      expect(human.split('\n').map((line) => line.trim().split(/\s+/).at(-1))).toEqual(['in/', 'other/', 'top', '']);
    });

    test('a saved connection works in place of the environment', async () => {
      const file = join(folder, 'connection.json');
      const connection = {
        name: 'Test server',
        auth: { type: 'accessKey', accessKeyId: server.accessKeyId, secretAccessKey: server.secretAccessKey },
        endpointUrl: server.endpointUrl,
        pathStyle: true,
        region: 'us-east-1',
      };
      await writeFile(file, JSON.stringify(connection));
      const bare = { env: { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', AWS_ENDPOINT_URL: '', AWS_REGION: '' } };
      const [before] = rows(await done(['connections', 'test', '--file', file, '--json'], bare));
      expect(before).toMatchObject({ ok: true });
      await done(['connections', 'add', '--file', file], bare);
      const listed = await done(['connections', 'list', '--json'], bare);
      expect(rows(listed)).toMatchObject([{ name: 'Test server', auth: { accessKeyId: server.accessKeyId } }]);
      expect(listed).not.toContain(server.secretAccessKey);
      const [tested] = rows(await done(['connections', 'test', 'test SERVER', '--json'], bare));
      expect(Object.keys(tested ?? {})).toEqual(['ok', 'steps', 'permissions']);
      for (const step of (tested?.['steps'] ?? []) as object[])
        expect(Object.keys(step)).toEqual(['name', 'ok', 'detail']);
      await done(['cp', '--connection', 'Test server', '-', `s3://${bucket}/via`], { ...bare, stdin: 'x' });
      expect(rows(await done(['ls', '--connection', 'test server', '--json', `s3://${bucket}`], bare))).toHaveLength(1);
      expect(await done(['connections', 'policy', 'Test server'], bare)).toContain('s3:ListAllMyBuckets');
      const [policy] = rows(await done(['connections', 'policy', 'Test server', '--json'], bare));
      expect(policy).toMatchObject({ permissionsPolicy: { Version: '2012-10-17' } });
      expect(await fails(1, ['connections', 'add', '--file', file], bare)).toContain('Test server');
      await done(['connections', 'remove', 'Test server'], bare);
      expect(await fails(1, ['ls', '--connection', 'Test server'], bare)).toContain('Test server');
    });

    test('transfers shows the journal', async () => {
      await writeFile(join(folder, 'f'), 'f');
      await done(['cp', 'f', `s3://${bucket}/f`]);
      const job = rows(await done(['transfers', '--json'])).at(-1);
      expect(job).toMatchObject({ kind: 'upload', state: 'done', filesTotal: 1, filesDone: 1, bytesTotal: 1 });
      expect(JSON.stringify(job)).not.toContain(server.secretAccessKey);
      expect(await done(['transfers'])).toContain(String(job?.['id']));
      expect((await brigade(['transfers', 'resume'])).stderr).toContain('Nothing to resume');
      expect(await fails(1, ['transfers', 'retry', 'no-such-job'])).toContain('no-such-job');
      expect(await fails(1, ['transfers', 'cancel', 'no-such-job'])).toContain('no-such-job');
    });

    test('transfers limit shows and sets the limits', async () => {
      expect(await done(['transfers', 'limit'])).toBe('now        up off, down off\n');
      expect(await done(['transfers', 'limit', '--up', '2M', '--down', '500k'])).toContain(
        'up 2.0 MB/s, down 500 KB/s',
      );
      const [view] = rows(await done(['transfers', 'limit', '--up', 'off', '--json']));
      expect(view).toMatchObject({ now: { upBytesPerSecond: null, downBytesPerSecond: 500_000, untilMs: null } });
      expect(await done(['transfers', 'limit'])).toContain('up off, down 500 KB/s');
      // Other tests may share the data folder.
      await done(['transfers', 'limit', '--down', 'off']);
    });

    test('transfers limit --during makes a schedule, --no-schedule forgets it', async () => {
      await done(['transfers', 'limit', '--up', '2M', '--during', 'Mon-Fri 8:00-18:00']);
      await done(['transfers', 'limit', '--down', '1M', '--during', '22:00-6:00']);
      // The same hours again are the same entry.
      const shown = await done([
        'transfers',
        'limit',
        '--up',
        '3M',
        '--down',
        '1M',
        '--during',
        'fri,mon-thu 08:00-18:00',
      ]);
      expect(shown.split('\n').slice(1)).toEqual([
        'otherwise  up off, down off',
        'schedule   Mon Tue Wed Thu Fri Sat Sun 22:00-06:00  up off, down 1.0 MB/s',
        'schedule   Mon Tue Wed Thu Fri 08:00-18:00  up 3.0 MB/s, down 1.0 MB/s',
        '',
      ]);
      expect(await done(['transfers', 'limit', '--no-schedule'])).toBe('now        up off, down off\n');
    });

    test('transfers first and priority name a job that is not there', async () => {
      expect(await fails(1, ['transfers', 'first', 'no-such-job'])).toContain('no-such-job');
      expect(await fails(1, ['transfers', 'priority', 'no-such-job', 'high'])).toContain('no-such-job');
      await writeFile(join(folder, 'f'), 'f');
      await done(['cp', 'f', `s3://${bucket}/f`]);
      const job = rows(await done(['transfers', '--json'])).at(-1);
      await done(['transfers', 'priority', String(job?.['id']), 'low']);
      const again = rows(await done(['transfers', '--json'])).find(({ id }) => id === job?.['id']);
      expect(again).toMatchObject({ priority: 'low' });
    });

    test("transfers uploads lists other programs' unfinished uploads, and clean leaves them alone", async () => {
      const client = new S3Client({
        endpoint: server.endpointUrl,
        region: 'us-east-1',
        forcePathStyle: true,
        credentials: { accessKeyId: server.accessKeyId, secretAccessKey: server.secretAccessKey },
      });
      const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key: 'in/theirs' }));
      const listed = async (where: string) => rows(await done(['transfers', 'uploads', where, '--json']));
      expect(await listed(`s3://${bucket}`)).toMatchObject([{ key: 'in/theirs', owner: 'other', uploadId: UploadId }]);
      expect(await listed(`s3://${bucket}/elsewhere/`)).toEqual([]);
      expect(await done(['transfers', 'uploads', `s3://${bucket}/in/`])).toContain('of another program');
      expect((await brigade(['transfers', 'uploads'])).stderr).toContain('No unfinished uploads');
      expect(await fails(1, ['transfers', 'clean', String(UploadId)])).toContain('left behind by this app');
      expect((await brigade(['transfers', 'clean', '--all'])).stderr).toContain('Cleaned up 0');
      expect(await listed(`s3://${bucket}`)).toHaveLength(1);
      await client.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key: 'in/theirs', UploadId }));
      client.destroy();
    });

    test('failures are named, say what to do, and are 1', async () => {
      expect(await fails(1, ['cp', 'missing.txt', `s3://${bucket}/x`])).toContain('missing.txt');
      expect(await fails(1, ['cp', '-r', 'missing', `s3://${bucket}/x`])).toContain('missing');
      expect(await fails(1, ['cp', `s3://${bucket}/none`, 'x'])).toContain('none');
      expect(await fails(1, ['ls', `s3://${bucket}-none`])).toContain(`${bucket}-none`);
      expect(await fails(1, ['stat', `s3://${bucket}/none`])).toContain('none');
      await done(['cp', '-', `s3://${bucket}/x`], { stdin: 'x' });
      expect(await fails(1, ['rb', `s3://${bucket}`])).toContain(bucket);
      const wrong = { env: { AWS_SECRET_ACCESS_KEY: 'wrong' } };
      expect(await fails(1, ['ls'], wrong)).toMatch(/SignatureDoesNotMatch|AccessDenied/); // Ceph says the latter
      expect(await fails(1, ['ls', '--endpoint-url', 'http://127.0.0.1:9'])).toMatch(
        /Nothing listens at 127\.0\.0\.1:9\.[^]*EndpointUnreachable/,
      );
      const none = { env: { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' } };
      expect(await fails(1, ['ls'], none)).toMatch(/CredentialsMissing/);
    });

    test('one file of a folder that fails is named; the others are done', async () => {
      const source = await writeTree({ good: 'g', bad: 'b' });
      await done(['cp', '-r', source, `s3://${bucket}/p`]);
      const target = join(folder, 'target');
      await mkdir(join(target, 'bad'), { recursive: true });
      await writeFile(join(target, 'bad', 'in the way'), '');
      const outcome = await brigade(['cp', '-r', `s3://${bucket}/p`, target]);
      expect(outcome.code).toBe(1);
      expect(outcome.stderr).toContain('bad');
      expect(outcome.stderr).toContain('transfers retry');
      expect(await readFile(join(target, 'good'), 'utf8')).toBe('g');
      await rm(join(target, 'bad'), { recursive: true });
      const job = rows(await done(['transfers', '--json'])).findLast(({ state }) => state === 'failed');
      await done(['transfers', 'retry', String(job?.['id'])]);
      expect(await readFile(join(target, 'bad'), 'utf8')).toBe('b');
    });
  });
}
