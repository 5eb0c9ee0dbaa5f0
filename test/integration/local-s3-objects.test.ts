import { createHash } from 'node:crypto';
import { readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketLocationCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createDigest } from '../../main/checksums/digest.ts';
import { presignUrl } from '../../main/s3/sigv4/presign.ts';
import { createRawS3Client, type RawS3Client } from '../servers/raw-s3-client.ts';
import { startTestLocalS3, type TestLocalS3 } from '../servers/local-s3.ts';

let server: TestLocalS3;
let sdk: S3Client;
let raw: RawS3Client;
const Bucket = 'bucket';

beforeAll(async () => {
  server = await startTestLocalS3();
  sdk = new S3Client({ endpoint: server.endpointUrl, region: 'us-east-1', forcePathStyle: true, credentials: server });
  raw = createRawS3Client(server);
  await sdk.send(new CreateBucketCommand({ Bucket }));
});

afterEach(() => server.assertNoErrors());

afterAll(async () => {
  sdk.destroy();
  raw.close();
  await server.stop();
});

async function text(Key: string): Promise<string | undefined> {
  return (await sdk.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString();
}

const md5 = (body: string) => createHash('md5').update(body).digest('hex');

describe('the SDK with its default settings', () => {
  const keys = [
    'a',
    'a/b',
    'a//b',
    '../../escape',
    '.',
    '..',
    'x/',
    '/',
    'A',
    'é',
    'e\u0301',
    '\u0001\n\r\t',
    'con.txt',
    'n'.repeat(1024),
    'd/'.repeat(512),
    '😀 +%&=?#',
  ];

  test('every kind of key is an object of its own, and none leaves the folder', async () => {
    await sdk.send(new CreateBucketCommand({ Bucket: 'keys' }));
    for (const Key of keys) await sdk.send(new PutObjectCommand({ Bucket: 'keys', Key, Body: `it is ${Key}` }));
    for (const Key of keys) {
      const { Body } = await sdk.send(new GetObjectCommand({ Bucket: 'keys', Key }));
      expect(await Body?.transformToString()).toBe(`it is ${Key}`);
    }
    const { Contents } = await sdk.send(new ListObjectsV2Command({ Bucket: 'keys', EncodingType: 'url' }));
    expect(Contents).toHaveLength(keys.length);
    expect(await readdir(server.folder)).toEqual(['.brigade', 'bucket', 'keys']);
    expect(await readdir(join(server.folder, 'keys'))).toEqual(expect.arrayContaining(['a', 'A', 'con.txt']));
    const Objects = keys.map((Key) => ({ Key }));
    const { Deleted } = await sdk.send(new DeleteObjectsCommand({ Bucket: 'keys', Delete: { Objects } }));
    expect(Deleted).toHaveLength(keys.length);
    expect(await readdir(join(server.folder, 'keys'))).toEqual([]);
  });

  test('headers, metadata, ETag and the checksum it sent come back', async () => {
    const put = await sdk.send(
      new PutObjectCommand({
        Bucket,
        Key: 'described',
        Body: 'text',
        ContentType: 'text/plain; charset=utf-8',
        CacheControl: 'max-age=1',
        ContentDisposition: 'attachment; filename="a.txt"',
        ContentEncoding: 'identity',
        ContentLanguage: 'de',
        Expires: new Date(0),
        Metadata: { one: '1', 'with-dash': 'b  c' },
      }),
    );
    expect(put).toMatchObject({ ETag: `"${md5('text')}"`, ChecksumType: 'FULL_OBJECT' });
    const head = await sdk.send(new HeadObjectCommand({ Bucket, Key: 'described', ChecksumMode: 'ENABLED' }));
    expect(head).toMatchObject({
      ETag: `"${md5('text')}"`,
      ContentLength: 4,
      ContentType: 'text/plain; charset=utf-8',
      CacheControl: 'max-age=1',
      ContentDisposition: 'attachment; filename="a.txt"',
      ContentEncoding: 'identity',
      ContentLanguage: 'de',
      ExpiresString: 'Thu, 01 Jan 1970 00:00:00 GMT',
      Metadata: { one: '1', 'with-dash': 'b  c' },
      ChecksumCRC32: put.ChecksumCRC32,
      ChecksumType: 'FULL_OBJECT',
      AcceptRanges: 'bytes',
    });
  });

  test.each(['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const)(
    '%s is verified, kept and returned',
    async (algorithm) => {
      const Key = `sum-${algorithm}`;
      await sdk.send(new PutObjectCommand({ Bucket, Key, Body: 'summed', ChecksumAlgorithm: algorithm }));
      const head = await sdk.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }));
      const digest = createDigest(algorithm.toLowerCase() as 'crc32');
      digest.update(Buffer.from('summed'));
      const sum = digest.digestBase64();
      expect(head[`Checksum${algorithm}`]).toBe(sum);
      const wrong = await raw.send({
        method: 'PUT',
        path: `/${Bucket}/${Key}`,
        headers: { [`x-amz-checksum-${algorithm.toLowerCase()}`]: sum },
        body: 'summer',
      });
      expect(wrong).toMatchObject({ status: 400, code: 'BadDigest' });
      expect(await text(Key)).toBe('summed');
    },
  );

  test('a stream of known length', async () => {
    const body = Readable.from(Array.from({ length: 100 }, (_, i) => Buffer.alloc(10_000, String(i % 10))));
    await sdk.send(new PutObjectCommand({ Bucket, Key: 'stream', Body: body, ContentLength: 1_000_000 }));
    expect((await text('stream'))?.length).toBe(1_000_000);
  });

  test('copies: metadata kept or replaced, conditions on the source', async () => {
    await sdk.send(
      new PutObjectCommand({ Bucket, Key: 'from ü', Body: 'copied', Metadata: { a: '1' }, ContentType: 'text/x' }),
    );
    const CopySource = `/${Bucket}/${encodeURIComponent('from ü')}`;
    await sdk.send(new CopyObjectCommand({ Bucket, Key: 'to', CopySource, CopySourceIfMatch: `"${md5('copied')}"` }));
    expect(await sdk.send(new HeadObjectCommand({ Bucket, Key: 'to' }))).toMatchObject({
      Metadata: { a: '1' },
      ContentType: 'text/x',
    });
    await sdk.send(
      new CopyObjectCommand({
        Bucket,
        Key: 'to',
        CopySource: `${Bucket}/to`,
        MetadataDirective: 'REPLACE',
        Metadata: { b: '2' },
      }),
    );
    expect(await sdk.send(new HeadObjectCommand({ Bucket, Key: 'to' }))).toMatchObject({ Metadata: { b: '2' } });
    expect(await text('to')).toBe('copied');
    const copy = (input: object) => sdk.send(new CopyObjectCommand({ Bucket, Key: 'to', CopySource, ...input }));
    await expect(copy({ CopySourceIfMatch: '"0"' })).rejects.toMatchObject({ name: 'PreconditionFailed' });
    await expect(copy({ IfNoneMatch: '*' })).rejects.toMatchObject({ name: 'PreconditionFailed' });
    await expect(copy({ CopySource: `${Bucket}/none` })).rejects.toMatchObject({ name: 'NoSuchKey' });
    await expect(copy({ CopySource: `${Bucket}/to` })).rejects.toMatchObject({ name: 'InvalidRequest' });
  });

  test('the region a bucket was made for', async () => {
    await sdk.send(
      new CreateBucketCommand({
        Bucket: 'elsewhere',
        CreateBucketConfiguration: { LocationConstraint: 'eu-central-1' },
      }),
    );
    expect((await sdk.send(new GetBucketLocationCommand({ Bucket: 'elsewhere' }))).LocationConstraint).toBe(
      'eu-central-1',
    );
    expect((await sdk.send(new GetBucketLocationCommand({ Bucket }))).LocationConstraint).toBe(undefined);
  });
});

