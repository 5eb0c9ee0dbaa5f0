import { posix } from 'node:path';
import { describe, expect, test } from 'vitest';
import { BadArguments } from '../../../main/headless/cli/arguments.ts';
import { planCopy, type LocalFacts } from '../../../main/headless/cli/plan-copy.ts';

/** A file system with /w as the working folder: `file.txt`, `folder`, and nothing else. */
const local: LocalFacts = {
  inspect: (operand) => {
    const path = posix.resolve('/w', operand);
    const is = path === '/w/folder' || path === '/w' ? 'folder' : path.startsWith('/w/file') ? 'file' : 'nothing';
    return { path, is };
  },
  join: (...names) => posix.join(...names),
  baseName: (path) => posix.basename(path),
  endsAsFolder: (operand) => operand.endsWith('/'),
  rules: { platform: 'posix' },
};
const plan = (source: string, target: string, recursive = false) => planCopy(source, target, recursive, local);

describe('what cp means', () => {
  test.each([
    // A single file goes to the key that is named, or into the folder or bucket that is.
    ['file.txt', 's3://b/k', { file: '/w/file.txt', key: 'k' }],
    ['file.txt', 's3://b/d/', { file: '/w/file.txt', key: 'd/file.txt' }],
    ['file.txt', 's3://b', { file: '/w/file.txt', key: 'file.txt' }],
    ['file.txt', 's3://b/', { file: '/w/file.txt', key: 'file.txt' }],
    ['./file.txt', 's3://b/a//', { file: '/w/file.txt', key: 'a//file.txt' }],
    // A name that is one of our escapes is the key it stands for.
    ['file%2F..', 's3://b', { file: '/w/file%2F..', key: 'file%2F..' }],
  ])('cp %s %s', (source, target, item) => {
    expect(plan(source, target)).toEqual({ kind: 'upload', bucket: 'b', item });
  });

  test.each([
    ['folder', 's3://b', ''],
    ['folder/', 's3://b/', ''],
    ['folder', 's3://b/p', 'p/'],
    ['folder', 's3://b/p/', 'p/'],
    ['.', 's3://b/p/q', 'p/q/'],
  ])('cp -r %s %s puts the contents directly below', (source, target, prefix) => {
    expect(plan(source, target, true)).toMatchObject({ kind: 'upload', bucket: 'b', item: { prefix } });
  });

  test.each([
    ['s3://b/d/k.txt', 'file.txt', '/w/file.txt'],
    ['s3://b/d/k.txt', 'new.txt', '/w/new.txt'],
    ['s3://b/d/k.txt', 'folder', '/w/folder/k.txt'],
    ['s3://b/d/k.txt', '.', '/w/k.txt'],
    ['s3://b/d/k.txt', 'new/', '/w/new/k.txt'],
    // A key's last segment never leads out of the folder.
    ['s3://b/d/..', 'folder', '/w/folder/%2E%2E'],
    ['s3://b/d/', 'folder', '/w/folder/%_'],
  ])('cp %s %s', (source, target, file) => {
    const key = source.slice('s3://b/'.length);
    expect(plan(source, target)).toEqual({ kind: 'download', bucket: 'b', item: { key, file } });
  });

  test.each([
    ['s3://b', 'folder', '', '/w/folder'],
    ['s3://b/p', 'new', 'p/', '/w/new'],
    ['s3://b/p/', 'new/', 'p/', '/w/new'],
  ])('cp -r %s %s', (source, target, prefix, folder) => {
    expect(plan(source, target, true)).toEqual({ kind: 'download', bucket: 'b', item: { prefix, folder } });
  });

  test.each([
    ['s3://a/d/k', 's3://b', false, { key: 'd/k', toKey: 'k' }],
    ['s3://a/d/k', 's3://b/e/', false, { key: 'd/k', toKey: 'e/k' }],
    ['s3://a/d/k', 's3://b/x', false, { key: 'd/k', toKey: 'x' }],
    ['s3://a/d', 's3://b/e', true, { prefix: 'd/', toPrefix: 'e/' }],
    ['s3://a', 's3://b', true, { prefix: '', toPrefix: '' }],
    ['s3://b/a', 's3://b/a-copy', true, { prefix: 'a/', toPrefix: 'a-copy/' }],
  ])('cp %s %s (recursive: %s)', (source, target, recursive, item) => {
    expect(plan(source, target, recursive)).toMatchObject({ kind: 'copy', toBucket: 'b', item });
  });

  test('standard input and output', () => {
    expect(plan('-', 's3://b/k')).toEqual({ kind: 'streamUp', to: { bucket: 'b', key: 'k' } });
    expect(plan('s3://b/k', '-')).toEqual({ kind: 'streamDown', from: { bucket: 'b', key: 'k' } });
  });

  test.each([
    ['folder', 's3://b', false, 'give -r'],
    ['s3://b', 'folder', false, 'give -r'],
    ['s3://b/p', 'file.txt', true, 'needs a folder'],
    ['file.txt', 's3://b', true, 'leave -r out'],
    ['file.txt', 'other', false, 'must be in a bucket'],
    ['s3://', 'x', true, 'no bucket'],
    ['file.txt', 's3://', false, 'no bucket'],
    ['file.txt', 's3:///k', false, 'no bucket'],
    ['s3://b/k', 's3://b/k', false, 'the same object'],
    ['s3://b/k', 's3://b', false, 'the same object'],
    ['s3://b/p', 's3://b/p', true, 'inside the source'],
    ['s3://b', 's3://b/p', true, 'inside the source'],
    ['s3://b/d/', 's3://c/', false, 'whole target key'],
    ['-', '-', false, 'Standard input'],
    ['-', 'file.txt', false, 's3://bucket/key'],
    ['-', 's3://b/', false, 'has no name'],
    ['-', 's3://b/d/', false, 'has no name'],
    ['-', 's3://b/k', true, 'leave -r out'],
    ['s3://b/k', '-', true, 'leave -r out'],
    ['file.txt', '-', false, 's3://bucket/key'],
    ['s3://b', '-', false, 'names no object'],
  ])('cp %s %s (recursive: %s) is refused: %s', (source, target, recursive, words) => {
    expect(() => plan(source, target, recursive)).toThrow(BadArguments);
    expect(() => plan(source, target, recursive)).toThrow(words);
  });
});
