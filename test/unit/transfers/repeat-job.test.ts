import { expect, test } from 'vitest';
import { withTarget } from '../../../main/transfers/repeat-job.ts';
import { keyToNames } from '../../../shared/domain/key-path.ts';
import { transferRequestSchema } from '../../../shared/domain/transfer.ts';

const targets = (platform: 'posix' | 'win32', folder: string, ...items: readonly object[]) => {
  const request = transferRequestSchema.parse({
    kind: 'download',
    connectionId: 'conn-1',
    conflict: 'ask',
    bucket: 'box',
    items,
  });
  const moved = withTarget(request, folder, { platform });
  if (!moved.ok || moved.value.kind !== 'download') throw new Error('It is no download any more.');
  return moved.value.items.map((item) => ('key' in item ? item.file : item.folder));
};

test('each item goes to the path that it had below the target', () => {
  expect(
    targets('posix', '/there', { key: 'a/b.txt', file: '/in/b.txt' }, { prefix: 'a/c/', folder: '/in/c' }),
  ).toEqual(['/there/b.txt', '/there/c']);
  expect(targets('posix', '/', { key: 'b.txt', file: '/in/b.txt' })).toEqual(['/b.txt']);
  expect(targets('posix', '/there/', { key: 'b.txt', file: '/b.txt' })).toEqual(['/there/b.txt']);
  expect(targets('win32', 'D:\\there', { key: 'b.txt', file: 'C:\\in\\b.txt' })).toEqual(['D:\\there\\b.txt']);
});

test('a folder of its own stays one, the contents of a whole place go into the target itself', () => {
  expect(targets('posix', '/there', { prefix: 'photos/', folder: '/in/photos' })).toEqual(['/there/photos']);
  expect(targets('posix', '/there', { prefix: 'photos/', folder: '/in' })).toEqual(['/there']);
  expect(targets('posix', '/there', { prefix: '', folder: '/in' })).toEqual(['/there']);
});

test('the contents of a bucket stay in the folder of its name, where they had one', () => {
  expect(targets('posix', '/there', { prefix: '', folder: '/in/box' })).toEqual(['/there/box']);
  expect(targets('posix', '/there', { prefix: '', folder: '/in/' })).toEqual(['/there']);
});

test('a name over several levels stays whole, another name stays that name', () => {
  const key = 'n'.repeat(400);
  const names = keyToNames(key, { platform: 'posix' });
  expect(names.length).toBeGreaterThan(1);
  const file = ['/in', ...names].join('/');
  expect(targets('posix', '/there', { key: `a/${key}`, file })).toEqual([['/there', ...names].join('/')]);
  expect(targets('posix', '/there', { key: 'a/b.txt', file: '/in/c.txt' })).toEqual(['/there/c.txt']);
  expect(targets('win32', 'D:\\there', { prefix: 'p/', folder: 'C:/in/p' })).toEqual(['D:\\there\\p']);
});

test('what was wanted of the first folder and of the source does not count for another folder', () => {
  const request = transferRequestSchema.parse({
    kind: 'download',
    connectionId: 'conn-1',
    conflict: 'overwrite',
    removeSource: true,
    bucket: 'box',
    items: [{ prefix: 'photos/', folder: '/in/photos' }],
  });
  expect(withTarget(request, '/there', { platform: 'posix' })).toMatchObject({
    ok: true,
    value: { conflict: 'ask', removeSource: false, whenOffline: 'wait' },
  });
});