describe('conditions', () => {
  const path = `/${Bucket}/cond`;
  const etag = `"${md5('one')}"`;

  test('of a write', async () => {
    const put = (headers: Record<string, string>, body = 'one') => raw.send({ method: 'PUT', path, headers, body });
    expect(await put({ 'if-match': etag })).toMatchObject({ status: 404, code: 'NoSuchKey' });
    expect(await put({ 'if-none-match': '*' })).toMatchObject({ status: 200 });
    expect(await put({ 'if-none-match': '*' }, 'two')).toMatchObject({ status: 412, code: 'PreconditionFailed' });
    expect(await put({ 'if-match': '"0"' }, 'two')).toMatchObject({ status: 412 });
    expect(await put({ 'if-match': etag })).toMatchObject({ status: 200 });
    expect(await put({ 'if-none-match': '"x"' })).toMatchObject({ status: 501 });
    expect(await text('cond')).toBe('one');
  });

  test('of many writers at once: one wins', async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, i) =>
        raw.send({ method: 'PUT', path: `/${Bucket}/race`, headers: { 'if-none-match': '*' }, body: String(i) }),
      ),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(await text('race')).toBe(String(answers.findIndex(({ status }) => status === 200)));
  });

  test('of a read and of a delete', async () => {
    const get = (headers: Record<string, string>) => raw.send({ method: 'GET', path, headers });
    const [past, future] = ['Thu, 01 Jan 2015 00:00:00 GMT', 'Thu, 01 Jan 2099 00:00:00 GMT'];
    expect(await get({ 'if-none-match': etag })).toMatchObject({ status: 304, headers: { etag } });
    expect(await get({ 'if-none-match': '"0"', 'if-modified-since': future })).toMatchObject({ status: 200 });
    expect(await get({ 'if-modified-since': future })).toMatchObject({ status: 304 });
    expect(await get({ 'if-modified-since': past })).toMatchObject({ status: 200 });
    expect(await get({ 'if-unmodified-since': past })).toMatchObject({ status: 412 });
    expect(await get({ 'if-match': etag, 'if-unmodified-since': past })).toMatchObject({ status: 200 });
    expect(await get({ 'if-match': '"0"' })).toMatchObject({ status: 412, code: 'PreconditionFailed' });
    await expect(sdk.send(new DeleteObjectCommand({ Bucket, Key: 'cond', IfMatch: '"0"' }))).rejects.toMatchObject({
      name: 'PreconditionFailed',
    });
    await sdk.send(new DeleteObjectCommand({ Bucket, Key: 'cond', IfMatch: etag }));
    await sdk.send(new DeleteObjectCommand({ Bucket, Key: 'cond' }));
    expect(await get({})).toMatchObject({ status: 404, code: 'NoSuchKey' });
    expect(await raw.send({ method: 'HEAD', path })).toMatchObject({ status: 404, code: undefined });
  });
});

