import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { connectionId, createTestOpener, must } from '../fakes/test-connection.ts';
import { spawnBrigade } from '../servers/brigade.ts';
import { runCommandHere } from '../servers/command-here.ts';
import {
  brigade,
  bucket,
  commandSuite,
  credentials,
  dataDir,
  done,
  fails,
  folder,
  localServer,
  rows,
  server,
  writeTree,
} from './cli-commands.ts';

describe('brigade on the local S3', () => {
  commandSuite(localServer, 'the only process');

  describe('arguments', () => {
    /** What is refused or answered before an engine is asked for needs no process. */
    const here = (args: readonly string[]) => runCommandHere(args, { dataDir, cwd: folder, env: credentials() });

    test.each([
      [[]],
      [['nonsense']],
      [['ls', '--nonsense']],
      [['ls', 's3://b', 'extra']],
      [['ls', 'not-s3']],
      [['ls', '-r']],
      [['cp', 'one']],
      [['cp', 'a', 'b']],
      [['cp', '.', 's3://b']],
      [['cp', 's3://b', '.']],
      [['cp', '--conflict', 'ask', 'a', 's3://b']],
      [['cp', '--skip-same', '-', 's3://b/k']],
      [['rm', 's3://b']],
      [['rm', '--conflict', 'skip', 's3://b/k']],
      [['mb', 's3://b/key']],
      [['presign', 's3://b']],
      [['presign', 's3://b/k', '--expires-in', '604801']],
      [['tags', 's3://b/k', '--set', 'no-value']],
      [['tags', 's3://b/k', '--set', 'a=*']],
      [['restore', 's3://b/k']],
      [['connections']],
      [['connections', 'paint']],
      [['connections', 'add']],
      [['connections', 'test']],
      [['connections', 'remove']],
      [['transfers', 'retry']],
      [['transfers', 'first']],
      [['transfers', 'priority', 'j1', 'urgent']],
      [['transfers', 'limit', '--up', 'fast']],
      [['transfers', 'limit', '--down', '9k']],
      [['transfers', 'limit', '--up', '2M', '--during', 'weekdays']],
      [['transfers', 'limit', '--during', '8:00-18:00']],
      [['transfers', 'resume', '--up', '2M']],
      [['transfers', 'cancel', 'j1', 'j2']],
      [['transfers', 'uploads', 'bucket']],
      [['transfers', 'clean']],
      [['transfers', 'clean', 'id', '--all']],
      [['serve', '--port', '70000']],
      [['ls', '--connection', 'x', '--endpoint-url', 'http://y']],
    ])('%j is 2, with words and without touching anything', async (args) => {
      const { code, stdout, stderr } = await here(args);
      expect({ code, stdout: stdout.toString() }).toEqual({ code: 2, stdout: '' });
      expect(stderr.trim()).not.toBe('');
      await expect(readdir(dataDir)).rejects.toThrow('ENOENT');
    });

    test('the process ends with 2 and says the same', async () => {
      expect(await fails(2, ['nonsense'])).toBe((await here(['nonsense'])).stderr);
    });

    test('help is on standard output, for all and for each', async () => {
      const overview = await done(['--help']);
      const names = Array.from(overview.matchAll(/^ {2}([a-z]+) {2,}/gm), ([, name]) => name ?? '');
      expect(names).toEqual(
        expect.arrayContaining([
          'cp',
          'ls',
          'rm',
          'mb',
          'rb',
          'mv',
          'presign',
          'location',
          'stat',
          'connections',
          'serve',
        ]),
      );
      for (const name of names) {
        const { code, stdout } = await here([name, '--help']);
        expect([code, stdout.toString()]).toEqual([0, expect.stringContaining(`brigade ${name}`)]);
      }
      expect(await done(['--version'])).toMatch(/^\d+\.\d+\.\d+\n$/);
    });
  });

  test('a connection that cannot be read or makes no sense is named by file or field, never by value', async () => {
    const file = join(folder, 'c.json');
    expect(await fails(1, ['connections', 'add', '--file', 'nowhere.json'])).toContain('nowhere.json');
    await writeFile(file, '{"auth": {"secretAccessKey": "do not show"');
    expect(await fails(1, ['connections', 'add', '--file', file])).not.toContain('do not show');
    await writeFile(
      file,
      JSON.stringify({ name: 'n', auth: { type: 'accessKey', accessKeyId: 'A', secretAccessKey: '' } }),
    );
    expect(await fails(1, ['connections', 'add', '--file', file])).toContain('auth.secretAccessKey');
    const tested = await brigade(['connections', 'test', '--file', file, '--json']);
    expect(tested.code).toBe(1);
    expect(rows(tested.stdout.toString())).toEqual([
      {
        ok: false,
        steps: [],
        error: { code: 'InvalidInput', message: expect.any(String) as string, fix: expect.any(String) as string },
      },
    ]);
  });

  test('a connection test that fails says which step, and what to do', async () => {
    const file = join(folder, 'c.json');
    const auth = { type: 'accessKey', accessKeyId: server.accessKeyId, secretAccessKey: 'wrong' };
    await writeFile(file, JSON.stringify({ name: 'n', auth, endpointUrl: server.endpointUrl, pathStyle: true }));
    const { code, stdout } = await brigade(['connections', 'test', '--file', file, '--json']);
    expect(code).toBe(1);
    const [result] = rows(stdout.toString());
    expect(result).toMatchObject({ ok: false, error: { code: 'SignatureDoesNotMatch' } });
    expect(Object.keys(result?.['error'] as object)).toEqual(['code', 'message', 'fix']);
    const steps = (result?.['steps'] ?? []) as { ok: boolean }[];
    expect(steps.some(({ ok }) => !ok)).toBe(true);
    const human = await brigade(['connections', 'test', '--file', file]);
    expect(human.stdout.toString()).toContain('does not work');
  });

  test('without a passphrase a key file does, which is said once', async () => {
    const file = join(folder, 'c.json');
    const auth = { type: 'accessKey', accessKeyId: 'AKIA', secretAccessKey: 'aSecretNobodyMayFind' };
    await writeFile(file, JSON.stringify({ name: 'one', auth }));
    const env = { BRIGADE_VAULT_PASSPHRASE: undefined };
    const first = await brigade(['connections', 'add', '--file', file], { env });
    expect(first).toMatchObject({ code: 0 });
    expect(first.stderr).toContain('BRIGADE_VAULT_PASSPHRASE');
    await writeFile(file, JSON.stringify({ name: 'two', auth }));
    const second = await brigade(['connections', 'add', '--file', file], { env });
    expect(second).toMatchObject({ code: 0 });
    expect(second.stderr).not.toContain('BRIGADE_VAULT_PASSPHRASE');
    for (const name of await readdir(dataDir, { recursive: true })) {
      const content = await readFile(join(dataDir, name)).catch(() => Buffer.alloc(0));
      expect(content.includes('aSecretNobodyMayFind')).toBe(false);
    }
  });

  test('[T46] what a killed command left on the server is found by the next ones, and cleaned up', async () => {
    await done(['mb', `s3://${bucket}`]);
    const child = spawnBrigade(['cp', '-', `s3://${bucket}/stream`], { dataDir, env: credentials() });
    // More than goes in one request, and no end.
    child.stdin?.on('error', () => undefined);
    child.stdin?.write(randomBytes(40_000_000));
    const gone = once(child, 'exit');
    const uploads = async (...args: string[]) => rows(await done(['transfers', 'uploads', '--json', ...args]));
    // Whoever comes first has the engine, and ends only when the others have: this stream never does.
    const { store } = must(await createTestOpener(() => server).open(connectionId));
    await vi.waitFor(async () => expect(must(await store.listUploads(bucket, ''))).toHaveLength(1), {
      timeout: 30_000,
    });
    expect(await uploads(`s3://${bucket}`)).toMatchObject([{ key: 'stream', owner: 'job' }]);
    child.kill('SIGKILL');
    await gone;
    const [left] = await uploads();
    expect(left).toMatchObject({ bucket, key: 'stream', owner: 'orphan', sizeBytes: expect.any(Number) as number });
    const cleaned = await brigade(['transfers', 'clean', String(left?.['uploadId']).slice(0, 12)]);
    expect(cleaned).toMatchObject({ code: 0, stderr: 'Cleaned up 1 unfinished upload.\n' });
    expect(await uploads(`s3://${bucket}`)).toEqual([]);
  });

  test('a reader that has seen enough ends a listing without a word', async () => {
    await done(['mb', `s3://${bucket}`]);
    const source = await writeTree(Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`f${n}`, 'x'])));
    await done(['cp', '-r', source, `s3://${bucket}`]);
    const child = spawnBrigade(['ls', '-r', '--json', `s3://${bucket}`], { dataDir, env: credentials() });
    let stderr = '';
    child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.stdout?.destroy();
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });
});
