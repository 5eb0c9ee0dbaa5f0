import { beforeEach, describe, expect, test } from 'vitest';
import { listItems } from '../../../main/transfers/list-items.ts';
import type { ObjectStore } from '../../../main/s3/object-store.ts';
import { appError } from '../../../shared/errors.ts';
import { err } from '../../../shared/result.ts';
import { createMemoryObjectStore } from '../../fakes/memory-object-store.ts';
import { must } from '../../fakes/test-connection.ts';

const bucket = 'box';
let store: ReturnType<typeof createMemoryObjectStore>;
let heads: string[];
let pages: string[];
let over: Partial<ObjectStore>;

beforeEach(async () => {
  store = createMemoryObjectStore();
  must(await store.createBucket(bucket));
  [heads, pages, over] = [[], [], {}];
});

const put = async (key: string) => must(await store.putSmall(bucket, key, Buffer.from(key), {}));

async function found(items: readonly ({ key: string; to?: string } | { prefix: string })[]) {
  const counting: Pick<ObjectStore, 'head' | 'listAll' | 'listPage'> = {
    // Its pages are counted too.
    listAll: (asked) => store.listAll.call(counting as ObjectStore, asked),
    head: (name, key, signal) => {
      heads.push(key);
      return over.head ? over.head(name, key, signal) : store.head(name, key, signal);
    },
    listPage: (request) => {
      pages.push(request.prefix);
      const small = { ...request, maxKeys: 100 };
      return over.listPage ? over.listPage(small) : store.listPage(small);
    },
  };
  const context = { connection: { store: counting }, signal: new AbortController().signal };
  const all: [object, string][] = [];
  for await (const { item, found: objects } of listItems(context, { bucket, items })) {
    for await (const object of objects) {
      all.push([
        item,
        object.ok ? `${object.value.key} ${object.value.sizeBytes} ${object.value.rest}` : object.error.code,
      ]);
    }
  }
  return all;
}

const many = Array.from({ length: 250 }, (_, index) => `in/${index}`);
const named = (keys: readonly string[]) => keys.map((key) => ({ key }));
const sorted = (all: readonly [object, string][]) => all.map(([, text]) => text).sort();

describe('objects that are named', () => {
  test('many of a folder are taken from its listing, those it does not show are asked for', async () => {
    for (const key of [...many, 'in/sub/x', 'in/more', 'in']) await put(key);
    await put('in/marker/');
    const items = [...named(many), { key: 'in/gone' }, { key: 'in/marker/' }, { key: 'in/1', to: 'again' }];
    const all = await found(items);
    expect(sorted(all)).toEqual(
      [...many, 'in/marker/', 'in/1']
        .map((key) => `${key} ${key.length} `)
        .concat('NoSuchKey')
        .sort(),
    );
    expect(all.find(([item]) => item === items[250])?.[1]).toBe('NoSuchKey');
    expect(all.filter(([, text]) => text === 'in/1 4 ').map(([item]) => item)).toEqual([items[1], items[252]]);
    expect([pages, heads]).toEqual([
      ['in/', 'in/', 'in/'],
      ['in/gone', 'in/marker/'],
    ]);
  });

  test('a few are asked for, and a folder that holds much else is not listed to its end', async () => {
    for (let index = 0; index < 3000; index += 1) await put(`in/${String(index).padStart(4, '0')}`);
    expect(await found(named(['in/0001', 'in/0002']))).toHaveLength(2);
    expect([pages, heads]).toEqual([[], ['in/0001', 'in/0002']]);
    heads = [];
    const spread = Array.from({ length: 30 }, (_, index) => `in/${String(index * 100).padStart(4, '0')}`);
    expect(sorted(await found(named(spread)))).toEqual(spread.map((key) => `${key} 7 `));
    expect(pages).toEqual(['in/']);
    expect(heads).toEqual(spread.slice(1));
  });

  test('are asked for where listing is not allowed', async () => {
    for (const key of many) await put(key);
    over.listPage = async () => err(appError('AccessDenied'));
    expect(sorted(await found(named(many)))).toEqual(many.map((key) => `${key} ${key.length} `).sort());
    expect(heads).toHaveLength(many.length);
  });

  test('come in the order of their items, folders between them', async () => {
    for (const key of ['a/1', 'b/1', 'c']) await put(key);
    expect((await found([{ key: 'c' }, { prefix: 'b/' }, { key: 'a/1' }])).map(([, text]) => text)).toEqual([
      'c 1 ',
      'b/1 3 1',
      'a/1 3 ',
    ]);
  });
});

test('a server that ignores the prefix ends it: nothing else of the bucket is anybody’s to take', async () => {
  for (const key of ['a/1', 'z']) await put(key);
  over.listPage = (request) => store.listPage({ ...request, prefix: '' });
  expect(sorted(await found([{ prefix: 'a/' }]))).toEqual(['NotAnS3Endpoint', 'a/1 3 1']);
});
