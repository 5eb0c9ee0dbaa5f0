import type { Inode } from './disk.ts';
import { endsOf, type JournaledFile, sameBytes, sourceVersions, targetOf, type World } from './world.ts';

/** Files that the engine has given their names: by path, in order. */
export type Placements = Map<string, { readonly inode: Inode; readonly bytes: Uint8Array; readonly step: number }[]>;

/**
 * Whether a copy of these bytes is at the file's target, for good (of an object nobody can tell who put it there, [T6]); or
 * was there since the engine has started, and somebody else took it away. One that was replaced by something of the same size passes: only
 * checksums could tell, and the journal keeps none of copies.
 */
export function isCopyOf(
  world: World,
  placements: Placements,
  { job, file }: JournaledFile,
  bytes: Uint8Array,
): boolean {
  const since = world.jobBornStep.get(job.id) ?? 0;
  const path = targetOf(file);
  const { target } = endsOf(world, job);
  const wasThere = (goneStep: number | null) => goneStep === null || goneStep >= world.lifeBornStep;
  if (target === null) {
    const there = world.disk.names.get(path);
    if (file.source.endsWith('/') && bytes.length === 0) return there?.type === 'folder';
    // [T69] What was made good for a move that leaves it out counts as placed.
    const made = (placements.get(path) ?? []).filter(({ step, bytes: own }) => step >= since && sameBytes(own, bytes));
    if (made.length === 0) return false;
    if (made.some(({ inode }) => inode === there && sameBytes(inode.bytes, bytes)) && isDurable(world, path, bytes))
      return true;
    // Another file, or written over in its place.
    const isOurs = there !== undefined && sameBytes(there.bytes, bytes) && made.some(({ inode }) => inode === there);
    if (there !== undefined && there.bytes.length === bytes.length && !isOurs) return true;
    const taken = world.disk.versionsOf(path).filter(({ goneStep }) => goneStep !== null && wasThere(goneStep));
    return taken.some((each) => each.bytes.length === bytes.length);
  }
  if (path.endsWith('/') && bytes.length === 0) return target.server.versionsOf(target.bucket, path).length > 0;
  const made = target.server.versionsOf(target.bucket, path).filter(({ bornStep, goneStep, bytes: own }) => {
    // [T69] What was there before, and had gone only when it had been compared, is as good.
    const counts = bornStep >= since || goneStep === null || (job.request.skipSame && wasThere(goneStep));
    return counts && sameBytes(own, bytes);
  });
  if (made.length === 0) return false;
  // It, or what replaced it in its size, which may have been taken away in turn.
  return target.server
    .versionsOf(target.bucket, path)
    .some((version) => version.bytes.length === bytes.length && wasThere(version.goneStep));
}

/** [T69] Whether the target has had the bytes of the source, since the job is there. */
export function isLeftOut(world: World, found: JournaledFile): boolean {
  const since = world.jobBornStep.get(found.job.id) ?? 0;
  const path = targetOf(found.file);
  const { source, target } = endsOf(world, found.job);
  const { fingerprint } = found.file;
  // What a rule was told of may have gone before its job began: it is compared with all the same, by its ETag.
  const told = fingerprint.type === 'object' && found.job.request.ruleId !== undefined ? fingerprint.etag : null;
  const gone = (source?.server.versionsOf(source.bucket, found.file.source) ?? []).filter(({ etag }) => etag === told);
  const wanted = [...sourceVersions(world, found), ...gone];
  const there = target === null ? world.disk.versionsOf(path) : target.server.versionsOf(target.bucket, path);
  return there
    .filter(({ goneStep }) => goneStep === null || goneStep >= since)
    .some(({ bytes }) => wanted.some((version) => sameBytes(version.bytes, bytes)));
}

/** A power cut now would leave exactly these bytes under this name. */
export function isDurable({ disk }: World, path: string, bytes: Uint8Array): boolean {
  const inode = disk.durableNames.get(path);
  if (inode === undefined || !sameBytes(inode.durable, bytes)) return false;
  for (let at = path.slice(0, path.lastIndexOf('/')); at !== ''; at = at.slice(0, at.lastIndexOf('/')))
    if (disk.durableNames.get(at)?.type !== 'folder') return false;
  return true;
}
