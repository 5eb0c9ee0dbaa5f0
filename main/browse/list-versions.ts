import type { VersionRow } from '../../shared/domain/listing.ts';
import { ok, type Result } from '../../shared/result.ts';
import type { ObjectStore, VersionPage } from '../s3/object-store.ts';

/** More are not shown. */
const maxVersions = 1000;
/** Few keys have more, and others that begin with this one would come with them. */
const firstPage = 50;

/** The versions of one key, newest first; not whole when there are more than can be shown. */
export async function listVersions(
  store: ObjectStore,
  bucket: string,
  key: string,
): Promise<Result<{ versions: VersionRow[]; isWhole: boolean }>> {
  const versions: VersionRow[] = [];
  let next: VersionPage['next'] = null;
  do {
    const maxKeys = next === null ? firstPage : maxVersions;
    const page = await store.listVersions({ bucket, prefix: key, delimiter: '', maxKeys, ...next });
    if (!page.ok) return page;
    for (const { key: each, ...version } of page.value.versions) {
      // The key itself comes first among those that begin with it.
      if (each !== key) return ok({ versions, isWhole: true });
      if (versions.length === maxVersions) return ok({ versions, isWhole: false });
      versions.push(version);
    }
    ({ next } = page.value);
  } while (next !== null);
  return ok({ versions, isWhole: true });
}
