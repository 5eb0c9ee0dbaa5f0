import { describe, expect, test } from 'vitest';
import { describeEnds } from '../../../main/transfers/live-job.ts';
import { transferRequestSchema, type TransferRequestInput } from '../../../shared/domain/transfer.ts';

const common = { connectionId: 'c' as never, conflict: 'ask' as const, bucket: 'b' };
const ends = (request: TransferRequestInput, separator: '/' | '\\' = '/') =>
  describeEnds(transferRequestSchema.parse(request), separator);

describe('what a person calls both ends of a job', () => {
  test.each<[string, TransferRequestInput, object]>([
    [
      'a file',
      { kind: 'upload', ...common, items: [{ file: '/h/a.txt', key: 'p/a.txt' }] },
      { from: 'a.txt', to: 'b/p/' },
    ],
    [
      'a folder',
      { kind: 'upload', ...common, items: [{ folder: '/h/x', prefix: 'p/x/' }] },
      { from: 'x', to: 'b/p/x/', sourceFolder: '/h/x' },
    ],
    [
      'a folder and a file',
      {
        kind: 'upload',
        ...common,
        items: [
          { folder: '/h/x', prefix: 'p/x/' },
          { file: '/h/xy', key: 'p/xy' },
        ],
      },
      { from: 'x + 1', to: 'b/p/', targetPrefix: 'p/' },
    ],
    [
      'objects to a folder',
      {
        kind: 'download',
        ...common,
        items: [
          { prefix: 'x/', folder: '/d/x' },
          { key: 'y', file: '/d/y' },
        ],
      },
      { from: 'b/x/ + 1', to: '/d', targetFolder: '/d' },
    ],
    ['an object to the root', { kind: 'download', ...common, items: [{ key: 'y', file: '/y' }] }, { to: '/' }],
    [
      'copies',
      {
        kind: 'copy',
        ...common,
        toBucket: 'c',
        items: [
          { key: 'y', toKey: 'q/y' },
          { key: 'z', toKey: 'q/r/z' },
        ],
      },
      { from: 'b/y + 1', to: 'c/q/' },
    ],
    [
      'a renamed object',
      {
        kind: 'copy',
        ...common,
        toBucket: 'b',
        removeSource: true,
        items: [{ key: 'p/answer.txt', toKey: 'p/reply.txt' }],
      },
      { from: 'b/p/answer.txt', to: 'b/p/reply.txt', targetPrefix: 'p/' },
    ],
    [
      'a renamed folder',
      { kind: 'copy', ...common, toBucket: 'b', removeSource: true, items: [{ prefix: 'p/old/', toPrefix: 'p/new/' }] },
      { from: 'b/p/old/', to: 'b/p/new/', targetPrefix: 'p/new/' },
    ],
    [
      'an object that keeps its name',
      { kind: 'copy', ...common, toBucket: 'b', items: [{ key: 'p/a.txt', toKey: 'q/a.txt' }] },
      { from: 'b/p/a.txt', to: 'b/q/' },
    ],
    [
      'a file under another name',
      { kind: 'upload', ...common, items: [{ file: '/h/a.txt', key: 'p/b.txt' }] },
      { from: 'a.txt', to: 'b/p/b.txt', targetPrefix: 'p/' },
    ],
    [
      'an object under another name',
      { kind: 'download', ...common, items: [{ key: 'p/y', file: '/d/z' }] },
      { from: 'b/p/y', to: '/d/z', targetFolder: '/d' },
    ],
  ])('%s', (_, request, expected) => {
    expect(ends(request)).toMatchObject(expected);
  });

  test('on Windows', () => {
    const request = {
      kind: 'download' as const,
      ...common,
      items: [
        { prefix: 'x/', folder: 'C:\\d\\x' },
        { key: 'y', file: 'C:\\d\\y' },
      ],
    };
    expect(ends(request, '\\')).toMatchObject({ to: 'C:\\d', targetFolder: 'C:\\d' });
  });
});

test('is worked out once for a request, however often its job is shown', () => {
  const items = Array.from({ length: 3 }, (_, index) => ({ key: `k${index}`, toKey: `t/${index}` }));
  const request = transferRequestSchema.parse({ kind: 'copy', ...common, toBucket: 'c', items });
  expect(describeEnds(request, '/')).toBe(describeEnds(request, '/'));
});
