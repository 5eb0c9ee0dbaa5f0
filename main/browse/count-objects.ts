import { outermost } from '../../shared/domain/outermost.ts';
import { ok, type Result } from '../../shared/result.ts';
import type { ObjectStore } from '../s3/object-store.ts';

export type ObjectCount = { readonly objects: number; readonly bytes: number };

/** Up to here each key is asked for by itself; more of one folder are found faster by listing it. */
const keysAskedSingly = 20;
const asksUnderWay = 8;

/** What deleting the keys and prefixes would take: nothing is counted twice, keys that are not there not at all. */
export async function countObjects(
  store: ObjectStore,
  bucket: string,
  keys: readonly string[],
  prefixes: readonly string[],
): Promise<Result<ObjectCount>> {
  const folders = outermost(prefixes);
  let objects = 0;
  let bytes = 0;
  const add = (sizeBytes: number): void => {
    objects += 1;
    bytes += sizeBytes;
  };

  for (const prefix of folders) {
    for await (const listed of store.listAll({ bucket, prefix })) {
      if (!listed.ok) return listed;
      for (const { sizeBytes } of listed.value.rows()) add(sizeBytes);
    }
  }

  const single: string[] = [];
  for (const [parent, wanted] of byParent(keys.filter((key) => !folders.some((prefix) => key.startsWith(prefix))))) {
    if (wanted.size <= keysAskedSingly) {
      single.push(...wanted);
      continue;
    }
    const listed = await eachInFolder(store, bucket, parent, (key, sizeBytes) => {
      if (wanted.has(key)) add(sizeBytes);
    });
    if (!listed.ok) return listed;
  }
  for (let from = 0; from < single.length; from += asksUnderWay) {
    const answers = await Promise.all(single.slice(from, from + asksUnderWay).map((key) => store.head(bucket, key)));
    for (const answer of answers) {
      if (answer.ok) add(answer.value.sizeBytes);
      else if (answer.error.code !== 'NoSuchKey') return answer;
    }
  }
  return ok({ objects, bytes });
}

async function eachInFolder(
  store: ObjectStore,
  bucket: string,
  prefix: string,
  visit: (key: string, sizeBytes: number) => void,
): Promise<Result<void>> {
  let continuationToken: string | undefined;
  do {
    const page = await store.listPage({ bucket, prefix, delimiter: '/', continuationToken });
    if (!page.ok) return page;
    for (const object of page.value.objects) visit(object.key, object.sizeBytes);
    continuationToken = page.value.continuationToken ?? undefined;
  } while (continuationToken !== undefined);
  return ok();
}

function byParent(keys: readonly string[]): Map<string, Set<string>> {
  const groups = new Map<string, Set<string>>();
  for (const key of keys) {
    const parent = parentPrefix(key);
    const group = groups.get(parent);
    if (group === undefined) groups.set(parent, new Set([key]));
    else group.add(key);
  }
  return groups;
}

/** The folder a key or folder is in: `a/` for `a/b` and for `a/b/`. */
export function parentPrefix(keyOrPrefix: string): string {
  return keyOrPrefix.slice(0, keyOrPrefix.lastIndexOf('/', keyOrPrefix.length - 2) + 1);
}
