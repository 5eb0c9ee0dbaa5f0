import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { childText } from '../../main/local-s3/http/xml-read.ts';
import { createRawS3Client, type RawS3Client } from '../servers/raw-s3-client.ts';
import { startTestLocalS3, type TestLocalS3 } from '../servers/local-s3.ts';

let server: TestLocalS3;
let client: RawS3Client;
let buckets = 0;

beforeAll(async () => {
  server = await startTestLocalS3();
  client = createRawS3Client(server);
});

afterAll(async () => {
  client.close();
  await server.stop();
});

type Row = { readonly type: 'key' | 'group'; readonly name: string };
type Listing = { readonly prefix: string; readonly delimiter: string; readonly startAfter: string };

const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** What S3 lists, from a sorted array. */
function model(keys: readonly string[], { prefix, delimiter, startAfter }: Listing): Row[] {
  const rows: Row[] = [];
  for (const key of [...keys].sort(byBytes)) {
    if (!key.startsWith(prefix) || (startAfter !== '' && byBytes(key, startAfter) <= 0)) continue;
    const found = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    const group = found < 0 ? null : key.slice(0, found + delimiter.length);
    if (group === null) rows.push({ type: 'key', name: key });
    else if (group !== startAfter && rows.at(-1)?.name !== group) rows.push({ type: 'group', name: group });
  }
  return rows;
}

/** All pages of a listing; `v1` goes on by markers, else by continuation tokens. */
async function list(bucket: string, listing: Listing, pageSize: number, version: 'v1' | 'v2'): Promise<Row[]> {
  const rows: Row[] = [];
  const first: [string, string] = [version === 'v2' ? 'start-after' : 'marker', listing.startAfter];
  let next = first;
  for (;;) {
    const { status, xml } = await client.send({
      method: 'GET',
      path: `/${bucket}`,
      query: [
        ...(version === 'v2' ? [['list-type', '2'] as const] : []),
        ['prefix', listing.prefix],
        ['delimiter', listing.delimiter],
        ['max-keys', String(pageSize)],
        ['encoding-type', 'url'],
        next,
      ],
    });
    expect(status).toBe(200);
    if (!xml) throw new Error('The listing is no XML');
    const page: Row[] = xml.children
      .filter((child) => child.name === 'Contents' || child.name === 'CommonPrefixes')
      .map((child) =>
        child.name === 'Contents'
          ? { type: 'key', name: decodeURIComponent(childText(child, 'Key') ?? '') }
          : { type: 'group', name: decodeURIComponent(childText(child, 'Prefix') ?? '') },
      );
    expect(page.length).toBeLessThanOrEqual(pageSize);
    // Keys and groups come apart; together they are the page in order.
    const sorted = page.sort((a, b) => byBytes(a.name, b.name));
    rows.push(...sorted);
    if (childText(xml, 'IsTruncated') !== 'true') return rows;
    expect(page.length).toBe(pageSize);
    next =
      version === 'v2'
        ? ['continuation-token', childText(xml, 'NextContinuationToken') ?? '']
        : ['marker', decodeURIComponent(childText(xml, 'NextMarker') ?? '') || (sorted.at(-1)?.name ?? '')];
  }
}

const piece = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('a', 'b', '/', '-') },
  { weight: 1, arbitrary: fc.constantFrom('.', '..', 'A', ' ', '%', 'é', 'e\u0301', '\uffee', '😀', '\u0001', '+&<') },
);
const keyArbitrary = fc.array(piece, { minLength: 1, maxLength: 5, size: '+1' }).map((pieces) => pieces.join(''));

/** Nothing, the beginning of a key there is, or anything. */
const textArbitrary = fc.oneof(
  fc.constant(() => ''),
  fc.tuple(fc.nat(24), fc.nat(5)).map(
    ([index, length]) =>
      (keys: readonly string[]) =>
        Array.from(keys[index % Math.max(keys.length, 1)] ?? '')
          .slice(0, length)
          .join(''),
  ),
  fc.array(piece, { maxLength: 3 }).map((pieces) => () => pieces.join('')),
);
const listingArbitrary = fc.record({
  prefix: textArbitrary,
  delimiter: fc.constantFrom('', '/', '/', '-', '//', 'a'),
  startAfter: textArbitrary,
});

test('lists what a sorted array would, whatever the keys, the page size and the version', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(keyArbitrary, { maxLength: 25, size: '+1' }),
      fc.array(
        fc.tuple(listingArbitrary, fc.integer({ min: 1, max: 9 }), fc.constantFrom('v1' as const, 'v2' as const)),
        {
          minLength: 4,
          maxLength: 8,
        },
      ),
      fc.array(fc.nat(24), { maxLength: 10 }),
      async (keys, listings, deleted) => {
        const bucket = `bucket-${++buckets}`;
        await client.send({ method: 'PUT', path: `/${bucket}` });
        await Promise.all(
          keys.map(async (key) => {
            const put = await client.send({ method: 'PUT', path: `/${bucket}/${key}`, body: key });
            expect(put.status).toBe(200);
          }),
        );
        const everything: Listing = { prefix: '', delimiter: '', startAfter: '' };
        const check = async (left: readonly string[]) => {
          expect(await list(bucket, everything, 7, 'v2')).toEqual(model(left, everything));
          for (const [{ prefix, delimiter, startAfter }, pageSize, version] of listings) {
            const listing = { prefix: prefix(keys), delimiter, startAfter: startAfter(keys) };
            const listed = await list(bucket, listing, pageSize, version);
            expect({ listing, listed }).toEqual({ listing, listed: model(left, listing) });
          }
        };
        await check(keys);
        for (const key of keys) {
          const got = await client.send({ method: 'GET', path: `/${bucket}/${key}` });
          expect(got.body.toString()).toBe(key);
        }
        const gone = new Set(deleted.map((index) => keys[index]));
        for (const key of gone) {
          if (key !== undefined) await client.send({ method: 'DELETE', path: `/${bucket}/${key}` });
        }
        await check(keys.filter((key) => !gone.has(key)));
        expect(server.errors).toEqual([]);
      },
    ),
    { numRuns: 60 },
  );
}, 120_000);
