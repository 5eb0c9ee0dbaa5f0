import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDatabase } from '../../main/db/open.ts';
import { openEngine } from '../../main/engine.ts';
import type { Engine } from '../../main/engine-types.ts';
import type { CommandInput, CommandName, CommandOutput } from '../../shared/contract/commands.ts';
import type { AuditLine } from '../../shared/domain/audit.ts';
import { createSecretHunt } from '../fakes/secret-hunt.ts';
import { must } from '../fakes/test-connection.ts';
import { engineThreads } from '../servers/engine-threads.ts';
import { startTestLocalS3, type TestLocalS3 } from '../servers/local-s3.ts';

let server: TestLocalS3;
let dataDir: string;
let engine: Engine;

beforeEach(async () => {
  server = await startTestLocalS3();
  dataDir = await mkdtemp(join(tmpdir(), 'brigade-audit-'));
  engine = await open();
});

afterEach(async () => {
  await engine.close();
  await server.stop();
  await rm(dataDir, { recursive: true, force: true });
});

async function open(): Promise<Engine> {
  return must(await openEngine({ ...engineThreads(), dataDir, host: 'cli', version: '1.2.3', checkOutput: true }));
}

async function call<N extends CommandName>(name: N, input: CommandInput<N>): Promise<CommandOutput<N>> {
  return must(await engine.call(name, input));
}

async function lines(): Promise<AuditLine[]> {
  return (await call('audit.list', { afterSeq: 0, count: 1000 })).lines;
}

async function connect() {
  const { accessKeyId, secretAccessKey, endpointUrl } = server;
  const auth = { type: 'accessKey', accessKeyId, secretAccessKey } as const;
  const { connection } = await call('connections.add', { connection: { name: 'Local', auth, endpointUrl } });
  await call('buckets.create', { connectionId: connection.id, bucket: 'docs' });
  return connection.id;
}

async function* bytes(text: string) {
  yield Buffer.from(text);
}

/** All that is in the bucket, in order of keys. */
async function shipped(connectionId: string): Promise<AuditLine[]> {
  const { objects } = await call('objects.page', {
    connectionId,
    bucket: 'audit',
    prefix: 'log/',
    delimiter: '',
  });
  const found: AuditLine[] = [];
  for (const { key } of objects) {
    const chunks: Uint8Array[] = [];
    const got = must(await engine.streams.get({ connectionId, bucket: 'audit', key }));
    for await (const chunk of got.body) chunks.push(chunk);
    const texts = Buffer.concat(chunks).toString().split('\n').slice(0, -1);
    found.push(...texts.map((text) => JSON.parse(text) as AuditLine));
  }
  return found;
}

const brief = ({ who, actor, action, outcome, place, to, error, count, bytes: size }: AuditLine) =>
  Object.fromEntries(
    Object.entries({ who, actor, action, outcome, place, to, error, count, bytes: size }).filter(
      ([name, value]) => value !== undefined && (name !== 'who' || String(value).startsWith('rule:')),
    ),
  );