describe('ranges and overrides', () => {
  beforeAll(() => sdk.send(new PutObjectCommand({ Bucket, Key: 'ranged', Body: '0123456789' })));

  test('answers with the bytes and where they are', async () => {
    const get = (range: string) =>
      raw.send({ method: 'GET', path: `/${Bucket}/ranged`, headers: { range, 'x-amz-checksum-mode': 'ENABLED' } });
    const part = await get('bytes=2-4');
    expect([part.status, part.body.toString(), part.headers['content-range']]).toEqual([206, '234', 'bytes 2-4/10']);
    // A checksum of the whole would be taken for that of the range.
    expect(part.headers['x-amz-checksum-crc32']).toBe(undefined);
    expect(await get('bytes=20-')).toMatchObject({
      status: 416,
      code: 'InvalidRange',
      headers: { 'content-range': 'bytes */10' },
    });
    expect(
      (await raw.send({ method: 'HEAD', path: `/${Bucket}/ranged`, headers: { range: 'bytes=2-4' } })).headers[
        'content-length'
      ],
    ).toBe('3');
  });

  test('response headers as the URL wants them', async () => {
    const { headers } = await raw.send({
      method: 'GET',
      path: `/${Bucket}/ranged`,
      query: [
        ['response-content-type', 'text/csv'],
        ['response-content-disposition', 'attachment; filename="ü.csv"\r\nx: y'],
      ],
    });
    expect(headers['content-type']).toBe('text/csv');
    expect(Buffer.from(headers['content-disposition'] ?? '', 'latin1').toString()).toBe(
      'attachment; filename="ü.csv"  x: y',
    );
    expect(headers['x']).toBe(undefined);
  });
});

