import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  AbortMultipartUploadCommand,
  type ChecksumAlgorithm,
  type ChecksumType,
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createDigest } from '../../main/checksums/digest.ts';
import { startTestLocalS3, type TestLocalS3 } from '../servers/local-s3.ts';

let server: TestLocalS3;
let sdk: S3Client;
const Bucket = 'bucket';
const partBytes = 5 * 2 ** 20;
const body = Buffer.alloc(partBytes * 2 + 1000);
for (let i = 0; i < body.length; i += 4) body.writeInt32LE(Math.imul(i, 2_654_435_761) | 0, i);
const pieces = [body.subarray(0, partBytes), body.subarray(partBytes, 2 * partBytes), body.subarray(2 * partBytes)];

beforeAll(async () => {
  server = await startTestLocalS3();
  sdk = connect(server.port);
  await sdk.send(new CreateBucketCommand({ Bucket }));
});

afterEach(() => server.assertNoErrors());

afterAll(async () => {
  sdk.destroy();
  await server.stop();
});

function connect(port: number): S3Client {
  return new S3Client({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: server,
    requestChecksumCalculation: 'WHEN_REQUIRED',
  });
}

async function start(Key: string, more: { ChecksumAlgorithm?: ChecksumAlgorithm; ChecksumType?: ChecksumType } = {}) {
  const { UploadId } = await sdk.send(new CreateMultipartUploadCommand({ Bucket, Key, ...more }));
  return { Bucket, Key, UploadId };
}

type Started = Awaited<ReturnType<typeof start>>;

async function send(upload: Started, PartNumber: number, Body: Uint8Array, more: object = {}) {
  const { ETag, ...sent } = await sdk.send(new UploadPartCommand({ ...upload, PartNumber, Body, ...more }));
  return {
    PartNumber,
    ETag,
    ...(sent.ChecksumCRC32 ? { ChecksumCRC32: sent.ChecksumCRC32 } : {}),
    ...(sent.ChecksumSHA256 ? { ChecksumSHA256: sent.ChecksumSHA256 } : {}),
  };
}

function complete(upload: Started, Parts: object[], more: object = {}) {
  return sdk.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts }, ...more }));
}

