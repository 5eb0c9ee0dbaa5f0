import type { JobView } from '../../shared/domain/transfer.ts';
import type { BucketPlace } from './place.ts';
import { type Draft, draftFrom, newTrigger } from './rule-draft.ts';

const noPlace = { bucket: '', prefix: '' };

/** Pure. The rule that does again and again what a job did once, as far as the job tells of it. */
export function draftFromJob(job: JobView): Draft {
  const { kind, bucket, connectionName: connection, sourceFolder = '', targetFolder: folder = '' } = job;
  const target = { bucket, prefix: job.targetPrefix ?? '' };
  if (kind === 'upload') {
    return draftFrom('folderToBucket', { connection, folder: sourceFolder, place: target, moveTo: noPlace });
  }
  const place = placeOf(job.from);
  if (kind === 'download') return draftFrom('download', { connection, folder, place, moveTo: noPlace });
  const other = job.toConnectionName;
  return {
    ...draftFrom('download', { connection, folder: '', place, moveTo: noPlace }),
    actions: [
      {
        type: job.removeSource ? 'move' : 'copy',
        ...target,
        conflict: 'overwrite',
        skipSame: false,
        ...(other === undefined ? {} : { connection: other }),
      },
    ],
  };
}

/** `bucket/in/2026/ + 3` and `bucket/in/film.mov` are in the folder `in/…`. */
function placeOf(from: string): { readonly bucket: string; readonly prefix: string } {
  const path = from.replace(/ \+ \d+$/, '');
  const slash = path.indexOf('/');
  if (slash < 0) return { bucket: path, prefix: '' };
  return { bucket: path.slice(0, slash), prefix: path.slice(slash + 1, path.lastIndexOf('/') + 1) };
}

/** What was dropped to be kept in step: a folder ('' where a browser does not tell), or some of its files. */
export type DroppedFolder = { readonly folder: string; readonly match: readonly string[]; readonly name: string };

/** Pure. The rule that keeps a place of a bucket in step with a folder. */
export function draftFromDrop(dropped: DroppedFolder, connection: string, place: BucketPlace): Draft {
  const { folder, match, name } = dropped;
  // A folder goes where it would go when dropped: below the place, by its name.
  const prefix = match.length === 0 && name !== '' ? `${place.prefix}${name}/` : place.prefix;
  const draft = draftFrom('folderToBucket', {
    connection,
    folder,
    place: { bucket: place.bucket, prefix },
    moveTo: noPlace,
  });
  const trigger = newTrigger('folder');
  if (match.length === 0 || trigger.type !== 'folder') return draft;
  return { ...draft, trigger: { ...trigger, folder, recursive: false, match: match.map(escapeGlob) } };
}

/** A name is no pattern. */
const escapeGlob = (name: string) => name.replaceAll(/[*?[\]{}()!+@\\]/g, String.raw`\$&`);
