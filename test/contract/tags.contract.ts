import { describe, expect, test } from 'vitest';
import { type ContractBench, fail, must, type StoreUnderTest } from './contract-bench.ts';

/** The part of the contract about the tags of objects. */
export function tagContract(tested: () => StoreUnderTest, { newBucket, put }: ContractBench): void {
  describe('tags', () => {
    const tagsOf = async (bucket: string, key: string) => must(await tested().store.getTags(bucket, key));

    test('are none at first, and those that were set last', async () => {
      const { store } = tested();
      const bucket = await newBucket();
      await put(bucket, 'a/k');
      expect(await tagsOf(bucket, 'a/k')).toEqual({});
      const first = { colour: 'blue', 'Größe + Ort': 'a=b:c/d@e_f-1.0 ü', empty: '' };
      must(await store.setTags(bucket, 'a/k', first));
      expect(await tagsOf(bucket, 'a/k')).toEqual(first);
      must(await store.setTags(bucket, 'a/k', first));
      expect(await tagsOf(bucket, 'a/k')).toEqual(first);
      must(await store.setTags(bucket, 'a/k', { colour: 'red' }));
      expect(await tagsOf(bucket, 'a/k')).toEqual({ colour: 'red' });
      must(await store.setTags(bucket, 'a/k', {}));
      expect(await tagsOf(bucket, 'a/k')).toEqual({});
    });

    test('change nothing else of the object', async () => {
      const { store } = tested();
      const bucket = await newBucket();
      const headers = { contentType: 'text/x-own', metadata: { made: 'by-hand' } };
      must(await store.putSmall(bucket, 'k', Buffer.from('content'), headers));
      const { etag } = must(await store.head(bucket, 'k'));
      must(await store.setTags(bucket, 'k', { a: '1' }));
      expect(must(await store.head(bucket, 'k'))).toMatchObject({ etag, ...headers, sizeBytes: 7 });
    });

    test('go with a copy, not with an object written over', async () => {
      const { store } = tested();
      const bucket = await newBucket();
      await put(bucket, 'from');
      must(await store.setTags(bucket, 'from', { a: '1' }));
      must(await store.copy({ bucket, key: 'from' }, { bucket, key: 'to' }));
      expect(await tagsOf(bucket, 'to')).toEqual({ a: '1' });
      await put(bucket, 'from', 'again');
      expect(await tagsOf(bucket, 'from')).toEqual({});
    });

    test('are ten at most, of so many characters', async () => {
      const { store } = tested();
      const bucket = await newBucket();
      await put(bucket, 'k');
      const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`tag${i}`, `${i}`]));
      const longest = { ['n'.repeat(128)]: 'v'.repeat(256) };
      must(await store.setTags(bucket, 'k', longest));
      expect(await tagsOf(bucket, 'k')).toEqual(longest);
      must(await store.setTags(bucket, 'k', many(10)));
      for (const refused of [many(11), { ['n'.repeat(129)]: '' }, { n: 'v'.repeat(257) }]) {
        expect(fail(await store.setTags(bucket, 'k', refused)).code).toBe('InvalidArgument');
      }
      expect(await tagsOf(bucket, 'k')).toEqual(many(10));
    });

    test('of a missing object are NoSuchKey', async () => {
      const { store } = tested();
      const bucket = await newBucket();
      const context = { bucket, key: 'none' };
      expect(fail(await store.getTags(bucket, 'none'))).toMatchObject({ code: 'NoSuchKey', context });
      expect(fail(await store.setTags(bucket, 'none', { a: '1' }))).toMatchObject({ code: 'NoSuchKey', context });
      expect(fail(await store.getTags('missing-bucket-of-tags', 'k')).code).toBe('NoSuchBucket');
    });
  });
}