async function stored(Key: string): Promise<Buffer> {
  const { Body } = await sdk.send(new GetObjectCommand({ Bucket, Key }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
}

function sum(algorithm: 'crc32' | 'crc64nvme' | 'sha256', bytes: Uint8Array): string {
  const digest = createDigest(algorithm);
  digest.update(bytes);
  return digest.digestBase64();
}

const etagOfParts = `"${createHash('md5')
  .update(Buffer.concat(pieces.map((piece) => createHash('md5').update(piece).digest())))
  .digest('hex')}-3"`;

describe('parts', () => {
  test.each([
    ['in order', [1, 2, 3]],
    ['backwards', [3, 2, 1]],
    ['the last one in the middle', [2, 3, 1]],
  ])('%s make the object', async (name, order) => {
    const upload = await start(`order ${name}`);
    const sent = [];
    for (const number of order) sent.push(await send(upload, number, pieces[number - 1] as Buffer));
    sent.sort((a, b) => a.PartNumber - b.PartNumber);
    const done = await complete(upload, sent);
    expect(done).toMatchObject({
      ETag: etagOfParts,
      ChecksumCRC64NVME: sum('crc64nvme', body),
      ChecksumType: 'FULL_OBJECT',
    });
    expect((await stored(upload.Key)).equals(body)).toBe(true);
  });

  test('all at once, some twice: the last one sent counts', async () => {
    const upload = await start('at once');
    await send(upload, 2, Buffer.alloc(partBytes, 'x'));
    const sent = await Promise.all(pieces.map((piece, index) => send(upload, index + 1, piece)));
    await complete(upload, sent);
    expect((await stored('at once')).equals(body)).toBe(true);
  });

  test('not all of them, with gaps in the numbers', async () => {
    const upload = await start('gaps');
    await send(upload, 1, Buffer.alloc(partBytes, '1'));
    const sent = [
      await send(upload, 3, pieces[0] as Buffer),
      await send(upload, 9, pieces[1] as Buffer),
      await send(upload, 10_000, pieces[2] as Buffer),
    ];
    expect(await complete(upload, sent)).toMatchObject({ ETag: etagOfParts });
    expect((await stored('gaps')).equals(body)).toBe(true);
  });

  test('are listed in pages, and survive a restart', async () => {
    const upload = await start('listed');
    for (const number of [3, 1, 2]) await send(upload, number, pieces[number - 1] as Buffer);
    const second = await startTestLocalS3({ folder: server.folder });
    const other = connect(second.port);
    const page = await other.send(new ListPartsCommand({ ...upload, MaxParts: 2 }));
    expect(page.Parts?.map((part) => [part.PartNumber, part.Size])).toEqual([
      [1, partBytes],
      [2, partBytes],
    ]);
    const rest = await other.send(new ListPartsCommand({ ...upload, PartNumberMarker: page.NextPartNumberMarker }));
    expect([page.IsTruncated, rest.IsTruncated, rest.Parts?.length]).toEqual([true, false, 1]);
    const Parts = [...(page.Parts ?? []), ...(rest.Parts ?? [])].map(({ PartNumber, ETag }) => ({ PartNumber, ETag }));
    await other.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }));
    other.destroy();
    await second.stop();
    expect((await stored('listed')).equals(body)).toBe(true);
  });

  test('copied from another object', async () => {
    await sdk.send(new PutObjectCommand({ Bucket, Key: 'source', Body: body }));
    const upload = await start('from copies');
    const Parts = [];
    for (let number = 1; number <= 3; number++) {
      const last = Math.min(number * partBytes, body.length) - 1;
      const { CopyPartResult } = await sdk.send(
        new UploadPartCopyCommand({
          ...upload,
          PartNumber: number,
          CopySource: `${Bucket}/source`,
          CopySourceRange: `bytes=${(number - 1) * partBytes}-${last}`,
        }),
      );
      Parts.push({ PartNumber: number, ETag: CopyPartResult?.ETag });
    }
    expect(await complete(upload, Parts)).toMatchObject({ ETag: etagOfParts });
    expect((await stored('from copies')).equals(body)).toBe(true);
  });
});

