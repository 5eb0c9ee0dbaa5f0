import { randomBytes } from 'node:crypto';
import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createRateLimiters, createSharedRates, setRate } from '../../main/s3/data-plane/rate-limit.ts';
import { createBufferPool } from '../../main/s3/data-plane/buffer-pool.ts';
import { sendRange } from '../../main/s3/data-plane/send-range.ts';
import type { DataTarget } from '../../main/s3/data-plane/transport.ts';
import { must } from '../fakes/test-connection.ts';
import { startTransferBench, type TransferBench } from '../fakes/transfer-bench.ts';
import { startTestLocalS3, type TestLocalS3 } from '../servers/local-s3.ts';

const mebibyte = 1024 * 1024;
const partBytes = 20 * mebibyte;
let server: TestLocalS3;
let bench: TransferBench;

beforeEach(async () => {
  server = await startTestLocalS3();
  const partSizes = { partBytes, singleUploadBytes: 16 * mebibyte, singleDownloadBytes: 8 * mebibyte };
  bench = await startTransferBench(server, { partSizes });
  must(await bench.store.createBucket('box'));
});
afterEach(async () => {
  await bench.close();
  await server.stop();
});

describe('[T41] parts that are too large to be held in memory', () => {
  test('are sent as they are read, and are whole', async () => {
    const bytes = randomBytes(2 * partBytes + 5 * mebibyte);
    const path = join(bench.folder, 'large.bin');
    await writeFile(path, bytes);
    const job = await bench.start({
      kind: 'upload',
      conflict: 'overwrite',
      bucket: 'box',
      items: [{ file: path, key: 'large' }],
    } as never);
    await bench.until(job, 'done', 'failed');
    expect(bench.filesOf(job)).toEqual([expect.objectContaining({ state: 'done', verification: 'checksum' })]);
    const { body } = must(await bench.store.getStream('box', 'large'));
    expect(Buffer.concat(await Array.fromAsync(body)).equals(bytes)).toBe(true);
  });

  describe('changed between their two readings', () => {
    /** Sends one part, so slowly that the file can be changed once its checksum is known. */
    async function sendWhile(change: (path: string) => Promise<void>) {
      const path = join(bench.folder, 'changing.bin');
      await writeFile(path, Buffer.alloc(partBytes, 1));
      const { uploadId } = must(await bench.store.createMultipart('box', 'changing', {}));
      const url = new URL(server.endpointUrl);
      const target: DataTarget = {
        protocol: 'http:',
        hostname: url.hostname,
        port: Number(url.port),
        host: url.host,
        pathPrefix: '/box/',
        region: 'us-east-1',
        bucket: 'box',
        credentials: { accessKeyId: server.accessKeyId, secretAccessKey: server.secretAccessKey },
        clockOffsetMs: 0,
        tls: { verify: true },
      };
      const rates = createSharedRates();
      setRate(rates, 'up', 1_000_000);
      let changed: Promise<void> | null = null;
      const range = {
        target,
        key: 'changing',
        as: { type: 'part', uploadId, partNumber: 1 },
        withCrc32: true,
        withMd5: false,
        filePath: path,
        offset: 0,
        sizeBytes: partBytes,
      } as const;
      const onBytes = () => {
        changed ??= change(path).finally(() => setRate(rates, 'up', null));
      };
      const settings = { stallMs: 30_000, limiters: createRateLimiters(rates) };
      const sent = await sendRange(range, createBufferPool(mebibyte), settings, { onBytes });
      await (changed as Promise<void> | null);
      return sent.ok ? 'sent' : sent.error.code;
    }

    test('the server refuses bytes that do not fit', async () => {
      const overwrite = async (path: string) => {
        const file = await open(path, 'r+');
        await file.write(Buffer.from('other'), 0, 5, partBytes - 10);
        await file.close();
      };
      expect(await sendWhile(overwrite)).toBe('BadDigest');
    });

    test('a file that became shorter has changed', async () => {
      const cut = async (path: string) => {
        const file = await open(path, 'r+');
        await file.truncate(mebibyte);
        await file.close();
      };
      expect(await sendWhile(cut)).toBe('SourceChanged');
    });
  });
});
