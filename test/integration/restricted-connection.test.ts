import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startFaultyS3, type FaultyS3 } from '../fakes/faulty-s3.ts';
import { serveBrigade, type BrigadeOutcome, type ServedBrigade } from '../servers/brigade.ts';
import { runCommandHere } from '../servers/command-here.ts';
import { startTestLocalS3, type TestLocalS3 } from '../servers/local-s3.ts';

/** `brigade` with saved connections that may go to one bucket or folder only, and with keys that may list little. */
let server: TestLocalS3;
let proxy: FaultyS3;
let folder: string;
/** Holds the data folder: the commands are its guests. */
let held: ServedBrigade;

beforeAll(async () => {
  server = await startTestLocalS3();
  proxy = await startFaultyS3(server.endpointUrl);
  folder = await mkdtemp(join(tmpdir(), 'brigade-restricted-'));
  held = await serveBrigade({ dataDir: join(folder, 'data') });
  await writeFile(join(folder, 'file.txt'), 'mine');
  await mkdir(join(folder, 'tree'));
  await writeFile(join(folder, 'tree', 'a.txt'), 'a');
  const everything = { AWS_ACCESS_KEY_ID: server.accessKeyId, AWS_SECRET_ACCESS_KEY: server.secretAccessKey };
  const all = (args: string[], stdin?: string) => brigade(args, stdin, everything);
  const at = ['--endpoint-url', server.endpointUrl];
  for (const bucket of ['team', 'other']) worked(await all(['mb', `s3://${bucket}`, ...at]));
  for (const key of ['team/p/in', 'team/p/a/../b', 'team/p/../q', 'team/q', 'team/px', 'other/x']) {
    worked(await all(['cp', '-', `s3://${key}`, ...at], key));
  }
  await save({ name: 'Folder', restrictToBucket: 'team', restrictToPath: 'p/' });
  await save({ name: 'Bucket', restrictToBucket: 'team' });
  await save({ name: 'Open' });
});
afterAll(async () => {
  await held.stop();
  await proxy.close();
  await server.stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

function brigade(args: readonly string[], stdin?: string, env: Record<string, string> = {}): Promise<BrigadeOutcome> {
  return runCommandHere(args, { dataDir: join(folder, 'data'), cwd: folder, stdin, env });
}

function worked({ code, stderr }: BrigadeOutcome): void {
  if (code !== 0) throw new Error(stderr);
}

async function save(connection: object): Promise<void> {
  const { accessKeyId, secretAccessKey } = server;
  const file = join(folder, 'connection.json');
  const auth = { type: 'accessKey', accessKeyId, secretAccessKey };
  const content = { auth, endpointUrl: proxy.endpointUrl, pathStyle: true, region: 'us-east-1', ...connection };
  await writeFile(file, JSON.stringify(content));
  worked(await brigade(['connections', 'add', '--file', file]));
}

async function eachOfFour<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  const left = [...all];
  const lane = async () => {
    for (let one = left.shift(); one !== undefined; one = left.shift()) await work(one);
  };
  await Promise.all([lane(), lane(), lane(), lane()]);
}

const keysSeen = () => proxy.requests.map(({ bucket, key }) => `${bucket}/${key}`);
const lines = (text: Buffer) =>
  text
    .toString()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe.each([
  ['Folder', 'team/p/', ['s3://other/x', 's3://team/p/../q']],
  ['Bucket', 'team', ['s3://team/../other/x']],
])('the connection %s, restricted to %s', (name, place, outside) => {
  const with_ = ['--connection', name];

  test.each(outside)(
    'goes nowhere near %s, whatever it is asked to do there',
    async (uri) => {
      const inside = 's3://team/p/in';
      const before = keysSeen().length;
      const commands = [
        ['ls', `${uri}/`],
        ['stat', uri],
        ['presign', uri],
        ['rm', uri],
        ['rm', '-r', `${uri}/`],
        ['cp', uri, 'down.txt'],
        ['cp', '-r', uri, 'down'],
        ['cp', uri, '-'],
        ['cp', 'file.txt', uri],
        ['cp', '-r', 'tree', uri],
        ['cp', '-', uri],
        ['cp', uri, inside],
        ['cp', inside, uri],
        ['mv', uri, inside],
        ['mv', inside, uri],
        ['mv', 'file.txt', uri],
      ];
      // None of them gets as far as to stand in the way of another.
      await eachOfFour(commands, async (args) => {
        const { code, stdout, stderr } = await brigade([...args, ...with_], args.includes('-') ? 'x' : undefined);
        const isNamed = ['OutsideRestriction', `may only go to ${place}`].every((words) => stderr.includes(words));
        const said = isNamed ? '' : stderr;
        expect({ args, code, stdout: stdout.toString(), said }).toEqual({ args, code: 1, stdout: '', said: '' });
      });
      const forbidden = keysSeen()
        .slice(before)
        .filter((seen) => seen.startsWith('other') || seen.endsWith('/q') || seen.includes('..'));
      expect(forbidden).toEqual([]);
      expect((await readdir(folder)).filter((entry) => entry.startsWith('down'))).toEqual([]);
      expect(await readFile(join(folder, 'file.txt'), 'utf8')).toBe('mine');
    },
    60_000,
  );

  test('makes and removes no other bucket, and lists only its own', async () => {
    for (const args of [
      ['mb', 's3://new'],
      ['rb', 's3://other'],
      ['location', 's3://other'],
    ]) {
      expect((await brigade([...args, ...with_])).stderr).toContain('OutsideRestriction');
    }
    const listed = await brigade(['ls', '--json', ...with_]);
    expect(lines(listed.stdout)).toEqual([{ name: 'team', createdAt: null }]);
  });

  test('shows every key that is below, and works on those that stay there', async () => {
    const listed = await brigade(['ls', '-r', '--json', 's3://team/p/', ...with_]);
    expect(lines(listed.stdout).map(({ key }) => key)).toEqual(['p/../q', 'p/a/../b', 'p/in']);
    const body = await brigade(['cp', 's3://team/p/a/../b', '-', ...with_]);
    expect([body.code, body.stdout.toString()]).toEqual([0, 'team/p/a/../b']);
    expect(await brigade(['cp', 'file.txt', 's3://team/p//new', ...with_])).toMatchObject({ code: 0 });
    expect(await brigade(['rm', 's3://team/p//new', ...with_])).toMatchObject({ code: 0 });
  });
});

test('keys that may neither list the buckets nor look at one work below a prefix', async () => {
  const always = {
    fault: { type: 'respond', status: 403, code: 'AccessDenied' } as const,
    times: Number.POSITIVE_INFINITY,
  };
  const isListing = (query: URLSearchParams) => query.has('list-type');
  // ListAllMyBuckets, HeadBucket, GetBucketLocation, and listings above the prefix.
  proxy.add({ match: ({ bucket }) => bucket === '', ...always });
  proxy.add({ match: ({ method, key }) => method === 'HEAD' && key === '', ...always });
  proxy.add({ match: ({ query }) => query.has('location'), ...always });
  const outsidePrefix = (query: URLSearchParams) => !(query.get('prefix') ?? '').startsWith('p/');
  proxy.add({ match: ({ query }) => isListing(query) && outsidePrefix(query), ...always });
  try {
    for (const name of ['Folder', 'Open']) {
      const with_ = ['--connection', name];
      const done = async (args: string[]) => {
        const { code, stdout, stderr } = await brigade([...args, ...with_]);
        expect({ name, args, code, stderr: code === 0 ? '' : stderr }).toEqual({ name, args, code: 0, stderr: '' });
        return stdout.toString();
      };
      await done(['cp', '-r', 'tree', 's3://team/p/tree']);
      expect(await done(['ls', 's3://team/p/tree/'])).toContain('a.txt');
      await done(['cp', '-r', 's3://team/p/tree', `back ${name}`]);
      expect(await readFile(join(folder, `back ${name}`, 'a.txt'), 'utf8')).toBe('a');
      await done(['stat', 's3://team/p/in']);
      await done(['mv', 's3://team/p/tree/a.txt', 's3://team/p/tree/b.txt']);
      await done(['rm', '-r', 's3://team/p/tree/']);
    }
    const tested = await brigade(['connections', 'test', 'Folder', '--json']);
    expect(lines(tested.stdout)).toMatchObject([{ ok: true }]);
    const [result] = lines(tested.stdout);
    expect(JSON.stringify(result?.['steps'])).toContain(
      '2 actions are not allowed in team/p/. Missing: s3:ListAllMyBuckets, s3:GetBucketLocation.',
    );
  } finally {
    proxy.clear();
  }
}, 120_000);