describe('who is asking', () => {
  const path = `/${Bucket}/auth`;
  const presigned = (changes: object) =>
    presignUrl({
      method: 'GET',
      path,
      query: [],
      headers: { host: `127.0.0.1:${server.port}` },
      credentials: server,
      region: 'eu-central-1',
      dateMs: Date.now(),
      expiresInSeconds: 60,
      protocol: 'http:',
      ...changes,
    });
  const code = async (response: Response) => [response.status, /<Code>(\w+)/.exec(await response.text())?.[1]];

  test('headers', async () => {
    const as = (changes: object) => createRawS3Client({ ...server, ...changes });
    expect(await as({ secretAccessKey: 'wrong' }).send({ method: 'GET', path })).toMatchObject({
      status: 403,
      code: 'SignatureDoesNotMatch',
    });
    expect(await as({ accessKeyId: 'WRONG' }).send({ method: 'GET', path })).toMatchObject({
      status: 403,
      code: 'InvalidAccessKeyId',
    });
    const minutes = (count: number) => ({ method: 'GET', path, dateMs: Date.now() + count * 60_000 });
    expect(await raw.send(minutes(20))).toMatchObject({ status: 403, code: 'RequestTimeTooSkewed' });
    expect(await raw.send(minutes(-20))).toMatchObject({ status: 403, code: 'RequestTimeTooSkewed' });
    expect(await raw.send(minutes(-10))).toMatchObject({ status: 404 });
    expect(await code(await fetch(server.endpointUrl + path))).toEqual([403, 'AccessDenied']);
    expect(await code(await fetch(server.endpointUrl + path, { headers: { authorization: 'AWS a:b' } }))).toEqual([
      400,
      'InvalidRequest',
    ]);
    expect(await raw.send({ method: 'PUT', path, body: 'x', payloadHash: 'a'.repeat(64) })).toMatchObject({
      status: 400,
      code: 'XAmzContentSHA256Mismatch',
    });
  });

  test('presigned URLs', async () => {
    await fetch(presigned({ method: 'PUT' }), { method: 'PUT', body: 'through the door' });
    expect(await (await fetch(presigned({}))).text()).toBe('through the door');
    expect(await code(await fetch(presigned({ dateMs: Date.now() - 61_000 })))).toEqual([403, 'AccessDenied']);
    expect(await code(await fetch(presigned({}), { method: 'DELETE' }))).toEqual([403, 'SignatureDoesNotMatch']);
    expect(await code(await fetch(`${presigned({})}&partNumber=1`))).toEqual([403, 'SignatureDoesNotMatch']);
    const unsigned = await fetch(presigned({ method: 'PUT' }), {
      method: 'PUT',
      body: 'x',
      headers: { 'x-amz-meta-a': 'b' },
    });
    expect(await code(unsigned)).toEqual([403, 'AccessDenied']);
  });

  test('every answer carries a date and an id', async () => {
    const { headers } = await raw.send({ method: 'HEAD', path: '/nowhere' });
    expect(Math.abs(Date.parse(headers.date ?? '') - Date.now())).toBeLessThan(10_000);
    expect(headers['x-amz-request-id']).toMatch(/^[0-9A-F]{16}$/);
  });
});

