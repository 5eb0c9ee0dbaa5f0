import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startTestLocalS3, type TestLocalS3 } from '../servers/local-s3.ts';

// Debian's aws-cli and rclone, unchanged: what other people's tools do with this server.
const run = promisify(execFile);
// Each aws-cli command takes a second of one core to start.
vi.setConfig({ testTimeout: 120_000 });
const tools = { aws: '/usr/bin/aws', rclone: '/usr/bin/rclone', curl: '/usr/bin/curl' } as const;
const packages = { aws: 'awscli', rclone: 'rclone', curl: 'curl' } as const;

let server: TestLocalS3;
let folder: string;
let sdk: S3Client;

beforeAll(async () => {
  for (const [tool, path] of Object.entries(tools)) {
    if (!existsSync(path))
      throw new Error(`${path} is missing: apt-get install ${packages[tool as keyof typeof tools]}`);
  }
  server = await startTestLocalS3();
  folder = await mkdtemp(join(tmpdir(), 'brigade-clients-'));
  await mkdir(join(folder, 'home', '.aws'), { recursive: true });
  await writeFile(
    join(folder, 'home', '.aws', 'config'),
    '[default]\nregion = us-east-1\ns3 =\n  multipart_threshold = 8MB\n  multipart_chunksize = 8MB\n  addressing_style = path\n',
  );
  sdk = new S3Client({ endpoint: server.endpointUrl, region: 'us-east-1', forcePathStyle: true, credentials: server });
});

