import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectTaggingCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startTestLocalS3, type TestLocalS3 } from '../servers/local-s3.ts';
import { createRawS3Client, type RawS3Client } from '../servers/raw-s3-client.ts';

let server: TestLocalS3;
let sdk: S3Client;
let raw: RawS3Client;
const Bucket = 'bucket';

const connect = (to: TestLocalS3) =>
  new S3Client({ endpoint: to.endpointUrl, region: 'us-east-1', forcePathStyle: true, credentials: to });

beforeAll(async () => {
  server = await startTestLocalS3();
  sdk = connect(server);
  raw = createRawS3Client(server);
  await sdk.send(new CreateBucketCommand({ Bucket }));
});

afterEach(() => server.assertNoErrors());

afterAll(async () => {
  sdk.destroy();
  raw.close();
  await server.stop();
});

async function tagsOf(Key: string, client = sdk): Promise<Record<string, string | undefined>> {
  const { TagSet } = await client.send(new GetObjectTaggingCommand({ Bucket, Key }));
  return Object.fromEntries((TagSet ?? []).map((tag) => [tag.Key, tag.Value]));
}

const setTags = (Key: string, tags: Record<string, string>) =>
  sdk.send(
    new PutObjectTaggingCommand({
      Bucket,
      Key,
      Tagging: { TagSet: Object.entries(tags).map(([name, Value]) => ({ Key: name, Value })) },
    }),
  );

const put = (Key: string, Tagging?: string) => sdk.send(new PutObjectCommand({ Bucket, Key, Body: Key, Tagging }));

test('are set, replaced and taken away; the object stays what it is', async () => {
  await put('k');
  const before = await sdk.send(new HeadObjectCommand({ Bucket, Key: 'k', ChecksumMode: 'ENABLED' }));
  await setTags('k', { colour: 'blue', 'a.b:c/d@e_f-g': '', größe: 'über 1+1=2' });
  expect(await tagsOf('k')).toEqual({ colour: 'blue', 'a.b:c/d@e_f-g': '', größe: 'über 1+1=2' });
  const after = await sdk.send(new HeadObjectCommand({ Bucket, Key: 'k', ChecksumMode: 'ENABLED' }));
  expect(after).toMatchObject({
    ETag: before.ETag,
    LastModified: before.LastModified,
    ChecksumCRC32: before.ChecksumCRC32,
    TagCount: 3,
  });
  await setTags('k', JSON.parse('{"__proto__":"a name like any other"}') as Record<string, string>);
  expect(Object.entries(await tagsOf('k'))).toEqual([['__proto__', 'a name like any other']]);
  const gone = await sdk.send(new DeleteObjectTaggingCommand({ Bucket, Key: 'k' }));
  expect(gone.$metadata.httpStatusCode).toBe(204);
  expect(await tagsOf('k')).toEqual({});
  expect((await sdk.send(new GetObjectCommand({ Bucket, Key: 'k' }))).TagCount).toBeUndefined();
});

test('come with an object, sent at once or in parts', async () => {
  await put('at once', 'a=1&b%20c=%C3%BC+x&empty=');
  expect(await tagsOf('at once')).toEqual({ a: '1', 'b c': 'ü x', empty: '' });
  const Key = 'in parts';
  const { UploadId } = await sdk.send(new CreateMultipartUploadCommand({ Bucket, Key, Tagging: 'made=in-parts' }));
  const { ETag } = await sdk.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: 1, Body: 'part' }));
  const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
  await sdk.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload }));
  expect(await tagsOf(Key)).toEqual({ made: 'in-parts' });
  await put('at once');
  expect(await tagsOf('at once')).toEqual({});
});

test('go with a copy, unless it brings its own', async () => {
  await put('from', 'a=1');
  const copy = (Key: string, more: Partial<ConstructorParameters<typeof CopyObjectCommand>[0]> = {}) =>
    sdk.send(new CopyObjectCommand({ Bucket, Key, CopySource: `${Bucket}/from`, ...more }));
  await copy('kept', { MetadataDirective: 'REPLACE', Metadata: { m: '1' } });
  expect(await tagsOf('kept')).toEqual({ a: '1' });
  await copy('ignored', { Tagging: 'b=2' });
  expect(await tagsOf('ignored')).toEqual({ a: '1' });
  await copy('replaced', { TaggingDirective: 'REPLACE', Tagging: 'b=2' });
  expect(await tagsOf('replaced')).toEqual({ b: '2' });
  await copy('dropped', { TaggingDirective: 'REPLACE' });
  expect(await tagsOf('dropped')).toEqual({});
  await expect(copy('odd', { TaggingDirective: 'MERGE' as 'COPY' })).rejects.toMatchObject({ name: 'InvalidArgument' });
});

test('of a file put there by hand stay until the file changes', async () => {
  const path = join(server.folder, Bucket, 'by hand');
  await writeFile(path, 'one');
  await setTags('by hand', { a: '1' });
  expect(await tagsOf('by hand')).toEqual({ a: '1' });
  await writeFile(path, 'two');
  await utimes(path, 1, 1);
  expect(await tagsOf('by hand')).toEqual({});
});

