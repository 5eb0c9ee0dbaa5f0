import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetBucketVersioningCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startTestLocalS3, type TestLocalS3 } from '../servers/local-s3.ts';
import { createRawS3Client, type RawS3Client } from '../servers/raw-s3-client.ts';

let server: TestLocalS3;
let sdk: S3Client;
let raw: RawS3Client;
const Bucket = 'bucket';

beforeAll(async () => {
  server = await startTestLocalS3();
  sdk = new S3Client({ endpoint: server.endpointUrl, region: 'us-east-1', forcePathStyle: true, credentials: server });
  raw = createRawS3Client(server);
  await sdk.send(new CreateBucketCommand({ Bucket }));
  for (const Key of ['a', 'b/1', 'b/2', 'c', 'd/3'])
    await sdk.send(new PutObjectCommand({ Bucket, Key, Body: Key, Tagging: 't=1' }));
});

afterEach(() => server.assertNoErrors());

afterAll(async () => {
  sdk.destroy();
  raw.close();
  await server.stop();
});

test('each object is one version, and there are no delete markers', async () => {
  expect((await sdk.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBeUndefined();
  const { Versions, DeleteMarkers, IsTruncated } = await sdk.send(new ListObjectVersionsCommand({ Bucket }));
  expect([DeleteMarkers, IsTruncated]).toEqual([undefined, false]);
  expect(Versions?.map(({ Key }) => Key)).toEqual(['a', 'b/1', 'b/2', 'c', 'd/3']);
  const { ETag, LastModified } = await sdk.send(new HeadObjectCommand({ Bucket, Key: 'c', VersionId: 'null' }));
  const Owner = { ID: 'local-s3', DisplayName: 'local-s3' };
  const [expected] = Versions?.filter(({ Key }) => Key === 'c') ?? [];
  expect(expected).toMatchObject({
    Key: 'c',
    VersionId: 'null',
    IsLatest: true,
    Size: 1,
    StorageClass: 'STANDARD',
    ETag,
    LastModified,
    Owner,
  });
});

test('a level at a time, over pages', async () => {
  const seen: (string | undefined)[] = [];
  let markers: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } = {};
  for (;;) {
    const page = await sdk.send(new ListObjectVersionsCommand({ Bucket, Delimiter: '/', MaxKeys: 1, ...markers }));
    seen.push(
      ...(page.Versions ?? []).map(({ Key }) => Key),
      ...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix),
    );
    if (page.IsTruncated !== true) break;
    expect(page.NextVersionIdMarker).toBe(seen.at(-1)?.endsWith('/') ? undefined : 'null');
    markers = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
  }
  expect(seen).toEqual(['a', 'b/', 'c', 'd/']);
  const below = await sdk.send(new ListObjectVersionsCommand({ Bucket, Prefix: 'b/', KeyMarker: 'b/1' }));
  expect(below.Versions?.map(({ Key }) => Key)).toEqual(['b/2']);
});

test('no other version is read or taken away, and never the object instead of it', async () => {
  const other = { Bucket, Key: 'a', VersionId: 'another' };
  const refused = { name: 'InvalidArgument' };
  await expect(sdk.send(new GetObjectCommand(other))).rejects.toMatchObject(refused);
  await expect(sdk.send(new DeleteObjectCommand(other))).rejects.toMatchObject(refused);
  const attributes = new GetObjectAttributesCommand({ ...other, ObjectAttributes: ['ETag'] });
  await expect(sdk.send(attributes)).rejects.toMatchObject(refused);
  expect(await (await sdk.send(new GetObjectCommand({ Bucket, Key: 'a' }))).Body?.transformToString()).toBe('a');
});

test.each([
  ['GET', `/${Bucket}`, [['version-id-marker', 'null']], 400, 'InvalidArgument'],
  [
    'GET',
    `/${Bucket}`,
    [
      ['key-marker', 'a'],
      ['version-id-marker', 'x'],
    ],
    400,
    'InvalidArgument',
  ],
  ['GET', `/${Bucket}`, [['max-keys', '-1']], 400, 'InvalidArgument'],
  ['GET', '/no-such-bucket', [], 404, 'NoSuchBucket'],
  ['PUT', `/${Bucket}`, [], 405, 'MethodNotAllowed'],
  ['GET', `/${Bucket}/a`, [], 405, 'MethodNotAllowed'],
] as const)('%s %s with %j is refused', async (method, path, more, status, code) => {
  expect(await raw.send({ method, path, query: [['versions', ''], ...more] })).toMatchObject({ status, code });
});