describe('bad input', () => {
  const broken = '<Delete';
  const md5OfBroken = createHash('md5').update(broken).digest('base64');
  test.each([
    ['a key of 1,025 bytes', { method: 'GET', path: `/${Bucket}/${'n'.repeat(1025)}` }, 400, 'KeyTooLongError'],
    ['no such bucket', { method: 'GET', path: '/no-such-bucket' }, 404, 'NoSuchBucket'],
    ['a bucket that cannot be', { method: 'PUT', path: '/.brigade' }, 400, 'InvalidBucketName'],
    ['a bucket in upper case', { method: 'GET', path: '/BUCKET/k' }, 404, 'NoSuchBucket'],
    [
      'a sub-resource that is not there',
      { method: 'GET', path: `/${Bucket}`, query: [['acl', '']] },
      501,
      'NotImplemented',
    ],
    [
      'encryption that is not there',
      { method: 'PUT', path: `/${Bucket}/k`, headers: { 'x-amz-server-side-encryption': 'aws:kms' }, body: 'x' },
      501,
      'NotImplemented',
    ],
    [
      'a public object',
      { method: 'PUT', path: `/${Bucket}/k`, headers: { 'x-amz-acl': 'public-read' }, body: 'x' },
      400,
      'AccessControlListNotSupported',
    ],
    [
      'metadata beyond 2 KiB',
      { method: 'PUT', path: `/${Bucket}/k`, headers: { 'x-amz-meta-a': 'x'.repeat(2048) }, body: 'x' },
      400,
      'MetadataTooLarge',
    ],
    [
      'a Content-MD5 of something else',
      { method: 'PUT', path: `/${Bucket}/k`, headers: { 'content-md5': 'AAAAAAAAAAAAAAAAAAAAAA==' }, body: 'x' },
      400,
      'BadDigest',
    ],
    [
      'a Content-MD5 that is none',
      { method: 'PUT', path: `/${Bucket}/k`, headers: { 'content-md5': 'abc' }, body: 'x' },
      400,
      'InvalidDigest',
    ],
    ['max-keys', { method: 'GET', path: `/${Bucket}`, query: [['max-keys', '-1']] }, 400, 'InvalidArgument'],
    [
      'a token of another',
      {
        method: 'GET',
        path: `/${Bucket}`,
        query: [
          ['list-type', '2'],
          ['continuation-token', '????'],
        ],
      },
      400,
      'InvalidArgument',
    ],
    [
      'XML that is none',
      {
        method: 'POST',
        path: `/${Bucket}`,
        query: [['delete', '']],
        headers: { 'content-md5': md5OfBroken },
        body: broken,
      },
      400,
      'MalformedXML',
    ],
    [
      'a delete without a checksum',
      { method: 'POST', path: `/${Bucket}`, query: [['delete', '']], body: '<Delete/>' },
      400,
      'InvalidRequest',
    ],
    ['a method', { method: 'PATCH', path: `/${Bucket}/k` }, 405, 'MethodNotAllowed'],
  ] as const)('%s', async (_name, request, status, expected) => {
    const answer = await raw.send(request);
    expect([answer.status, answer.code]).toEqual([status, expected]);
    expect(answer.xml?.children.map((child) => child.name)).toEqual(
      expect.arrayContaining(['Code', 'Message', 'Resource', 'RequestId']),
    );
  });

  test('a document of 5 MiB is not read', async () => {
    const body = Buffer.alloc(5 * 2 ** 20, ' ');
    const headers = { 'content-md5': createHash('md5').update(body).digest('base64') };
    const answer = await raw.send({ method: 'POST', path: `/${Bucket}`, query: [['delete', '']], headers, body });
    expect(answer).toMatchObject({ status: 400, code: 'MaxMessageLengthExceeded' });
  });

  test('a body that ends before its length leaves nothing behind', async () => {
    const url = new URL(
      presignUrl({
        method: 'PUT',
        path: `/${Bucket}/half`,
        query: [],
        headers: { host: `127.0.0.1:${server.port}` },
        credentials: server,
        region: 'x',
        dateMs: Date.now(),
        expiresInSeconds: 60,
        protocol: 'http:',
      }),
    );
    await new Promise<void>((resolve) => {
      const socket = connect(server.port, '127.0.0.1', () => {
        socket.write(
          `PUT ${url.pathname}${url.search} HTTP/1.1\r\nHost: ${url.host}\r\nContent-Length: 1000000\r\n\r\n`,
        );
        socket.end(Buffer.alloc(300_000));
      });
      socket.on('error', () => resolve());
      socket.on('close', () => resolve());
      socket.resume();
    });
    expect(await raw.send({ method: 'HEAD', path: `/${Bucket}/half` })).toMatchObject({ status: 404 });
    await expect.poll(() => readdir(join(server.folder, '.brigade', 'tmp'))).toEqual([]);
  });

  test('a client that waits for 100 Continue is refused before it sends its body', async () => {
    const request = `PUT /no-such-bucket/k HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\nExpect: 100-continue\r\n\r\n`;
    const first = await new Promise<string>((resolve, reject) => {
      const socket = connect(server.port, '127.0.0.1', () => socket.write(request));
      socket.once('error', reject);
      socket.once('data', (data) => {
        resolve(data.toString('latin1').split('\r\n')[0] ?? '');
        socket.destroy();
      });
    });
    expect(first).toBe('HTTP/1.1 403 Forbidden');
  });
});

