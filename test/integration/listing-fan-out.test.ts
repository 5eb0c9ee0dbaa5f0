import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startLocalS3 } from '../../main/local-s3/start.ts';
import { createBucketRegions } from '../../main/s3/bucket-regions.ts';
import { createListingsHere, type ListingRunner } from '../../main/s3/data-plane/listing/listing-runner.ts';
import { createListingThread } from '../../main/s3/data-plane/listing/listing-thread.ts';
import { createSdkObjectStore } from '../../main/s3/sdk-object-store.ts';
import { createServerClock } from '../../main/s3/server-clock.ts';
import { systemClock } from '../../main/system-clock.ts';
import { ok } from '../../shared/result.ts';
import { createManualClock, type ManualClock } from '../fakes/manual-clock.ts';
import { listWorkerUrl } from '../servers/thread-url.ts';

const keys = Array.from({ length: 9000 }, (_, index) => `day-${String(index).padStart(5, '0')}`);
const folder = mkdtempSync(join(tmpdir(), 'brigade-fan-out-'));

beforeAll(() => {
  mkdirSync(join(folder, 'bucket'));
  for (const key of keys) writeFileSync(join(folder, 'bucket', key), '');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Lists the bucket from a server of which each answer takes so long, on `clock` at once and then really. */
async function listFrom(runner: ListingRunner, clock: ManualClock, clockMs: number, realMs: number) {
  const asked: URLSearchParams[] = [];
  let underWay = 0;
  let most = 0;
  const server = await startLocalS3({
    folder,
    accessKeyId: 'AKIA',
    secretAccessKey: 'secret',
    durable: false,
    wrap: (handler) => async (request, response, expectsContinue) => {
      asked.push(new URL(request.url ?? '', 'http://server').searchParams);
      most = Math.max(most, (underWay += 1));
      clock.advance(clockMs);
      await sleep(realMs);
      underWay -= 1;
      return handler(request, response, expectsContinue);
    },
  });
  if (!server.ok) throw new Error(server.error.code);
  const store = createSdkObjectStore({
    settings: { endpointUrl: server.value.endpointUrl, region: null, pathStyle: true, tls: { verify: true } },
    credentials: () => Promise.resolve(ok({ accessKeyId: 'AKIA', secretAccessKey: 'secret' })),
    regions: createBucketRegions(null),
    serverClock: createServerClock(systemClock),
    clock: systemClock,
    listings: runner,
  });
  try {
    const listed: string[] = [];
    for await (const rows of store.listAll({ bucket: 'bucket', prefix: 'day-' })) {
      if (!rows.ok) throw new Error(rows.error.code);
      listed.push(...rows.value.rows().map(({ key }) => key));
    }
    return { listed, asked, most };
  } finally {
    store.close();
    await server.value.close();
  }
}

test('[L1] a server of which pages take more than 20 ms is asked from several places at once', async () => {
  const clock = createManualClock();
  const { listed, asked, most } = await listFrom(createListingsHere(clock), clock, 21, 20);
  expect(listed).toEqual(keys);
  expect(asked.filter((query) => query.has('start-after')).length).toBeGreaterThan(0);
  expect(most).toBeGreaterThan(1);
  expect(asked.length).toBeLessThanOrEqual(9 * 1.5 + 6);
});

test('[L1] a faster one is asked for one page after the other', async () => {
  const clock = createManualClock();
  const { listed, asked, most } = await listFrom(createListingsHere(clock), clock, 20, 5);
  expect(listed).toEqual(keys);
  expect([asked.length, most]).toEqual([9, 1]);
});

test('in a thread of its own, too', async () => {
  const runner = createListingThread(listWorkerUrl);
  const { listed, most } = await listFrom(runner, createManualClock(), 0, 40);
  await runner.close();
  expect(listed).toEqual(keys);
  expect(most).toBeGreaterThan(1);
});