test('[A50] [A53] [A54] what is done is in the log and in the bucket, once and without secrets', async () => {
  const hunt = createSecretHunt();
  hunt.add('secret key', server.secretAccessKey);
  const connectionId = await connect();
  const docs = { connectionId, bucket: 'docs' };
  must(await engine.streams.put({ ...docs, key: 'in/a' }, bytes('hello')));
  const { url } = await call('objects.presign', { ...docs, key: 'in/a', expiresInSeconds: 60 });
  hunt.add('signature', new URL(url).searchParams.get('X-Amz-Signature') ?? '');
  expect((await engine.call('buckets.remove', docs)).ok).toBe(false);
  const file = join(dataDir, 'b.txt');
  await writeFile(file, 'four');
  const { jobId } = await call('transfers.start', {
    request: { ...docs, kind: 'upload', conflict: 'overwrite', items: [{ file, key: 'in/b' }] },
  });
  await expect.poll(async () => (await lines()).some(({ bytes: size }) => size === 4), { timeout: 20_000 }).toBe(true);
  await call('transfers.clear', { jobId });
  await call('objects.delete', { ...docs, keys: ['in/a'], prefixes: [] });

  const rule = {
    name: 'Links',
    connection: 'Local',
    trigger: { type: 'manual' as const },
    actions: [
      { type: 'presign' as const, source: { bucket: 'docs', key: 'in/b' } },
      { type: 'audit' as const, message: 'link {url}' },
      { type: 'delete' as const, source: { bucket: 'docs', key: 'in/b' } },
    ],
  };
  const { id: ruleId } = (await call('rules.add', { rule })).rule;
  await call('rules.run', { ruleId });
  await expect
    .poll(async () => (await call('rules.history', { ruleId, count: 1 })).runs[0]?.state, { timeout: 20_000 })
    .toBe('done');

  const all = await lines();
  const command = { actor: 'command', outcome: 'done' };
  const byRule = { who: `rule:${ruleId}`, actor: 'rule', outcome: 'done' };
  expect(all.map(brief)).toEqual([
    { ...command, action: 'addConnection', place: 'Local' },
    { ...command, action: 'createBucket', place: 'docs' },
    { ...command, action: 'upload', place: 'docs/in/a', bytes: 5 },
    { ...command, action: 'presign', place: 'docs/in/a' },
    { ...command, action: 'removeBucket', outcome: 'failed', place: 'docs', error: 'BucketNotEmpty' },
    { ...command, action: 'upload', outcome: 'begun', place: file, to: 'docs/in/b' },
    { actor: 'engine', action: 'upload', outcome: 'done', place: 'b.txt', to: 'docs/in/b', count: 1, bytes: 4 },
    { ...command, action: 'clearTransfers' },
    { ...command, action: 'delete', place: 'docs/in/a', count: 1 },
    { ...command, action: 'addRule', place: 'Links' },
    { ...command, action: 'runRule', place: 'Links', count: 1 },
    { ...byRule, action: 'presign', place: 'docs/in/b' },
    { ...byRule, action: 'manual' },
    { ...byRule, action: 'delete', place: 'docs/in/b' },
  ]);
  expect(all[0]?.who).toMatch(new RegExp(`@${hostname()}$`));
  expect(all.map(({ seq }) => seq)).toEqual(all.map((_, index) => index + 1));
  expect(all[12]?.message).toBe('link …');

  await call('buckets.create', { connectionId, bucket: 'audit' });
  await call('audit.setSettings', { settings: { connectionId, bucket: 'audit', prefix: 'log', maxLines: 6 } });
  await call('rules.activate', {});
  await expect.poll(async () => (await call('audit.settings', {})).waiting, { timeout: 20_000 }).toBe(4);
  const before = await lines();
  await engine.close();
  engine = await open();
  // The rest went as the engine closed; nobody ships now, and what reads the bucket is in the log.
  const inBucket = await shipped(connectionId);
  expect(inBucket).toEqual(before);
  hunt.see('lines', JSON.stringify(await lines()));
  hunt.see('bucket', JSON.stringify(inBucket));
  expect(hunt.leaks()).toEqual([]);

  await call('rules.activate', {});
  await engine.close();
  engine = await open();
  const later = await shipped(connectionId);
  expect(later.map(({ seq }) => seq)).toEqual(later.map((_, index) => index + 1));
  expect(later.slice(before.length).map(({ action }) => action)).toEqual(['download', 'download', 'download']);
});

test('[A53] what cannot be written is said, and written when it can be', async () => {
  const connectionId = await connect();
  await call('audit.setSettings', { settings: { connectionId, bucket: 'audit', prefix: 'log', maxLines: 1 } });
  await call('rules.activate', {});
  await expect
    .poll(async () => (await call('audit.settings', {})).problem?.code, { timeout: 20_000 })
    .toBe('NoSuchBucket');
  await call('buckets.create', { connectionId, bucket: 'audit' });
  const { waiting } = await call('audit.settings', {});
  expect(waiting).toBe((await lines()).length);
  await engine.close();
  engine = await open();
  const all = await shipped(connectionId);
  expect(all.map(({ seq }) => seq)).toEqual(all.map((_, index) => index + 1));
  expect(all.length).toBe(waiting);
});

test('[A50] the end of a transfer that a crash has kept from the log is in it after the next start, once', async () => {
  const connectionId = await connect();
  const file = join(dataDir, 'b.txt');
  await writeFile(file, 'four');
  const items = [{ file, key: 'in/b' }];
  await call('transfers.start', { request: { connectionId, bucket: 'docs', kind: 'upload', conflict: 'skip', items } });
  const ends = async () => (await lines()).filter(({ actor }) => actor === 'engine');
  await expect.poll(async () => (await ends()).length, { timeout: 20_000 }).toBe(1);
  const [end] = await ends();
  await engine.close();
  const db = must(openDatabase(join(dataDir, 'brigade.sqlite')));
  db.exec("DELETE FROM audit_line WHERE id LIKE 'job-%'");
  db.close();
  for (let start = 0; start < 2; start += 1) {
    engine = await open();
    expect(await ends()).toEqual([{ ...end, seq: expect.any(Number) as number, at: expect.any(String) as string }]);
    await engine.close();
  }
});
