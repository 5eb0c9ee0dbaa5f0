import type { Tags } from '../../shared/domain/object-texts.ts';
import { appError, type AppError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { ObjectStore } from './object-store.ts';

type Place = { readonly bucket: string; readonly key: string };

/** Brings the tags of an object over a copy onto itself, also where the server's copies drop them, as those of Ceph do. */
export function createTagKeeping({ getTags, setTags }: Pick<ObjectStore, 'getTags' | 'setTags'>) {
  return {
    /** The tags it has, once it is proven that they can be set: these very ones are. None where the server keeps no tags at all. */
    async take({ bucket, key }: Place, signal: AbortSignal | undefined): Promise<Result<Tags>> {
      const tags = await getTags(bucket, key, signal);
      if (!tags.ok && (tags.error.code === 'NotImplemented' || tags.error.code === 'MethodNotAllowed')) return ok({});
      if (!tags.ok || isEmpty(tags.value)) return tags;
      const proven = await setTags(bucket, key, tags.value, signal);
      return proven.ok ? tags : proven;
    },

    /**
     * Sets the tags again where they are gone, whatever became of the copy, and also when nobody waits for it any more. `failure`
     * of the copy: its object may be there for all that; then they are set only on what `isTheSame` by its ETag. TagsNotKept,
     * with the tags, when they cannot be set.
     */
    async giveBack(
      { bucket, key }: Place,
      tags: Tags,
      failure: AppError | null,
      isTheSame: () => Promise<Result<boolean>>,
    ): Promise<Result<void>> {
      if (isEmpty(tags) || (failure !== null && isPlainRefusal(failure))) return ok();
      const notKept = ({ code }: AppError): Result<never> => {
        const named = Object.entries(tags).map(([name, value]) => `${name}=${value}`);
        return err(appError('TagsNotKept', { bucket, key, tags: named.join(', ') }, code));
      };
      const now = await getTags(bucket, key);
      if (now.ok && !isEmpty(now.value)) return ok();
      if (!now.ok && now.error.code === 'NoSuchKey') return ok();
      if (failure !== null) {
        if (!now.ok) return notKept(now.error);
        const same = await isTheSame();
        if (!same.ok) return notKept(same.error);
        // Another object has no claim to these tags. Without an answer it may be our own copy, with an ETag of its own.
        if (!same.value) return failure.code === 'PreconditionFailed' ? ok() : notKept(failure);
      }
      const set = await setTags(bucket, key, tags);
      return set.ok ? ok() : notKept(set.error);
    },
  };
}

function isEmpty(tags: Tags): boolean {
  return Object.keys(tags).length === 0;
}

/** Nothing was done. After an attempt whose answer was lost, the condition may be refused because of our own copy. */
function isPlainRefusal({ code, retry, context }: AppError): boolean {
  const status = Number(context['status'] ?? 0);
  return retry === 'no' && status >= 400 && status < 500 && code !== 'RequestTimeout' && code !== 'PreconditionFailed';
}