describe('the folder', () => {
  const path = (...names: string[]) => join(server.folder, Bucket, ...names);

  test('an object is a file of its name; one changed by hand is another object', async () => {
    await sdk.send(new PutObjectCommand({ Bucket, Key: 'desk/letter.txt', Body: 'Dear', Metadata: { a: '1' } }));
    expect(await readFile(path('desk', 'letter.txt'), 'utf8')).toBe('Dear');
    await writeFile(path('desk', 'letter.txt'), 'Deer');
    const head = await sdk.send(new HeadObjectCommand({ Bucket, Key: 'desk/letter.txt', ChecksumMode: 'ENABLED' }));
    expect(head).toMatchObject({ ContentLength: 4, Metadata: {} });
    expect(head.ETag).toMatch(/^"[0-9a-f]{32}-1"$/);
    expect(head.ChecksumCRC32).toBe(undefined);
    await sdk.send(new DeleteObjectCommand({ Bucket, Key: 'desk/letter.txt' }));
    expect(await readdir(path())).not.toContain('desk');
  });

  test('an object in the way of a folder, and a folder in the way of an object', async () => {
    await sdk.send(new PutObjectCommand({ Bucket, Key: 'way', Body: 'object' }));
    await sdk.send(new PutObjectCommand({ Bucket, Key: 'way/below', Body: 'below' }));
    await sdk.send(new PutObjectCommand({ Bucket, Key: 'house/room', Body: 'room' }));
    await sdk.send(new PutObjectCommand({ Bucket, Key: 'house', Body: 'house' }));
    expect([await text('way'), await text('way/below'), await text('house'), await text('house/room')]).toEqual([
      'object',
      'below',
      'house',
      'room',
    ]);
    await sdk.send(new DeleteObjectCommand({ Bucket, Key: 'way' }));
    await sdk.send(new PutObjectCommand({ Bucket, Key: 'way/below', Body: 'again' }));
    expect(await text('way/below')).toBe('again');
  });

  test('links lead nowhere', async () => {
    const outside = join(tmpdir(), `brigade-outside-${process.pid}.txt`);
    await writeFile(outside, 'secret');
    await symlink(outside, path('link.txt'));
    await symlink(tmpdir(), path('linked'));
    try {
      for (const Key of ['link.txt', `linked/brigade-outside-${process.pid}.txt`]) {
        await expect(sdk.send(new GetObjectCommand({ Bucket, Key }))).rejects.toMatchObject({ name: 'NoSuchKey' });
        await sdk.send(new PutObjectCommand({ Bucket, Key, Body: 'mine' }));
        expect(await text(Key)).toBe('mine');
        await sdk.send(new DeleteObjectCommand({ Bucket, Key }));
      }
      expect(await readFile(outside, 'utf8')).toBe('secret');
      const { Contents } = await sdk.send(new ListObjectsV2Command({ Bucket, Prefix: 'link' }));
      expect(Contents).toBe(undefined);
    } finally {
      await rm(outside);
      await rm(path('link.txt'));
      await rm(path('linked'));
    }
  });

  test('a reader keeps the version it began with', async () => {
    const old = Buffer.alloc(30_000_000, 'old');
    await sdk.send(new PutObjectCommand({ Bucket, Key: 'read', Body: old }));
    const { Body, ETag } = await sdk.send(new GetObjectCommand({ Bucket, Key: 'read' }));
    await sdk.send(new PutObjectCommand({ Bucket, Key: 'read', Body: 'new' }));
    const bytes = await Body?.transformToByteArray();
    expect(Buffer.from(bytes ?? []).equals(old)).toBe(true);
    expect(ETag).toBe(`"${createHash('md5').update(old).digest('hex')}"`);
    expect(await text('read')).toBe('new');
  });

  test('writers of one key: the bytes and the facts of one of them, never of two', async () => {
    const put = (i: number) =>
      sdk.send(
        new PutObjectCommand({ Bucket, Key: 'many', Body: String(i).repeat(50_000), Metadata: { i: String(i) } }),
      );
    await Promise.all(Array.from({ length: 9 }, (_, i) => put(i)));
    const { Body, Metadata, ETag } = await sdk.send(new GetObjectCommand({ Bucket, Key: 'many' }));
    const body = (await Body?.transformToString()) ?? '';
    expect(body).toBe((Metadata?.['i'] ?? '').repeat(50_000));
    expect(ETag).toBe(`"${md5(body)}"`);
  });

  test('what was stored is there after a restart, facts and all', async () => {
    const first = await startTestLocalS3({ folder: join(server.folder, '..', `brigade-restart-${process.pid}`) });
    const client = (port: number) =>
      new S3Client({
        endpoint: `http://127.0.0.1:${port}`,
        region: 'us-east-1',
        forcePathStyle: true,
        credentials: server,
      });
    try {
      const before = client(first.port);
      await before.send(new CreateBucketCommand({ Bucket }));
      for (const Key of ['plain', 'odd//one'])
        await before.send(new PutObjectCommand({ Bucket, Key, Body: Key, Metadata: { key: Key } }));
      before.destroy();
      await first.stop();
      const second = await startTestLocalS3({ folder: first.folder });
      const after = client(second.port);
      const { Contents } = await after.send(new ListObjectsV2Command({ Bucket }));
      expect(Contents?.map((object) => object.Key)).toEqual(['odd//one', 'plain']);
      for (const Key of ['plain', 'odd//one']) {
        expect(await after.send(new HeadObjectCommand({ Bucket, Key }))).toMatchObject({
          Metadata: { key: Key },
          ETag: `"${md5(Key)}"`,
        });
      }
      after.destroy();
      await second.stop();
    } finally {
      await rm(first.folder, { recursive: true, force: true });
    }
  });
});