describe('completion', () => {
  test('what cannot be completed', async () => {
    const upload = await start('refused');
    const [one, two, three] = [
      await send(upload, 1, pieces[0] as Buffer),
      await send(upload, 2, Buffer.from('small')),
      await send(upload, 3, pieces[2] as Buffer),
    ];
    const refused = (parts: object[], name: string, more = {}) =>
      expect(complete(upload, parts, more)).rejects.toMatchObject({ name });
    await refused([one, two, three], 'EntityTooSmall');
    await refused([three, one], 'InvalidPartOrder');
    await refused([one, { ...three, ETag: '"0"' }], 'InvalidPart');
    await refused([one, { PartNumber: 7, ETag: one.ETag }], 'InvalidPart');
    await refused([one, three], 'BadDigest', {
      ChecksumCRC64NVME: sum('crc64nvme', body),
      ChecksumType: 'FULL_OBJECT',
    });
    await refused([one, three], 'InvalidRequest', { MpuObjectSize: 5 });
    await refused(
      [one, three],
      'PreconditionFailed',
      await sdk.send(new PutObjectCommand({ Bucket, Key: 'refused', Body: 'here' })).then(() => ({ IfNoneMatch: '*' })),
    );
    expect((await stored('refused')).toString()).toBe('here');
    // None of this has cost anything.
    await complete(upload, [one, three], { IfMatch: `"${createHash('md5').update('here').digest('hex')}"` });
    expect((await stored('refused')).length).toBe(partBytes + 1000);
    await expect(complete({ ...upload, UploadId: 'f'.repeat(32) }, [one])).rejects.toMatchObject({
      name: 'NoSuchUpload',
    });
    await expect(complete({ ...upload, UploadId: '../../..' }, [one])).rejects.toMatchObject({ name: 'NoSuchUpload' });
  });

  test('asked for twice at once, both get the same answer', async () => {
    for (let round = 0; round < 5; round += 1) {
      const upload = await start('twice');
      const sent = [await send(upload, 1, Buffer.alloc(5 * 2 ** 20, round)), await send(upload, 2, Buffer.from('end'))];
      const [one, other] = await Promise.all([complete(upload, sent), complete(upload, sent)]);
      expect(other.ETag).toBe(one.ETag);
    }
  });

  test('asked again, answers the same; its upload is gone', async () => {
    const upload = await start('again');
    const sent = [await send(upload, 1, pieces[2] as Buffer)];
    const first = await complete(upload, sent);
    await sdk.send(new PutObjectCommand({ Bucket, Key: 'again', Body: 'newer' }));
    const second = await complete(upload, sent);
    expect([second.ETag, second.ChecksumCRC64NVME]).toEqual([first.ETag, first.ChecksumCRC64NVME]);
    expect((await stored('again')).toString()).toBe('newer');
    await expect(complete(upload, [{ ...sent[0], ETag: '"0"' }])).rejects.toMatchObject({ name: 'NoSuchUpload' });
    await expect(send(upload, 2, Buffer.from('late'))).rejects.toMatchObject({ name: 'NoSuchUpload' });
    await expect(sdk.send(new AbortMultipartUploadCommand(upload))).rejects.toMatchObject({ name: 'NoSuchUpload' });
  });

  test('abort leaves nothing', async () => {
    const upload = await start('aborted');
    await send(upload, 1, pieces[0] as Buffer);
    await sdk.send(new AbortMultipartUploadCommand(upload));
    await expect(sdk.send(new ListPartsCommand(upload))).rejects.toMatchObject({ name: 'NoSuchUpload' });
    expect(await readdir(join(server.folder, '.brigade', 'buckets', Bucket, 'uploads'))).not.toContain(upload.UploadId);
  });

  test('one part, and one of no bytes', async () => {
    const upload = await start('empty');
    await complete(upload, [await send(upload, 1, Buffer.alloc(0))]);
    expect((await stored('empty')).length).toBe(0);
  });
});

