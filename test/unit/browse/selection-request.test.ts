import { describe, expect, test } from 'vitest';
import type { HeldSelection, SelectionPlace } from '../../../main/browse/held-selection.ts';
import {
  selectionRequest,
  type SelectionTransfer,
  type TransferTarget,
} from '../../../main/browse/selection-request.ts';
import { connectionIdSchema } from '../../../shared/domain/ids.ts';
import type { ListingRow } from '../../../shared/domain/listing.ts';
import { transferRequestSchema } from '../../../shared/domain/transfer.ts';

const [mine, other] = [connectionIdSchema.parse('c'), connectionIdSchema.parse('d')];
const object = (key: string): ListingRow => ({
  type: 'object',
  name: key.slice(key.lastIndexOf('/') + 1),
  key,
  sizeBytes: 1,
  modifiedMs: null,
  etag: null,
  storageClass: null,
});
const folder = (prefix: string): ListingRow => ({ type: 'folder', name: prefix.split('/').at(-2) ?? '', prefix });
const inDocs: SelectionPlace = { type: 'folder', connectionId: mine, leadsTo: 'there', bucket: 'docs', prefix: 'in/' };

function held(rows: readonly ListingRow[], place: SelectionPlace = inDocs): HeldSelection {
  return {
    place,
    summary: { items: rows.length, folders: 0, bytes: 0 },
    names: [],
    isEverything: false,
    rows: () => rows,
  };
}

async function request(
  selection: HeldSelection,
  to: TransferTarget,
  rules: { win32?: boolean; isSameServer?: boolean } = {},
) {
  const how: SelectionTransfer = { to, conflict: 'ask', removeSource: false };
  const made = await selectionRequest(selection, how, {
    pathRules: { platform: rules.win32 ? 'win32' : 'posix' },
    separator: rules.win32 ? '\\' : '/',
    isSameServer: rules.isSameServer ?? true,
  });
  if (!made.ok) return made.error.code;
  expect(transferRequestSchema.parse(made.value)).toEqual(made.value);
  return made.value;
}

test('a very large selection is put together in steps, and kept as it was held', async () => {
  const rows = Array.from({ length: 20_000 }, (_, index) => object(`in/${index}`));
  let turns = 0;
  const count = () => {
    turns += 1;
    next = setImmediate(count);
  };
  let next = setImmediate(count);
  const made = await request(held(rows), { folder: '/tmp' });
  clearImmediate(next);
  expect(made).toMatchObject({ kind: 'download', items: { length: 20_000 } });
  expect(turns).toBeGreaterThan(5);
});

describe('the job for what is selected', () => {
  test('downloads, each under its own name as the file system can hold it', async () => {
    const rows = [object('in/a'), object('in/..'), folder('in/x:y/')];
    expect(await request(held(rows), { folder: 'C:\\' }, { win32: true })).toMatchObject({
      kind: 'download',
      bucket: 'docs',
      items: [
        { key: 'in/a', file: 'C:\\a' },
        { key: 'in/..', file: 'C:\\%2E%2E' },
        { prefix: 'in/x:y/', folder: 'C:\\x%3Ay' },
      ],
    });
  });

  test('downloads a whole bucket into a folder of its name, but not several', async () => {
    const buckets: SelectionPlace = { type: 'buckets', connectionId: mine, leadsTo: 'there' };
    const bucket = (name: string): ListingRow => ({ type: 'bucket', name, createdMs: null });
    expect(await request(held([bucket('docs')], buckets), { folder: '/tmp' })).toMatchObject({
      bucket: 'docs',
      items: [{ prefix: '', folder: '/tmp/docs' }],
    });
    expect(await request(held([bucket('a'), bucket('b')], buckets), { folder: '/tmp' })).toBe('Unsupported');
    // A bucket into itself.
    const inside = { connectionId: mine, bucket: 'docs', prefix: 'copy/' };
    expect(await request(held([bucket('docs')], buckets), inside)).toBe('TargetInsideSource');
  });

  test('copies to a place, of another connection too', async () => {
    const to = { connectionId: other, bucket: 'docs', prefix: 'in/' };
    expect(await request(held([object('in/a'), folder('in/b/')]), to, { isSameServer: false })).toMatchObject({
      kind: 'copy',
      connectionId: mine,
      toConnectionId: other,
      items: [
        { key: 'in/a', toKey: 'in/a' },
        { prefix: 'in/b/', toPrefix: 'in/b/' },
      ],
    });
    const near = { connectionId: mine, bucket: 'docs', prefix: 'in/bb/' };
    expect(await request(held([folder('in/b/')]), near)).not.toHaveProperty('toConnectionId');
  });

  test.each(['in/', 'in/b/', 'in/b/c/'])('copies no folder in/b/ to %s', async (prefix) => {
    const to = { connectionId: mine, bucket: 'docs', prefix };
    expect(await request(held([object('in/x'), folder('in/b/')]), to)).toBe('TargetInsideSource');
  });

  test('copies no object to where it is', async () => {
    const to = { connectionId: mine, bucket: 'docs', prefix: 'in/' };
    expect(await request(held([object('in/a')]), to)).toBe('TargetInsideSource');
    expect(await request(held([object('in/a')]), { ...to, bucket: 'other' })).toMatchObject({ toBucket: 'other' });
  });

  test('uploads files and folders of this machine, empty folders too', async () => {
    const rows: ListingRow[] = [
      { type: 'hostFile', name: 'a', path: '/h/a', sizeBytes: 1, modifiedMs: null },
      { type: 'hostFolder', name: 'b%25', path: '/h/b%25' },
    ];
    const here = held(rows, { type: 'host', folder: '/h' });
    expect(await request(here, { connectionId: mine, bucket: 'docs', prefix: 'up/' })).toMatchObject({
      kind: 'upload',
      emptyFolders: true,
      fromSpool: false,
      items: [
        { file: '/h/a', key: 'up/a' },
        { folder: '/h/b%25', prefix: 'up/b%25/' },
      ],
    });
    expect(await request(here, { folder: '/tmp' })).toBe('Unsupported');
  });

  test('takes all of a large folder at once, unless it is moved', async () => {
    const rows = [folder('in/b/'), ...Array.from({ length: 100 }, (_, index) => object(`in/${index}`))];
    const all = { ...held(rows), isEverything: true };
    const items = async (to: TransferTarget, removeSource = false) => {
      const rules = { pathRules: { platform: 'posix' as const }, separator: '/', isSameServer: true };
      const made = await selectionRequest(all, { to, conflict: 'ask', removeSource }, rules);
      return made.ok ? made.value.items : made.error.code;
    };
    const other = { connectionId: mine, bucket: 'other', prefix: 'kept/' };
    expect(await items({ folder: '/tmp' })).toEqual([{ prefix: 'in/', folder: '/tmp' }]);
    expect(await items(other)).toEqual([{ prefix: 'in/', toPrefix: 'kept/' }]);
    expect(await items({ folder: '/tmp' }, true)).toHaveLength(101);
    expect(await items({ ...other, prefix: '' })).toHaveLength(101);
    expect(await items({ ...other, bucket: 'docs', prefix: 'in/new/' })).toHaveLength(101);
    expect(await items({ ...other, bucket: 'docs', prefix: 'in/b/' })).toBe('TargetInsideSource');
  });

  test('is none when nothing is selected', async () => {
    expect(await request(held([]), { folder: '/tmp' })).toBe('InvalidInput');
  });
});
