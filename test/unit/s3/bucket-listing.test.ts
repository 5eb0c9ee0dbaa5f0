import { expect, test } from 'vitest';
import { createBucketListing } from '../../../main/s3/bucket-listing.ts';
import { createBucketRegions } from '../../../main/s3/bucket-regions.ts';
import { listedFromRows } from '../../../main/s3/listed-rows.ts';
import type { ListingRunner, RunStep } from '../../../main/s3/data-plane/listing/listing-runner.ts';
import { createServerClock } from '../../../main/s3/server-clock.ts';
import { appError } from '../../../shared/errors.ts';
import { ok } from '../../../shared/result.ts';

const page = (next: object | null): RunStep => ({
  type: 'page',
  rows: listedFromRows([{ key: 'k', sizeBytes: 1, lastModified: null, etag: null, storageClass: null }]),
  next,
  serverDateMs: Number.NaN,
});
const failure: RunStep = { type: 'failed', error: appError('AccessDenied'), serverDateMs: Number.NaN };

/** Counts the listings that somebody has begun and not left. */
function runnerOf(steps: readonly RunStep[]) {
  const counts = { begun: 0, held: 0 };
  const runner: ListingRunner = {
    async *run() {
      counts.begun += 1;
      counts.held += 1;
      try {
        yield* steps;
      } finally {
        counts.held -= 1;
      }
    },
    close: () => Promise.resolve(),
  };
  const listing = createBucketListing({
    settings: { endpointUrl: 'http://127.0.0.1:1', region: 'us-east-1', pathStyle: true, tls: { verify: true } },
    credentials: async () => ok({ accessKeyId: 'k', secretAccessKey: 's' }),
    regions: createBucketRegions('us-east-1'),
    serverClock: createServerClock({ nowMs: () => 0 }),
    runner,
  });
  return { counts, list: () => listing.listAll({ bucket: 'b', prefix: '' }) };
}

test.each([
  ['that comes to its end', [page({}), page({}), page(null)], 3],
  ['of one page', [page(null)], 1],
  ['that fails in the middle', [page({}), failure], 2],
  ['that fails at once', [failure], 1],
])('a listing %s lets its thread go', async (_, steps, results) => {
  const { counts, list } = runnerOf(steps);
  let seen = 0;
  for await (const listed of list()) {
    expect(listed.ok || listed.error.code === 'AccessDenied').toBe(true);
    seen += 1;
  }
  expect([seen, counts.held]).toEqual([results, 0]);
  expect(counts.begun).toBeGreaterThan(0);
});

test('so does one that is left early', async () => {
  const { counts, list } = runnerOf([page({}), page({}), page(null)]);
  for await (const listed of list()) {
    expect(listed.ok).toBe(true);
    break;
  }
  expect(counts).toEqual({ begun: 1, held: 0 });
});
