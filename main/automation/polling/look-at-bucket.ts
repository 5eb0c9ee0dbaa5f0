import type { Result } from '../../../shared/result.ts';
import { ok } from '../../../shared/result.ts';
import type { ListPage, ObjectStore } from '../../s3/object-store.ts';
import type { LookedRow, LookRequest, LookSummary, ObjectIndex } from '../object-index.ts';

export type BucketLook = LookSummary & {
  /** ListObjectsV2 calls, as far as pages tell: one for each 1,000 keys, at least one. */
  readonly requests: number;
};

/** Compares the cover, as the bucket is now, with its index: with a delimiter where folders below are not wanted ([A6]). */
export async function lookAtBucket(
  store: ObjectStore,
  bucket: string,
  index: ObjectIndex,
  request: LookRequest,
  signal: AbortSignal,
): Promise<Result<BucketLook>> {
  let requests = 0;
  const count = (rows: number): void => void (requests += Math.max(1, Math.ceil(rows / 1000)));
  const { prefix, recursive } = request.cover;

  async function* lines(): AsyncGenerator<Result<Uint8Array>> {
    for await (const rows of store.listAll({ bucket, prefix, as: 'lines', signal })) {
      if (rows.ok) count(rows.value.count);
      yield rows.ok ? ok(rows.value.lines()) : rows;
    }
  }
  async function* pages(): AsyncGenerator<Result<readonly LookedRow[]>> {
    let continuationToken: string | undefined;
    do {
      const page: Result<ListPage> = await store.listPage({
        bucket,
        prefix,
        delimiter: '/',
        continuationToken,
        signal,
      });
      count(1);
      yield page.ok ? ok(page.value.objects) : page;
      continuationToken = page.ok ? (page.value.continuationToken ?? undefined) : undefined;
    } while (continuationToken !== undefined);
  }

  const looked = recursive ? await index.lookAtLines(request, lines()) : await index.look(request, pages());
  return looked.ok ? ok({ ...looked.value, requests: Math.max(1, requests) }) : looked;
}
