import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AuditLine } from '../../shared/domain/audit.ts';
import { connectionId, createTestOpener, must } from '../fakes/test-connection.ts';
import { serveBrigade } from '../servers/brigade.ts';
import { runCommandHere } from '../servers/command-here.ts';
import { startTestLocalS3, type TestLocalS3 } from '../servers/local-s3.ts';

let server: TestLocalS3;
let folder: string;

beforeEach(async () => {
  server = await startTestLocalS3();
  folder = await mkdtemp(join(tmpdir(), 'brigade-audit-'));
});

afterEach(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

async function brigade(code: number, ...args: string[]): Promise<{ out: string; said: string }> {
  const outcome = await runCommandHere(args, { dataDir: join(folder, 'data'), cwd: folder, env: {} });
  const out = outcome.stdout.toString();
  expect({ args, code: outcome.code, out, said: outcome.stderr }).toMatchObject({ code });
  return { out, said: outcome.stderr };
}

const linesOf = (text: string) =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as AuditLine);

test('[A50] [A53] brigade audit shows what was done, and says where it goes', async () => {
  const { accessKeyId, secretAccessKey, endpointUrl } = server;
  const held = await serveBrigade({ dataDir: join(folder, 'data'), env: {} });
  const auth = { type: 'accessKey', accessKeyId, secretAccessKey };
  await writeFile(join(folder, 'connection.json'), JSON.stringify({ name: 'Archive', endpointUrl, auth }));
  await writeFile(join(folder, 'a.txt'), 'hello');
  await brigade(0, 'connections', 'add', '--file', 'connection.json');
  const archive = ['--connection', 'Archive'];
  await brigade(0, 'mb', 's3://docs', ...archive);
  await brigade(0, 'cp', 'a.txt', 's3://docs/in/a.txt', ...archive);
  await brigade(1, 'rb', 's3://nothing', ...archive);
  const { out } = await brigade(0, 'audit');
  expect(out).toMatch(/createBucket {2}done {7}docs \[Archive\]\n/);
  expect(out).toMatch(/upload {2}done {7}a\.txt -> docs\/in\/ \[Archive\] \(1, 5 B\)\n/);
  expect(out).toMatch(/removeBucket {2}failed {5}nothing \[Archive\] \(NoSuchBucket\)\n$/);

  expect((await brigade(2, 'audit', 'ship', 's3://docs/log')).said).toContain('--connection NAME is needed');
  expect((await brigade(2, 'audit', 'sail')).said).toContain('can ship, stop and status');
  expect((await brigade(0, 'audit', 'status')).out).toMatch(/^Lines stay on this computer\.\n\d+ lines in no bucket/);
  await brigade(0, 'audit', 'ship', 's3://docs/other', ...archive);
  await brigade(0, 'audit', 'stop');
  expect((await brigade(0, 'audit', 'status')).out).toMatch(/^Lines stay on this computer\./);
  await brigade(0, 'audit', 'ship', 's3://docs/log', ...archive);
  expect((await brigade(0, 'audit', 'status')).out).toMatch(/^Lines go to s3:\/\/docs\/log\.\n\d+ lines in no bucket/);
  const before = linesOf((await brigade(0, 'audit', '--json')).out);
  expect(before.at(-1)).toMatchObject({ action: 'changeAuditLog', actor: 'command', place: 'docs/log' });
  expect((await brigade(0, 'audit', '--to', '2000-01-01')).out).toBe('');
  const status = JSON.parse((await brigade(0, 'audit', 'status', '--json')).out) as Record<string, unknown>;
  expect(status).toMatchObject({ waiting: before.length, problem: null, settings: { bucket: 'docs', prefix: 'log' } });

  // What is left is written as the engine ends.
  await held.stop();
  const opener = createTestOpener(() => server);
  const { store } = must(await opener.open(connectionId));
  const { objects } = must(await store.listPage({ bucket: 'docs', prefix: 'log/', delimiter: '' }));
  expect(objects).toHaveLength(1);
  const key = objects[0]?.key ?? '';
  expect(key).toMatch(/^log\/\d{4}\/\d{2}\/\d{2}\/.+-[0-9a-f]{8}-000000000001\.jsonl$/);
  const chunks: Uint8Array[] = [];
  for await (const chunk of must(await store.getStream('docs', key)).body) chunks.push(chunk);
  expect(linesOf(Buffer.concat(chunks).toString())).toEqual(before);
  await opener.close();
});
