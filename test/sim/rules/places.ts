import { createHash } from 'node:crypto';
import { bucketIndexName } from '../../../main/automation/polling/bucket-poller.ts';
import { connectionIdSchema } from '../../../shared/domain/ids.ts';
import { buckets } from '../world.ts';

/** What an index is about. */
type Place =
  | { readonly type: 'bucket'; readonly connectionId: string; readonly bucket: string }
  | { readonly type: 'folder'; readonly folder: string };

export const connectionNames = ['conn-one', 'conn-two'] as const;
export const watchedFolder = '/watched';
export const downloads = '/dst';
export const indexFolder = '/data/automation';

const places = new Map<string, Place>();
for (const connectionId of connectionNames)
  for (const bucket of buckets)
    places.set(`${indexFolder}/${bucketIndexName(connectionIdSchema.parse(connectionId), bucket)}.sqlite`, {
      type: 'bucket',
      connectionId,
      bucket,
    });
const folderHash = createHash('sha256').update(`folder:${watchedFolder}`).digest('hex').slice(0, 32);
places.set(`${indexFolder}/${folderHash}.sqlite`, { type: 'folder', folder: watchedFolder });

export function placeOfIndex(filePath: string): Place {
  const place = places.get(filePath);
  if (place === undefined) throw new Error(`no place has the index ${filePath}`);
  return place;
}
