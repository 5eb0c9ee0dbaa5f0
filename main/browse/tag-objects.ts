import { outermost } from '../../shared/domain/outermost.ts';
import { appError, type AppError } from '../../shared/errors.ts';
import { maxTags, sameTags, type Tags } from '../../shared/domain/object-texts.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { inLanes } from '../in-lanes.ts';
import type { ObjectStore } from '../s3/object-store.ts';

export type TagChange = { readonly set: Tags; readonly remove: readonly string[] };

const objectsUnderWay = 8;

/** Changes the tags of the keys and of all below the prefixes, each given once. Tags that are not named stay. */
export async function tagObjects(
  store: ObjectStore,
  bucket: string,
  keys: Iterable<string>,
  prefixes: readonly string[],
  change: TagChange,
  on: { readonly tagged: (key: string) => void; readonly failed: (key: string, error: AppError) => void },
): Promise<void> {
  const all = async function* (): AsyncGenerator<string> {
    yield* keys;
    for (const prefix of outermost(prefixes)) {
      for await (const listed of store.listAll({ bucket, prefix })) {
        if (!listed.ok) {
          on.failed(prefix, listed.error);
          break;
        }
        for (const { key } of listed.value.rows()) if (key.startsWith(prefix)) yield key;
      }
    }
  };
  await inLanes(all(), objectsUnderWay, async (key) => {
    const changed = await changeTags(store, bucket, key, change);
    if (changed.ok) on.tagged(key);
    else on.failed(key, changed.error);
  });
}

async function changeTags(
  store: ObjectStore,
  bucket: string,
  key: string,
  { set, remove }: TagChange,
): Promise<Result<void>> {
  const now = await store.getTags(bucket, key);
  if (!now.ok) return now;
  const kept = Object.entries(now.value).filter(([name]) => !remove.includes(name));
  const next = Object.fromEntries([...kept, ...Object.entries(set)]);
  if (sameTags(now.value, next)) return ok();
  const count = Object.keys(next).length;
  if (count > maxTags) {
    const reason = `it would have ${count} tags, and ${maxTags} is the most`;
    return err(appError('InvalidInput', { field: 'tags', reason, bucket, key }));
  }
  return store.setTags(bucket, key, next);
}
