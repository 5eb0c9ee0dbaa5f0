import {
  GetObjectCommand,
  CreateBucketCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type FaultyS3, startFaultyS3 } from '../fakes/faulty-s3.ts';
import { startTestLocalS3, type TestLocalS3 } from '../servers/local-s3.ts';

let server: TestLocalS3;
let faulty: FaultyS3;
let client: S3Client;
const body = Buffer.alloc(300_000, 'abc');

beforeEach(async () => {
  server = await startTestLocalS3();
  faulty = await startFaultyS3(server.endpointUrl);
  client = new S3Client({
    endpoint: faulty.endpointUrl,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: server,
    maxAttempts: 1,
  });
  await client.send(new CreateBucketCommand({ Bucket: 'bucket' }));
});

afterEach(async () => {
  client.destroy();
  await faulty.close();
  await server.stop();
});

function put(): Promise<unknown> {
  return client.send(new PutObjectCommand({ Bucket: 'bucket', Key: 'a b', Body: body }));
}

async function get(): Promise<Uint8Array> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket: 'bucket', Key: 'a b' }));
  return (Body as { transformToByteArray(): Promise<Uint8Array> }).transformToByteArray();
}

async function storedKeys(): Promise<(string | undefined)[]> {
  const { Contents } = await client.send(new ListObjectsV2Command({ Bucket: 'bucket' }));
  return (Contents ?? []).map((object) => object.Key);
}

describe('without a fault', () => {
  test('everything goes through and is counted', async () => {
    await put();
    expect(Buffer.from(await get()).equals(body)).toBe(true);
    const [, sent, received] = faulty.requests;
    expect(sent).toMatchObject({
      method: 'PUT',
      bucket: 'bucket',
      key: 'a b',
      status: 200,
      isFinished: true,
      fault: null,
    });
    expect(sent?.requestBytes).toBeGreaterThanOrEqual(body.length);
    expect(received).toMatchObject({ method: 'GET', responseBytes: body.length, partNumber: null });
  });
});

describe('on the way there', () => {
  test('it waits until it is let go', async () => {
    const gate = Promise.withResolvers<void>();
    faulty.add({ match: ({ method }) => method === 'PUT', fault: { type: 'hold', until: gate.promise } });
    const sending = put();
    await expect.poll(() => faulty.requests.at(-1)?.fault).toBe('hold');
    expect(await storedKeys()).toEqual([]);
    gate.resolve();
    await sending;
    expect(await storedKeys()).toEqual(['a b']);
  });

  test('an answer in its place, so many times', async () => {
    faulty.add({
      match: (request) => request.method === 'PUT',
      fault: { type: 'respond', status: 503, code: 'SlowDown' },
      times: 2,
    });
    await expect(put()).rejects.toMatchObject({ name: 'SlowDown', $metadata: { httpStatusCode: 503 } });
    await expect(put()).rejects.toMatchObject({ name: 'SlowDown' });
    await put();
    expect(await storedKeys()).toEqual(['a b']);
  });

  test.each(['beforeBody', 'afterBody'] as const)('a reset %s: nothing is stored', async (when) => {
    faulty.add({ match: (request) => request.method === 'PUT', fault: { type: 'reset', when } });
    await expect(put()).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(await storedKeys()).toEqual([]);
  });

  test('a reset before the answer: it is stored, and the client does not know', async () => {
    faulty.add({ match: (request) => request.method === 'PUT', fault: { type: 'reset', when: 'beforeAnswer' } });
    await expect(put()).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(await storedKeys()).toEqual(['a b']);
  });

  test('a changed byte is found by the server', async () => {
    faulty.add({ match: (request) => request.method === 'PUT', fault: { type: 'corruptRequest' } });
    await expect(put()).rejects.toMatchObject({ $metadata: { httpStatusCode: 400 } });
    expect(await storedKeys()).toEqual([]);
  });
});

describe('on the way back', () => {
  test('half an answer', async () => {
    await put();
    faulty.add({ match: (request) => request.method === 'GET', fault: { type: 'cutAnswer' } });
    await expect(get()).rejects.toThrow();
    expect(faulty.requests.at(-1)).toMatchObject({ responseBytes: body.length / 2, isFinished: false });
  });

  test('a changed byte is found by the client', async () => {
    await put();
    faulty.add({ match: (request) => request.method === 'GET', fault: { type: 'corruptAnswer' } });
    await expect(get()).rejects.toThrow(/[Cc]hecksum/);
  });

  test('silence until the client gives up', async () => {
    await put();
    faulty.add({ match: (request) => request.method === 'GET', fault: { type: 'hang', afterBytes: 1000 } });
    const response = await client.send(new GetObjectCommand({ Bucket: 'bucket', Key: 'a b' }), {});
    const stream = response.Body as unknown as NodeJS.ReadableStream & { destroy(): void };
    let received = 0;
    await new Promise<void>((resolve) => {
      stream.on('data', (chunk: Buffer) => {
        received += chunk.length;
        if (received === 1000) resolve();
      });
    });
    stream.destroy();
    expect(received).toBe(1000);
  });

  test('another clock', async () => {
    faulty.add({ match: () => true, fault: { type: 'skewDate', aheadMs: 3_600_000 } });
    const response = await fetch(faulty.endpointUrl);
    expect(Date.parse(response.headers.get('date') ?? '')).toBeGreaterThan(Date.now() + 3_500_000);
  });
});
