import { describe, expect, it } from 'vitest';
import { withSuggestion } from '../../../main/s3/suggest-name.ts';
import { appError } from '../../../shared/errors.ts';
import { describeError } from '../../../shared/words/describe-error.ts';
import { createMemoryObjectStore } from '../../fakes/memory-object-store.ts';

async function suggest(keys: readonly string[], missing: string) {
  const store = createMemoryObjectStore();
  await store.createBucket('reports');
  for (const key of keys) await store.putSmall('reports', key, new Uint8Array(), {});
  let pages = 0;
  const counted: typeof store = {
    ...store,
    listPage: (request) => {
      pages += 1;
      return store.listPage(request);
    },
  };
  const error = await withSuggestion(counted, appError('NoSuchKey', { bucket: 'reports', key: missing }));
  return { suggestion: error.context['suggestion'], pages, fix: describeError(error).fix };
}

describe('the key that was meant', () => {
  it.each([
    [['In/Read.me'], 'In/read.me', 'In/Read.me', 1],
    [['In/Read.me'], 'in/Read.me', 'In/Read.me', 3],
    [['A/B/c.txt', 'a/x'], 'a/b/C.TXT', undefined, 2],
    [['A/B/c.txt'], 'a/b/C.TXT', 'A/B/c.txt', 5],
    [['In/'], 'in/', 'In/', 1],
    [['In/Read.me'], 'In/other', undefined, 1],
    [[], 'deep/er/x', undefined, 3],
  ])('of %j for %j is %s, in %i pages', async (keys, missing, expected, pages) => {
    expect(await suggest(keys, missing)).toMatchObject({ suggestion: expected, pages });
  });

  it('is said in words', async () => {
    expect((await suggest(['Read.me'], 'read.me')).fix).toBe(
      'Names are exact, upper and lower case too: did you mean Read.me?',
    );
  });

  it('is not looked for where it may not be listed', async () => {
    const store = createMemoryObjectStore();
    const error = appError('NoSuchKey', { bucket: 'gone', key: 'x' });
    expect(await withSuggestion(store, error)).toBe(error);
  });
});
