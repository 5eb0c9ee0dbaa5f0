import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ChangeBatch, ChangeSource, WatchedBucketRule } from '../../main/automation/change-source.ts';
import { createObjectIndexes } from '../../main/automation/index/index-thread.ts';
import type { ObjectIndexes } from '../../main/automation/object-index.ts';
import { createBucketPoller } from '../../main/automation/polling/bucket-poller.ts';
import type { ObjectStore } from '../../main/s3/object-store.ts';
import type { LocalS3Options } from '../../main/local-s3/start.ts';
import { systemClock, systemRandom } from '../../main/system-clock.ts';
import { ok } from '../../shared/result.ts';
import { ruleOn } from '../fakes/bucket-rules.ts';
import { connectionId, createTestOpener, must } from '../fakes/test-connection.ts';
import { startTestLocalS3, type TestLocalS3 } from '../servers/local-s3.ts';
import { indexWorkerUrl } from '../servers/thread-url.ts';

let folder = '';
let server: TestLocalS3;
let opener: ReturnType<typeof createTestOpener>;
let store: ObjectStore;
let indexes: ObjectIndexes;
let poller: ChangeSource<WatchedBucketRule>;
let batches: ChangeBatch[] = [];

let isRefusing = false;
/** While it is refusing, only the first page of a listing is to be had. */
const refuseSecondPages: NonNullable<LocalS3Options['wrap']> =
  (handler) => async (request, response, expectsContinue) => {
    if (!isRefusing || !/[?&](continuation-token|start-after)=/.test(request.url ?? ''))
      return handler(request, response, expectsContinue);
    request.resume();
    response.writeHead(403, { 'content-type': 'application/xml' });
    response.end('<Error><Code>AccessDenied</Code><Message>No more</Message></Error>');
  };

const start = (): void => {
  indexes = createObjectIndexes(indexWorkerUrl);
  poller = createBucketPoller({
    opener,
    indexes,
    clock: systemClock,
    random: systemRandom,
    folder: join(folder, 'automation'),
    async take(batch) {
      batches.push(batch);
      return ok();
    },
    onChanged: () => undefined,
    onUnexpected: (thrown) => {
      throw thrown;
    },
  });
};
const end = async (): Promise<void> => {
  await poller.close();
  await indexes.close();
};
/** Since it was asked last. */
const told = (): string[] => {
  const taken = batches;
  batches = [];
  return taken.flatMap(({ changes }) =>
    changes.map(({ type, key, mark }) => `${type} ${key}${mark === null ? '' : ` for ${mark}`}`),
  );
};
const put = async (key: string, body = key): Promise<void> =>
  void must(await store.putSmall('watched', key, Buffer.from(body), {}));

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'brigade-poller-'));
  isRefusing = false;
  server = await startTestLocalS3({ wrap: refuseSecondPages });
  opener = createTestOpener(() => server);
  store = must(await opener.open(connectionId)).store;
  must(await store.createBucket('watched'));
  batches = [];
  start();
});
afterEach(async () => {
  await end();
  await opener.close();
  await server.stop();
  rmSync(folder, { recursive: true });
});

test('[A1]-[A6] rules on a real bucket, over a restart', async () => {
  for (const key of ['in/a & "b".txt', 'in/ü/2', 'in/3', 'out/4', '\ufb01', '😀']) await put(key);
  const wide = ruleOn('wide', { pollSeconds: 3600 }, { mark: { fromMs: Date.now() + 3_600_000 } });
  const flat = ruleOn('flat', { prefix: 'in/', recursive: false, pollSeconds: 3600 });
  poller.watch([flat]);
  must(await poller.lookNow(flat.ruleId));
  expect(told()).toEqual(['created in/3 for flat-begins', 'created in/a & "b".txt for flat-begins']);
  poller.watch([flat, wide]);
  must(await poller.lookNow(wide.ruleId));
  expect(told()).toEqual([]);

  await put('in/3', 'else');
  await put('😀/new');
  must(await store.remove('watched', 'in/ü/2'));
  must(await poller.lookNow(flat.ruleId));
  expect(told()).toEqual(['updated in/3', 'removed in/ü/2', 'created 😀/new']);
  expect(poller.status(wide.ruleId)).toMatchObject({ objects: 6, requests: 1, sharedWith: ['flat'], problem: null });

  await end();
  await put('in/while-away');
  start();
  poller.watch([flat, wide]);
  must(await poller.lookNow(wide.ruleId));
  expect(told()).toEqual(['created in/while-away']);
  expect(readdirSync(join(folder, 'automation')).filter((name) => name.endsWith('.sqlite'))).toHaveLength(1);
});

test('[A1] a listing that is cut off says nothing about the objects it did not come to', async () => {
  for (let at = 0; at < 1500; at += 50)
    await Promise.all(Array.from({ length: 50 }, (_, more) => put(`many/${String(at + more).padStart(5, '0')}`)));
  const rule = ruleOn('rule', { pollSeconds: 3600 });
  poller.watch([rule]);
  must(await poller.lookNow(rule.ruleId));
  expect(told()).toHaveLength(1500);
  expect(poller.status(rule.ruleId)).toMatchObject({ objects: 1500, requests: 2 });

  isRefusing = true;
  await put('many/00000', 'else');
  expect(await poller.lookNow(rule.ruleId)).toMatchObject({ ok: false, error: { code: 'AccessDenied' } });
  expect(poller.status(rule.ruleId)).toMatchObject({ objects: 1500, problem: { code: 'AccessDenied' } });
  expect(told()).toEqual([]);
  isRefusing = false;
  must(await poller.lookNow(rule.ruleId));
  expect(told()).toEqual(['updated many/00000']);
  expect(poller.status(rule.ruleId).problem).toBeNull();
});

test('a bucket that is not there keeps no other one from being looked at', async () => {
  const rule = ruleOn('rule', { pollSeconds: 3600 });
  const missing = ruleOn('missing', { bucket: 'not-there', pollSeconds: 3600 });
  await put('1');
  poller.watch([rule, missing]);
  expect(await poller.lookNow(missing.ruleId)).toMatchObject({ ok: false, error: { code: 'NoSuchBucket' } });
  expect(poller.status(missing.ruleId)).toMatchObject({ problem: { code: 'NoSuchBucket' }, objects: null });
  must(await poller.lookNow(rule.ruleId));
  expect(told()).toEqual(['created 1 for rule-begins']);
});
