import type { ObjectStore } from '../../../main/s3/object-store.ts';
import { isUnreachable } from '../../../main/transfers/offline.ts';
import { type AppError, appError } from '../../../shared/errors.ts';
import { err, ok } from '../../../shared/result.ts';
import type { SimConnection } from '../connections.ts';
import { storedOf } from '../transport.ts';
import type { RuleWorld } from './rule-world.ts';

/** So many failures in a row, and versions are not asked for any more for a while. */
export const borneFailures = 10;

/** The simulated store with what only rules use, and a note of what its listings have shown. */
export function createRuleStore(
  world: RuleWorld,
  { id, server }: SimConnection,
  store: ObjectStore,
  request: (
    label: string,
    about: string,
    effect: () => Awaited<ReturnType<ObjectStore['putSmall']>>,
  ) => ReturnType<ObjectStore['putSmall']>,
): ObjectStore {
  const { origins } = world;
  /** Listings of folders that go on, by the token of their next page. */
  const flat = new Map<string, ReturnType<typeof origins.listing>>();
  const failed = (bucket: string, error: AppError): void => {
    if (isUnreachable(error) || error.retry === 'ask') return;
    const place = `${server.name} ${bucket}`;
    const isFinal = error.retry === 'no' || error.code === 'NotAnS3Endpoint';
    world.versionFailures.set(place, (world.versionFailures.get(place) ?? 0) + (isFinal ? borneFailures : 1));
  };
  return {
    ...store,
    async listVersions(asked) {
      const page = await store.listVersions(asked);
      if (!page.ok) failed(asked.bucket, page.error);
      return page;
    },
    async head(bucket, key, signal, version) {
      const head = await store.head(bucket, key, signal, version);
      if (!head.ok && version?.versionId !== undefined) failed(bucket, head.error);
      return head;
    },
    async *listAll(asked) {
      const listing = origins.listing(id, asked.bucket, asked.prefix, true);
      for await (const rows of store.listAll(asked)) {
        if (!rows.ok) {
          yield rows;
          return;
        }
        listing.keys.push(...rows.value.rows().map(({ key }) => key));
        yield rows;
      }
      listing.isWhole = true;
    },
    async listPage(asked) {
      const { bucket, prefix, continuationToken: token } = asked;
      const listing =
        asked.maxKeys === undefined && token === undefined
          ? origins.listing(id, bucket, prefix, false)
          : flat.get(`${bucket} ${token}`);
      const page = await store.listPage(asked);
      if (!page.ok || listing === undefined) return page;
      listing.keys.push(...page.value.objects.map(({ key }) => key));
      const next = page.value.continuationToken;
      if (next === null) listing.isWhole = true;
      else flat.set(`${bucket} ${next}`, listing);
      return page;
    },
    async getStream(bucket, key, signal, version) {
      const head = await store.head(bucket, key, signal, version);
      if (!head.ok) return head;
      const there = server.objectOf(bucket, key, version?.versionId);
      if (!there.ok) return there;
      const { bytes } = there.value;
      const { headers: _, ...details } = { ...head.value, ...storedOf(there.value), sizeBytes: bytes.length };
      const body = (async function* () {
        for (let at = 0; at < bytes.length; at += 8) yield await Promise.resolve(bytes.slice(at, at + 8));
      })();
      return ok({ details, body });
    },
    async putStream(bucket, key, body, headers) {
      const parts: Uint8Array[] = [];
      for await (const part of body) parts.push(part);
      const bytes = new Uint8Array(Buffer.concat(parts));
      const put = await request(`stream ${bucket}/${key}`, key, () => {
        const done = server.put(bucket, key, { bytes, crc32: null, md5: null, isCorrupt: false }, headers);
        return done.ok ? ok(storedOf(done.value)) : done;
      });
      if (!put.ok) return put;
      return ok({ ...put.value, sizeBytes: bytes.length, verification: 'size' as const });
    },
    createBucket: () => Promise.resolve(err(appError('AccessDenied'))),
  };
}
