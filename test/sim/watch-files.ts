import { endedJobStates } from '../../shared/domain/transfer.ts';
import { isCopyOf, type Placements } from './copies.ts';
import type { Inode } from './disk.ts';
import type { DiskPort, DiskWatch } from './disk-port.ts';
import { attributesOfVersion } from './transport.ts';
import { isExcused } from './watch-objects.ts';
import {
  describeFile,
  endsOf,
  type JournaledFile,
  journaledFiles,
  sameBytes,
  sourceVersions,
  targetOf,
  type World,
} from './world.ts';

/** The time that an object of these bytes says, unless nobody wants it or the bytes cannot be told from others. */
function hasItsTime(world: World, found: JournaledFile, { bytes, modifiedMs }: Inode): boolean {
  const { source } = endsOf(world, found.job);
  if (found.job.request.kind !== 'download' || !found.job.request.preserve || source === null) return true;
  if (isExcused(world, found, bytes)) return true;
  return source.server.versionsOf(source.bucket, found.file.source).some((version) => {
    const { modifiedMicros } = attributesOfVersion(version);
    return sameBytes(version.bytes, bytes) && modifiedMicros !== null && modifiedMicros / 1000 === modifiedMs;
  });
}

/** The rules for what the engine does to local files, each checked in the moment before it is done. */
export function watchFiles(world: World, placements: Placements, looks: () => DiskPort['looks']): DiskWatch {
  const files = () => [...journaledFiles(world)];

  function isMove(found: JournaledFile, path: string, bytes: Uint8Array): boolean {
    const { job, file } = found;
    const { request } = job;
    if (request.kind !== 'upload' || !request.removeSource || file.source !== path) return false;
    if (file.verification === null) return false;
    if (isCopyOf(world, placements, found, bytes)) return true;
    // A file system has no condition on deletions: what changed after the last look is lost.
    const look = looks().get(path);
    const changedSince = look !== undefined && look.bytes !== bytes;
    return changedSince && isCopyOf(world, placements, found, look.bytes);
  }

  return {
    onCreate(path) {
      if (!files().some(({ file }) => file.tempPath === path))
        world.violate(`[T10] ${path} was made before it was journaled`);
    },

    onPlace(path, inode, replaced) {
      const own = files().filter(({ job, file }) => job.request.kind === 'download' && targetOf(file) === path);
      const { bytes } = inode;
      if (own.length === 0) world.violate(`[T10] ${path} was placed, and no journaled file goes there`);
      if (!sameBytes(inode.durable, bytes)) world.violate(`[T14] ${path} was placed before its bytes were on the disk`);
      const mayReplace = own.some(
        ({ job, file }) => (file.answer ?? job.answerForAll ?? job.request.conflict) === 'overwrite',
      );
      // Given the name that it has, a file is made durable; who put it there is not told ([T16]).
      const isItself = replaced === inode;
      if (replaced !== undefined && !isItself && !replaced.byEngine && !mayReplace)
        world.violate(`[T14] ${path} of somebody else was replaced unseen`);
      const isWhole = own.some(
        (found) =>
          sourceVersions(world, found).some((version) => sameBytes(version.bytes, bytes)) ||
          isExcused(world, found, bytes),
      );
      if (own.length > 0 && !isWhole && !isItself)
        world.violate(`[T11] ${path} was placed with what its source never was`);
      if (isWhole && !isItself && !own.some((found) => hasItsTime(world, found, inode)))
        world.violate(`[T71] ${path} was placed with a time that its source never had`);
      const known = placements.get(path);
      const placed = { inode, bytes, step: world.scheduler.steps };
      if (known === undefined) placements.set(path, [placed]);
      else known.push(placed);
    },

    onNotRemoved(path) {
      if (world.isClearing) world.lostFiles.add(path);
    },

    onUnlink(path, inode) {
      if (path.endsWith('.brigade-part') && inode.byEngine) return;
      if (path.startsWith('/spool/')) {
        const open = files().find(({ job, file }) => file.source === path && !endedJobStates.includes(job.state));
        if (open !== undefined && !world.isClearing && !files().some((found) => isMove(found, path, inode.bytes)))
          world.violate(`[T60] ${path} was taken out of the spool while a job needs it: ${describeFile(open)}`);
        return;
      }
      if (!files().some((found) => isMove(found, path, inode.bytes)))
        world.violate(`[T25] ${path} was deleted, and there is no copy of it`);
    },
  };
}