describe('checksums', () => {
  test('of the full object, out of those of its parts', async () => {
    const upload = await start('full', { ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' });
    const sent = [];
    for (const [index, piece] of pieces.entries())
      sent.push(await send(upload, index + 1, piece, { ChecksumCRC32: sum('crc32', piece) }));
    const listed = await sdk.send(new ListPartsCommand(upload));
    expect([listed.ChecksumAlgorithm, listed.ChecksumType, listed.Parts?.[2]?.ChecksumCRC32]).toEqual([
      'CRC32',
      'FULL_OBJECT',
      sum('crc32', pieces[2] as Buffer),
    ]);
    await expect(complete(upload, sent, { ChecksumCRC32: sum('crc32', pieces[0] as Buffer) })).rejects.toMatchObject({
      name: 'BadDigest',
    });
    await complete(upload, sent, { ChecksumCRC32: sum('crc32', body), ChecksumType: 'FULL_OBJECT' });
    const head = await sdk.send(new HeadObjectCommand({ Bucket, Key: 'full', ChecksumMode: 'ENABLED' }));
    expect([head.ChecksumCRC32, head.ChecksumType]).toEqual([sum('crc32', body), 'FULL_OBJECT']);
  });

  test('composite, with parts that can be asked for one by one', async () => {
    const upload = await start('composite', { ChecksumAlgorithm: 'SHA256' });
    const sent = [];
    for (const [index, piece] of pieces.entries())
      sent.push(await send(upload, index + 1, piece, { ChecksumSHA256: sum('sha256', piece) }));
    await expect(
      complete(
        upload,
        sent.map(({ PartNumber, ETag }) => ({ PartNumber, ETag })),
      ),
    ).rejects.toMatchObject({ name: 'InvalidRequest' });
    const done = await complete(upload, sent);
    const composite = `${sum('sha256', Buffer.concat(pieces.map((piece) => Buffer.from(sum('sha256', piece), 'base64'))))}-3`;
    expect([done.ChecksumSHA256, done.ChecksumType]).toEqual([composite, 'COMPOSITE']);
    const part = await sdk.send(new GetObjectCommand({ Bucket, Key: 'composite', PartNumber: 2 }));
    expect([part.PartsCount, part.ContentRange]).toEqual([3, `bytes ${partBytes}-${2 * partBytes - 1}/${body.length}`]);
    expect(Buffer.from((await part.Body?.transformToByteArray()) ?? []).equals(pieces[1] as Buffer)).toBe(true);
    const attributes = await sdk.send(
      new GetObjectAttributesCommand({
        Bucket,
        Key: 'composite',
        ObjectAttributes: ['ObjectParts', 'Checksum', 'ObjectSize'],
      }),
    );
    expect(attributes).toMatchObject({
      ObjectSize: body.length,
      ObjectParts: { TotalPartsCount: 3 },
      Checksum: { ChecksumSHA256: composite },
    });
    await expect(sdk.send(new GetObjectCommand({ Bucket, Key: 'composite', PartNumber: 4 }))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 416 },
    });
  });

  test('a part that is not what was announced', async () => {
    const upload = await start('wrong part', { ChecksumAlgorithm: 'CRC32' });
    await expect(send(upload, 1, body, { ChecksumCRC32: 'AAAAAA==' })).rejects.toMatchObject({ name: 'BadDigest' });
    expect((await sdk.send(new ListPartsCommand(upload))).Parts).toBe(undefined);
  });

  test("lib-storage with the SDK's default checksums", async () => {
    const client = new S3Client({
      endpoint: server.endpointUrl,
      region: 'us-east-1',
      forcePathStyle: true,
      credentials: server,
    });
    await new Upload({ client, params: { Bucket, Key: 'lib', Body: body }, partSize: partBytes }).done();
    const { Body, ETag } = await client.send(new GetObjectCommand({ Bucket, Key: 'lib' }));
    expect(ETag).toBe(etagOfParts);
    expect(Buffer.from((await Body?.transformToByteArray()) ?? []).equals(body)).toBe(true);
    client.destroy();
  });
});

test('uploads under way, in pages', async () => {
  await sdk.send(new CreateBucketCommand({ Bucket: 'under-way' }));
  const started: string[] = [];
  for (const Key of ['b', 'a/1', 'a/2', 'a/2', 'c//d']) {
    const { UploadId } = await sdk.send(new CreateMultipartUploadCommand({ Bucket: 'under-way', Key }));
    started.push(`${Key} ${UploadId}`);
  }
  const seen: string[] = [];
  let markers = {};
  for (let more = true; more; ) {
    const page = await sdk.send(new ListMultipartUploadsCommand({ Bucket: 'under-way', MaxUploads: 2, ...markers }));
    for (const upload of page.Uploads ?? []) seen.push(`${upload.Key} ${upload.UploadId}`);
    markers = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker };
    more = page.IsTruncated === true;
  }
  expect(seen.map((row) => row.split(' ')[0])).toEqual(['a/1', 'a/2', 'a/2', 'b', 'c//d']);
  expect([...seen].sort()).toEqual([...started].sort());
  const grouped = await sdk.send(new ListMultipartUploadsCommand({ Bucket: 'under-way', Delimiter: '/', Prefix: '' }));
  expect([grouped.CommonPrefixes?.map((row) => row.Prefix), grouped.Uploads?.map((row) => row.Key)]).toEqual([
    ['a/', 'c/'],
    ['b'],
  ]);
});
