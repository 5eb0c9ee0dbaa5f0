import { expect, test } from 'vitest';
import { readAddress } from '../../../renderer/features/browser/address.ts';
import { openListingSession } from '../../../renderer/features/browser/listing-session.ts';
import {
  allSelected,
  isSelected,
  noSelection,
  selectedCount,
  selectOnly,
  toggleRow,
  withoutRows,
} from '../../../renderer/features/browser/selection.ts';
import { rowForKey } from '../../../renderer/ui/grid/grid-keys.ts';
import { defaultPreferences } from '../../../shared/domain/preferences.ts';
import { connectionViewSchema } from '../../../shared/domain/connection.ts';
import { connectionIdSchema, listingIdSchema } from '../../../shared/domain/ids.ts';
import { type ListingRow, listingStatusSchema } from '../../../shared/domain/listing.ts';
import { ok } from '../../../shared/result.ts';
import { createFakeEngine } from '../../fakes/fake-engine-client.ts';

const bucketRow = (name: string): ListingRow => ({ type: 'bucket', name, createdMs: null });
const [a, b, c] = [bucketRow('a'), bucketRow('b'), bucketRow('c')];

test('selecting: one, more, all but some, and what is left after a deletion', () => {
  expect(selectedCount(noSelection, 3)).toBe(0);
  const two = toggleRow(selectOnly([a]), b);
  expect([isSelected(two, a), isSelected(two, b), isSelected(two, c)]).toEqual([true, true, false]);
  expect(selectedCount(toggleRow(two, a), 3)).toBe(1);
  const allButB = toggleRow(allSelected, b);
  expect([isSelected(allButB, a), isSelected(allButB, b)]).toEqual([true, false]);
  expect(selectedCount(allButB, 3)).toBe(2);
  expect(selectedCount(withoutRows(two, new Set(['bucket:a'])), 3)).toBe(1);
});

test('keys move within the rows', () => {
  expect(rowForKey('ArrowDown', -1, 10, 4)).toBe(0);
  expect(rowForKey('ArrowUp', 0, 10, 4)).toBe(0);
  expect(rowForKey('PageDown', 8, 10, 4)).toBe(9);
  expect(rowForKey('End', 0, 10, 4)).toBe(9);
  expect(rowForKey('End', 0, 0, 4)).toBeNull();
  expect(rowForKey('x', 0, 10, 4)).toBeNull();
});

test('addresses lead to places, but not out of a restriction', () => {
  const connection = (more: object) =>
    connectionViewSchema.parse({
      id: 'conn-1',
      name: 'n',
      kind: 'server',
      auth: { type: 'profile', profile: 'p' },
      status: { state: 'ready' },
      ...more,
    });
  const free = connection({});
  expect(readAddress('s3://bucket/a//b', free)).toMatchObject({
    ok: true,
    place: { bucket: 'bucket', prefix: 'a//b/' },
  });
  expect(readAddress(' s3:// ', free)).toMatchObject({ ok: true, place: { bucket: null } });
  expect(readAddress('bucket/a', free)).toEqual({ ok: false, reason: 'invalid' });
  expect(
    readAddress('https://eu-central-1.console.aws.amazon.com/s3/buckets/bu?region=eu-central-1&prefix=x/y/', free),
  ).toMatchObject({ ok: true, place: { bucket: 'bu', prefix: 'x/y/' } });
  const restricted = connection({ restrictToBucket: 'bucket', restrictToPath: 'team' });
  expect(readAddress('s3://bucket/team/x/', restricted).ok).toBe(true);
  expect(readAddress('s3://bucket/teamwork/', restricted)).toEqual({ ok: false, reason: 'outside' });
  expect(readAddress('s3://other/', restricted)).toEqual({ ok: false, reason: 'outside' });
});

test('a listing shows pages as they are asked for, and is replaced as a whole when listed again', async () => {
  let names = ['a', 'b'];
  let opened = 0;
  const lists = new Map<string, string[]>();
  const status = (id: string, state: 'listing' | 'complete') => {
    const count = lists.get(id)?.length ?? 0;
    return listingStatusSchema.parse({
      listingId: id,
      version: state === 'listing' ? 1 : 2,
      state,
      total: count,
      selection: { items: 0, folders: 0, bytes: 0 },
      count,
    });
  };
  const engine = createFakeEngine(
    {
      'listing.open': () => {
        const id = `l${(opened += 1)}`;
        lists.set(id, names);
        return ok(status(id, 'listing'));
      },
      'listing.rows': ({ listingId, from, count }) => {
        const rows = (lists.get(listingId) ?? []).slice(from, from + count).map(bucketRow);
        return ok({ status: status(listingId, 'complete'), from, rows });
      },
      'listing.close': ({ listingId }) => {
        lists.delete(listingId);
        return ok({});
      },
    },
    () => ({ connections: [], jobs: [], speed: [], preferences: defaultPreferences }),
  );
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  let seen: (string | undefined)[] = [];
  const session = openListingSession(
    engine,
    { connectionId: connectionIdSchema.parse('conn-1'), bucket: null, prefix: '' },
    { sortBy: 'name', descending: false, filter: '' },
    (snapshot) => {
      seen = Array.from({ length: snapshot.status?.count ?? 0 }, (_, index) => snapshot.rowAt(index)?.name);
    },
  );
  await settle();
  expect(seen).toEqual(['a', 'b']);

  names = ['a', 'b', 'c'];
  session.relist();
  await settle();
  expect(seen).toEqual(['a', 'b']);
  session.takeStatus(status(listingIdSchema.parse('l2'), 'complete'));
  await settle();
  expect(seen).toEqual(['a', 'b', 'c']);
  expect([...lists.keys()]).toEqual(['l2']);
  session.close();
  await settle();
  expect([...lists.keys()]).toEqual([]);
});
