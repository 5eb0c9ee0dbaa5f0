import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomInt } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { childText } from '../../main/local-s3/http/xml-read.ts';
import { testKeys } from '../servers/local-s3.ts';
import { createRawS3Client, type RawS3Client } from '../servers/raw-s3-client.ts';

let folder: string;
const running: ChildProcess[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'brigade-crash-'));
});

afterEach(async () => {
  for (const child of running) child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

/** A server in a process of its own, which can be killed. */
async function startServer(): Promise<{ child: ChildProcess; client: RawS3Client }> {
  const child = spawn(process.execPath, ['test/servers/local-s3.ts', folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  running.push(child);
  const line = await new Promise<string>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`The server ended with ${code}`)));
    child.stdout?.once('data', (data: Buffer) => resolve(data.toString()));
  });
  const { endpointUrl } = JSON.parse(line) as { endpointUrl: string };
  return { child, client: createRawS3Client({ port: Number(new URL(endpointUrl).port), ...testKeys }) };
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}

/** The version in each body and in its metadata; its length differs from version to version. */
function bodyOf(key: string, version: number): Buffer {
  const size = ((version * 7919) % 200_000) + (version % 5 === 0 ? 1_500_000 : 0);
  return Buffer.alloc(size + 40, `${key} ${version} `);
}

test('killed in the middle of writing, again and again: what was acknowledged is there, and all that is there is whole', async () => {
  const keys = ['a', 'dir/b', 'dir/c', 'odd//d', 'e/', 'dir', 'multipart'];
  const acknowledged = new Map<string, number>();
  let version = 0;
  /** Called for each write that begins. */
  let onWrite = (): void => undefined;

  async function putOnce(client: RawS3Client, key: string, mine: number): Promise<boolean> {
    const headers = { 'x-amz-meta-version': String(mine) };
    const body = bodyOf(key, mine);
    if (key !== 'multipart') {
      return (await client.send({ method: 'PUT', path: `/bucket/${key}`, headers, body })).status === 200;
    }
    const path = '/bucket/multipart';
    const started = await client.send({ method: 'POST', path, query: [['uploads', '']], headers });
    const uploadId = (started.xml && childText(started.xml, 'UploadId')) ?? '';
    const sent = await client.send({
      method: 'PUT',
      path,
      query: [
        ['partNumber', '1'],
        ['uploadId', uploadId],
      ],
      body,
    });
    const document = `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${sent.headers.etag}</ETag></Part></CompleteMultipartUpload>`;
    return (
      (await client.send({ method: 'POST', path, query: [['uploadId', uploadId]], body: document })).status === 200
    );
  }

  /** One writer for each key, until the server is gone. */
  async function write(client: RawS3Client, key: string): Promise<void> {
    for (;;) {
      const mine = ++version;
      onWrite();
      try {
        if (await putOnce(client, key, mine)) acknowledged.set(key, mine);
      } catch {
        return;
      }
    }
  }

  async function check(client: RawS3Client): Promise<void> {
    const listing = await client.send({ method: 'GET', path: '/bucket' });
    const rows = listing.xml?.children.filter((child) => child.name === 'Contents') ?? [];
    const listed = rows.map((row) => childText(row, 'Key') ?? '');
    expect(listed).toEqual(expect.arrayContaining([...acknowledged.keys()]));
    for (const row of rows) {
      const key = childText(row, 'Key') ?? '';
      const got = await client.send({ method: 'GET', path: `/bucket/${key}` });
      const found = Number(got.headers['x-amz-meta-version']);
      // The write that was cut off may have come through or not; nothing older than the last acknowledged one.
      expect(found).toBeGreaterThanOrEqual(acknowledged.get(key) ?? 1);
      const whole = got.body.equals(bodyOf(key, found));
      expect({ key, found, whole }).toEqual({ key, found, whole: true });
      const md5 = createHash('md5').update(got.body);
      const etag =
        key === 'multipart' ? `${createHash('md5').update(md5.digest()).digest('hex')}-1` : md5.digest('hex');
      expect([got.headers.etag, childText(row, 'ETag'), childText(row, 'Size')]).toEqual([
        `"${etag}"`,
        `"${etag}"`,
        String(got.body.length),
      ]);
    }
  }

  for (let round = 0; round < 6; round++) {
    const { child, client } = await startServer();
    if (round === 0) await client.send({ method: 'PUT', path: '/bucket' });
    await check(client);
    const writers = keys.map((key) => write(client, key));
    const enough = version + randomInt(20, 120);
    await new Promise<void>((resolve) => (onWrite = () => version > enough && resolve()));
    await kill(child);
    await Promise.all(writers);
    client.close();
  }
  const { child, client } = await startServer();
  await check(client);
  // Bodies that were being received are cleared away.
  expect(await readdir(join(folder, '.brigade', 'tmp'))).toEqual([]);
  client.close();
  await kill(child);
}, 120_000);

test('killed between the parts of an upload: goes on with the parts it has', async () => {
  const part = Buffer.alloc(5 * 2 ** 20, 'part one ');
  const path = '/bucket/key';
  const first = await startServer();
  await first.client.send({ method: 'PUT', path: '/bucket' });
  const started = await first.client.send({ method: 'POST', path, query: [['uploads', '']] });
  const uploadId = (started.xml && childText(started.xml, 'UploadId')) ?? '';
  const one = await first.client.send({
    method: 'PUT',
    path,
    query: [
      ['partNumber', '1'],
      ['uploadId', uploadId],
    ],
    body: part,
  });
  // Half of a body: the server is surely in its middle when it is killed.
  const cut = first.client
    .send({
      method: 'PUT',
      path,
      query: [
        ['partNumber', '2'],
        ['uploadId', uploadId],
      ],
      announcedBytes: 10_000_000,
      payloadHash: 'UNSIGNED-PAYLOAD',
      body: Buffer.alloc(5_000_000),
    })
    .catch(() => null);
  await expect
    .poll(async () => (await readdir(join(folder, '.brigade/buckets/bucket/uploads', uploadId))).length)
    .toBeGreaterThan(3);
  await kill(first.child);
  expect(await cut).toBe(null);
  first.client.close();

  const second = await startServer();
  const listed = await second.client.send({ method: 'GET', path, query: [['uploadId', uploadId]] });
  expect(listed.xml?.children.filter((child) => child.name === 'Part').length).toBe(1);
  const two = await second.client.send({
    method: 'PUT',
    path,
    query: [
      ['partNumber', '2'],
      ['uploadId', uploadId],
    ],
    body: 'the end',
  });
  const rows = [one, two].map(
    (sent, i) => `<Part><PartNumber>${i + 1}</PartNumber><ETag>${sent.headers.etag}</ETag></Part>`,
  );
  const body = `<CompleteMultipartUpload>${rows.join('')}</CompleteMultipartUpload>`;
  const done = await second.client.send({ method: 'POST', path, query: [['uploadId', uploadId]], body });
  expect(done.status).toBe(200);
  const got = await second.client.send({ method: 'GET', path });
  expect(got.body.equals(Buffer.concat([part, Buffer.from('the end')]))).toBe(true);
  second.client.close();
  await kill(second.child);
});
