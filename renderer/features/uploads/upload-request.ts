import type { AppInfo } from '../../stores/app-info.ts';
import { namesToKey, type PathRules } from '../../../shared/domain/key-path.ts';
import type { TransferRequestInput } from '../../../shared/domain/transfer.ts';
import type { BucketPlace } from '../../stores/place.ts';

export type TopItem = { readonly path: string; readonly name: string; readonly isFolder: boolean };

export const pathRulesOf = (info: AppInfo): PathRules => ({ platform: info.platform === 'win32' ? 'win32' : 'posix' });

/** Pure. The upload of these files and folders into `place`, each under its own name; conflicts are asked about. */
export function uploadRequest(
  place: BucketPlace,
  items: readonly TopItem[],
  rules: PathRules,
  fromSpool: boolean,
): TransferRequestInput {
  return {
    kind: 'upload',
    connectionId: place.connectionId,
    bucket: place.bucket,
    conflict: 'ask',
    whenOffline: 'wait',
    fromSpool,
    emptyFolders: true,
    items: items.map(({ path, name, isFolder }) => {
      const key = `${place.prefix}${namesToKey([name], rules)}`;
      return isFolder ? { folder: path, prefix: `${key}/` } : { file: path, key };
    }),
  };
}

/** The outermost files and folders of what lies in a spool folder. */
export function topItems(
  folder: string,
  separator: string,
  items: readonly { readonly path: readonly string[]; readonly file: unknown }[],
): TopItem[] {
  const top = new Map<string, TopItem>();
  for (const { path, file } of items) {
    const [name] = path;
    if (name === undefined) continue;
    const isFolder = path.length > 1 || file === null;
    top.set(name, { path: `${folder}${separator}${name.toWellFormed()}`, name, isFolder });
  }
  return [...top.values()];
}