test('of many writers at once are those of one', async () => {
  await put('contested');
  const sets = Array.from({ length: 8 }, (_, i) => ({ one: `${i}`, two: `${i}` }));
  await Promise.all(sets.map((tags) => setTags('contested', tags)));
  expect(sets).toContainEqual(await tagsOf('contested'));
});

test('are there after a restart', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'brigade-local-s3-'));
  const first = await startTestLocalS3({ folder, durable: true });
  let client = connect(first);
  await client.send(new CreateBucketCommand({ Bucket }));
  const keys = ['plain', 'odd//one'];
  for (const Key of keys) await client.send(new PutObjectCommand({ Bucket, Key, Body: 'x', Tagging: 'a=1' }));
  const Tagging = { TagSet: [{ Key: 'b', Value: '2' }] };
  await client.send(new PutObjectTaggingCommand({ Bucket, Key: 'odd//one', Tagging }));
  client.destroy();
  await first.stop();

  const second = await startTestLocalS3({ folder });
  client = connect(second);
  expect(await Promise.all(keys.map((key) => tagsOf(key, client)))).toEqual([{ a: '1' }, { b: '2' }]);
  client.destroy();
  await second.stop();
  await rm(folder, { recursive: true });
});

const tag = (name: string, value: string) => `<Tag><Key>${name}</Key><Value>${value}</Value></Tag>`;
const tagging = (...tags: string[]) => `<Tagging><TagSet>${tags.join('')}</TagSet></Tagging>`;

test.each([
  ['eleven', tagging(...Array.from({ length: 11 }, (_, i) => tag(`t${i}`, ''))), 'BadRequest'],
  ['no name', tagging(tag('', 'v')), 'InvalidTag'],
  ['a long name', tagging(tag('n'.repeat(129), '')), 'InvalidTag'],
  ['a long value', tagging(tag('n', 'v'.repeat(257))), 'InvalidTag'],
  ['odd characters', tagging(tag('n', 'a*b')), 'InvalidTag'],
  ['a line break', tagging(tag('n', 'a&#10;b')), 'InvalidTag'],
  ['a name of the system', tagging(tag('aws:n', 'v')), 'InvalidTag'],
  ['a name twice', tagging(tag('n', '1'), tag('n', '2')), 'InvalidTag'],
  ['no value', '<Tagging><TagSet><Tag><Key>n</Key></Tag></TagSet></Tagging>', 'MalformedXML'],
  ['no set', '<Tagging/>', 'MalformedXML'],
  ['another document', '<Delete/>', 'MalformedXML'],
  ['no document', '', 'MalformedXML'],
])('%s: refused, and those there are stay', async (_, body, code) => {
  await put('refused', 'kept=1');
  const answer = await raw.send({ method: 'PUT', path: `/${Bucket}/refused`, query: [['tagging', '']], body });
  expect(answer).toMatchObject({ status: 400, code });
  expect(await tagsOf('refused')).toEqual({ kept: '1' });
});

test.each([
  ['a=1&a=2', 'InvalidArgument'],
  ['a=%FF', 'InvalidArgument'],
  ['a=1%2', 'InvalidArgument'],
  ['=1', 'InvalidTag'],
  ['a=%2A', 'InvalidTag'],
  [Array.from({ length: 11 }, (_, i) => `t${i}=`).join('&'), 'BadRequest'],
])('the header %s is refused before the object is made', async (header, code) => {
  const headers = { 'x-amz-tagging': header };
  const answer = await raw.send({ method: 'PUT', path: `/${Bucket}/never made`, headers, body: 'x' });
  expect(answer).toMatchObject({ status: 400, code });
  expect((await raw.send({ method: 'HEAD', path: `/${Bucket}/never made` })).status).toBe(404);
});

test.each(['GET', 'PUT', 'DELETE'] as const)(
  '%s where no object, no such version or only a bucket is',
  async (method) => {
    await put('there');
    const send = (path: string, ...more: (readonly [string, string])[]) =>
      raw.send({ method, path, query: [['tagging', ''], ...more], ...(method === 'PUT' ? { body: tagging() } : {}) });
    expect(await send(`/${Bucket}/none`)).toMatchObject({ status: 404, code: 'NoSuchKey' });
    expect(await send('/no-such-bucket/none')).toMatchObject({ status: 404, code: 'NoSuchBucket' });
    expect(await send(`/${Bucket}/there`, ['versionId', 'another'])).toMatchObject({
      status: 400,
      code: 'InvalidArgument',
    });
    expect((await send(`/${Bucket}/there`, ['versionId', 'null'])).status).toBe(method === 'DELETE' ? 204 : 200);
    expect(await send(`/${Bucket}`)).toMatchObject({ status: 501, code: 'NotImplemented' });
  },
);