afterAll(async () => {
  sdk.destroy();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

function environment(): NodeJS.ProcessEnv {
  return {
    PATH: '/usr/bin:/bin',
    HOME: join(folder, 'home'),
    LANG: 'C.UTF-8',
    AWS_ACCESS_KEY_ID: server.accessKeyId,
    AWS_SECRET_ACCESS_KEY: server.secretAccessKey,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_PAGER: '',
    RCLONE_CONFIG: join(folder, 'no-rclone.conf'),
    RCLONE_CONFIG_LOCAL_TYPE: 's3',
    RCLONE_CONFIG_LOCAL_PROVIDER: 'Other',
    RCLONE_CONFIG_LOCAL_ENV_AUTH: 'true',
    RCLONE_CONFIG_LOCAL_ENDPOINT: server.endpointUrl,
    RCLONE_CONFIG_LOCAL_REGION: 'us-east-1',
  };
}

async function aws(...words: string[]): Promise<string> {
  const { stdout } = await run(tools.aws, ['--endpoint-url', server.endpointUrl, ...words], { env: environment() });
  return stdout;
}

async function rclone(...words: string[]): Promise<string> {
  const { stdout } = await run(tools.rclone, ['--retries', '1', '--low-level-retries', '1', ...words], {
    env: environment(),
  });
  return stdout;
}

/** Digest of each file below, by its path. */
async function digests(root: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const entry of await readdir(root, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    found[relative(root, path)] = createHash('sha256')
      .update(await readFile(path))
      .digest('hex');
  }
  return found;
}

const strangeNames = [
  'plain.txt',
  'with space and + & = % ? #.txt',
  "quotes ' and ( parentheses )!.txt",
  'ünïcödé/日本語/emoji 😀.txt',
  'nfc-é',
  'nfd-e\u0301',
  'case.txt',
  'CASE.txt',
  'deep/a/b/c/d/e/f/g.bin',
  '-dash',
  '~tilde',
  'colon:semi;comma,',
  'back\\slash',
];

/**
 * S3 tells times in whole seconds, rounded down: what was stored within the second in which its file was written looks
 * older than the file, and aws-cli uploads it once more. These files were written long ago.
 */
async function writeOldFile(path: string, content: Uint8Array | string): Promise<void> {
  await writeFile(path, content);
  await utimes(path, 1_700_000_000, 1_700_000_000);
}

async function makeTree(root: string): Promise<void> {
  for (const [index, name] of strangeNames.entries()) {
    const path = join(root, name);
    await mkdir(dirname(path), { recursive: true });
    await writeOldFile(path, randomBytes(index * 1000));
  }
}

describe('aws-cli', () => {
  test('buckets', async () => {
    await aws('s3', 'mb', 's3://cli-buckets');
    await expect(aws('s3', 'mb', 's3://cli-buckets')).rejects.toThrow('BucketAlreadyOwnedByYou');
    expect(await aws('s3', 'ls')).toContain('cli-buckets');
    await aws('s3', 'rb', 's3://cli-buckets');
    await expect(aws('s3', 'ls', 's3://cli-buckets')).rejects.toThrow('NoSuchBucket');
  });

  test('a folder of strange names there and back, and sync', async () => {
    const [up, down] = [join(folder, 'cli-up'), join(folder, 'cli-down')];
    await makeTree(up);
    await sdk.send(new CreateBucketCommand({ Bucket: 'cli-tree' }));
    await aws('s3', 'cp', '--recursive', up, 's3://cli-tree/some/prefix');
    await aws('s3', 'cp', '--recursive', 's3://cli-tree/some/prefix', down);
    expect(await digests(down)).toEqual(await digests(up));

    await writeOldFile(join(up, 'plain.txt'), 'another text');
    await rm(join(up, 'CASE.txt'));
    const synced = await aws('s3', 'sync', '--delete', up, 's3://cli-tree/some/prefix');
    expect(synced.match(/^(upload|delete)/gm)?.sort()).toEqual(['delete', 'upload']);
    expect(await aws('s3', 'sync', up, 's3://cli-tree/some/prefix')).toBe('');
    await expect(aws('s3', 'rb', 's3://cli-tree')).rejects.toThrow('BucketNotEmpty');
  });

  test('multipart with 8 MiB parts, a server-side move', async () => {
    const path = join(folder, 'big.bin');
    await writeFile(path, randomBytes(20 * 2 ** 20 + 123));
    await sdk.send(new CreateBucketCommand({ Bucket: 'cli-big' }));
    await aws('s3', 'cp', path, 's3://cli-big/big.bin', '--metadata', 'colour=blue');
    const head = await sdk.send(new HeadObjectCommand({ Bucket: 'cli-big', Key: 'big.bin' }));
    expect(head.ETag).toMatch(/^"[0-9a-f]{32}-3"$/);
    await aws('s3', 'mv', 's3://cli-big/big.bin', 's3://cli-big/moved/big.bin');
    const moved = await sdk.send(new HeadObjectCommand({ Bucket: 'cli-big', Key: 'moved/big.bin' }));
    expect(moved).toMatchObject({ ETag: head.ETag, Metadata: { colour: 'blue' } });
    await aws('s3', 'cp', 's3://cli-big/moved/big.bin', join(folder, 'big.back'));
    expect((await readFile(join(folder, 'big.back'))).equals(await readFile(path))).toBe(true);
    const listed = await aws('s3', 'ls', '--recursive', 's3://cli-big');
    expect(listed.trim().split('\n')).toHaveLength(1);
  });

  test('metadata and ranges', async () => {
    await sdk.send(new CreateBucketCommand({ Bucket: 'cli-api' }));
    const path = join(folder, 'api.txt');
    await writeFile(path, '0123456789');
    const put = ['s3api', 'put-object', '--bucket', 'cli-api', '--key', 'k', '--body', path];
    await aws(...put, '--content-type', 'text/x-test', '--metadata', 'shape=round', '--cache-control', 'no-store');
    const out = join(folder, 'range');
    const got = await aws('s3api', 'get-object', '--bucket', 'cli-api', '--key', 'k', '--range', 'bytes=3-5', out);
    expect(await readFile(out, 'utf8')).toBe('345');
    expect(JSON.parse(got)).toMatchObject({
      ContentType: 'text/x-test',
      CacheControl: 'no-store',
      ContentLength: 3,
      ContentRange: 'bytes 3-5/10',
      Metadata: { shape: 'round' },
    });
  });

  test('many keys: pages, and a delete of more than one request', async () => {
    const root = join(folder, 'many');
    await mkdir(root);
    await Promise.all(Array.from({ length: 1100 }, (_, i) => writeFile(join(root, `f${i}`), String(i))));
    await rclone('copy', '--transfers', '16', root, 'local:cli-many');
    const listed = await aws('s3', 'ls', 's3://cli-many');
    expect(listed.trim().split('\n')).toHaveLength(1100);
    await aws('s3', 'rm', '--recursive', '--quiet', 's3://cli-many');
    const left = await sdk.send(new ListObjectsV2Command({ Bucket: 'cli-many' }));
    expect(left.KeyCount).toBe(0);
  });

  test('a presigned URL, with curl', async () => {
    await sdk.send(new CreateBucketCommand({ Bucket: 'cli-presign' }));
    const key = 'a b/ü+%20&.txt';
    await sdk.send(new PutObjectCommand({ Bucket: 'cli-presign', Key: key, Body: 'signed for you' }));
    const url = (await aws('s3', 'presign', `s3://cli-presign/${key}`, '--expires-in', '60')).trim();
    const { stdout } = await run(tools.curl, ['-sS', '--fail', url]);
    expect(stdout).toBe('signed for you');
    const other = await run(tools.curl, [
      '-sS',
      '-o',
      '/dev/null',
      '-w',
      '%{http_code}',
      url.replace('presign/a', 'presign/b'),
    ]);
    expect(other.stdout).toBe('403');
  });

  test('a wrong secret and a wrong key are told apart', async () => {
    const attempt = (changes: NodeJS.ProcessEnv) =>
      run(tools.aws, ['--endpoint-url', server.endpointUrl, 's3', 'ls'], { env: { ...environment(), ...changes } });
    await expect(attempt({ AWS_SECRET_ACCESS_KEY: 'wrong' })).rejects.toThrow('SignatureDoesNotMatch');
    await expect(attempt({ AWS_ACCESS_KEY_ID: 'WRONG' })).rejects.toThrow('InvalidAccessKeyId');
  });
});

describe('rclone', () => {
  test('a folder of strange names there and back, checked', async () => {
    const [up, down] = [join(folder, 'rclone-up'), join(folder, 'rclone-down')];
    await makeTree(up);
    await rclone('mkdir', 'local:rclone-tree');
    await rclone('copy', up, 'local:rclone-tree/p');
    await rclone('check', up, 'local:rclone-tree/p');
    await rclone('copy', 'local:rclone-tree/p', down);
    expect(await digests(down)).toEqual(await digests(up));
    const listed = JSON.parse(await rclone('lsjson', '-R', '--files-only', 'local:rclone-tree/p')) as {
      Path: string;
    }[];
    expect(listed.map((row) => row.Path).sort()).toEqual([...strangeNames].sort());
    await rm(join(up, 'plain.txt'));
    await rclone('sync', up, 'local:rclone-tree/p');
    await rclone('check', up, 'local:rclone-tree/p');
    await rclone('purge', 'local:rclone-tree');
    expect(await rclone('lsd', 'local:')).not.toContain('rclone-tree');
  });

  test('multipart with 8 MiB parts, move, and times kept in the metadata', async () => {
    const path = join(folder, 'rclone-big.bin');
    await writeFile(path, randomBytes(20 * 2 ** 20 + 77));
    await rclone('mkdir', 'local:rclone-big');
    const parts = ['--s3-upload-cutoff', '8M', '--s3-chunk-size', '8M'];
    await rclone('copyto', ...parts, path, 'local:rclone-big/a');
    await rclone('moveto', 'local:rclone-big/a', 'local:rclone-big/sub/b');
    await rclone('copyto', 'local:rclone-big/sub/b', join(folder, 'rclone-big.back'));
    expect((await readFile(join(folder, 'rclone-big.back'))).equals(await readFile(path))).toBe(true);
    expect(await rclone('copyto', '-v', ...parts, path, 'local:rclone-big/sub/b')).toBe('');
    await rclone('deletefile', 'local:rclone-big/sub/b');
    expect(await rclone('lsf', '-R', 'local:rclone-big')).toBe('');
  });
});

test('the SDK reads what the tools wrote, in the folder a person sees', async () => {
  await sdk.send(new CreateBucketCommand({ Bucket: 'everyone' }));
  const path = join(folder, 'letter.txt');
  await writeFile(path, 'Dear all');
  await aws('s3', 'cp', path, 's3://everyone/post/letter.txt');
  const { Body } = await sdk.send(new GetObjectCommand({ Bucket: 'everyone', Key: 'post/letter.txt' }));
  expect(await Body?.transformToString()).toBe('Dear all');
  expect(await readFile(join(server.folder, 'everyone', 'post', 'letter.txt'), 'utf8')).toBe('Dear all');
  await writeFile(join(server.folder, 'everyone', 'post', 'by hand.txt'), 'And you');
  const { Contents } = await sdk.send(new ListObjectsV2Command({ Bucket: 'everyone' }));
  expect(Contents?.map((object) => object.Key)).toEqual(['post/by hand.txt', 'post/letter.txt']);
  expect(server.errors).toEqual([]);
});
