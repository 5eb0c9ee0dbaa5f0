import { isCrcAlgorithm } from '../../main/checksums/digest.ts';
import { plainMd5OfEtag } from '../../main/s3/etag.ts';
import { attributeMetadata } from '../../main/s3/file-attributes.ts';
import type { ObjectHeaders } from '../../main/s3/object-store.ts';
import { partSizes } from './scenario.ts';
import type { ServerWatch, SimServer, Version } from './server.ts';
import { isCopyOf, type Placements } from './copies.ts';
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

type Look = { readonly step: number; readonly atMs: number; readonly seen: Version | null };
/** What the engine saw at each key of each server, the last times: several jobs may look at one object, each more than once. */
export type ObjectLooks = Map<string, readonly Look[]>;

const keptLooks = 12;
/** An answer and a request take no longer together: what was looked at before was not looked at just before. */
const justBeforeMs = 1000;

export function noteLook(looks: ObjectLooks, id: string, look: Look): void {
  looks.set(id, [...(looks.get(id) ?? []), look].slice(-keptLooks));
}

export const lookId = (server: string, bucket: string, key: string) => `${server} ${bucket}/${key}`;

/** [T25] [A43] Where a server has no condition for deletions, what came after the look just before one is lost. */
export function isReplacedUnseen(
  world: World,
  looks: readonly Look[],
  removed: Version,
  isIt: (seen: Version) => boolean,
): boolean {
  const sinceMs = world.scheduler.nowMs() - justBeforeMs;
  return looks.some(
    ({ seen, step, atMs }) => seen !== null && atMs >= sinceMs && removed.bornStep >= step && isIt(seen),
  );
}

/**
 * Whether what was read of an object can be compared with something: else a bad cable cannot be seen. What is relayed in
 * parts is never whole on this machine: only digests that can be combined tell ([T27]).
 */
export function isComparable({ checksumType, checksums, etagIsMd5, etag, bytes }: Version, isRelay: boolean): boolean {
  const isInParts = isRelay && bytes.length > partSizes.singleUploadBytes;
  if (checksumType === 'FULL_OBJECT') return !isInParts || Object.keys(checksums).every(isCrcAlgorithm);
  return etagIsMd5 && plainMd5OfEtag(etag) !== null && !isInParts;
}

/** Bytes that cannot be told from the right ones: they were changed on the way from a server that keeps no digest. */
export function isExcused(world: World, found: JournaledFile, bytes: Uint8Array): boolean {
  const { source, target } = endsOf(world, found.job);
  if (source === null || !world.sky.byKind.has('corruptDown')) return false;
  const versions = source.server.versionsOf(source.bucket, found.file.source);
  return versions.some((version) => !isComparable(version, target !== null) && version.bytes.length === bytes.length);
}

const mtimeOf = (modifiedMs: number) => {
  const modifiedNanos = Math.round((modifiedMs % 1000) * 1e6);
  return attributeMetadata({ modifiedMs, modifiedNanos })['mtime'];
};

export const isSameMetadata = (a: ObjectHeaders['metadata'] = {}, b: ObjectHeaders['metadata'] = {}) =>
  JSON.stringify(a) === JSON.stringify(b);

/** The rules for what the engine does to objects, each checked in the moment before it is done. */
export function watchObjects(world: World, server: SimServer, looks: ObjectLooks, placements: Placements): ServerWatch {
  const filesTo = (bucket: string, key: string) =>
    [...journaledFiles(world)].filter(({ job, file }) => {
      const { target } = endsOf(world, job);
      return target?.server === server && target.bucket === bucket && targetOf(file) === key;
    });

  const mayReplace = ({ job, file }: JournaledFile) =>
    (file.answer ?? job.answerForAll ?? job.request.conflict) === 'overwrite';

  function checkOverwrite(files: readonly JournaledFile[], bucket: string, key: string, replaced: Version): void {
    if (replaced.by !== 'other' || files.some(mayReplace)) return;
    const seen = looks.get(lookId(server.name, bucket, key)) ?? [];
    // Without conditions nothing closes the time between looking and writing.
    const appeared = seen.some((look) => look.seen === null && replaced.bornStep >= look.step);
    if (server.profile.conditions !== 'kept' && appeared) return;
    world.violate(`[T21] ${server.name} ${bucket}/${key} of somebody else was replaced unseen`);
  }

  /** [T69] An upload that leaves out what is there: nothing was in its way, and there was always something to tell it by. */
  function isKnownSame(found: JournaledFile, there: Version): boolean {
    const { job, file } = found;
    const { request } = job;
    if (request.kind !== 'upload' || !request.skipSame) return false;
    // They may be one thing.
    const isOfOneSecond = Math.floor((file.fingerprint.modifiedMs ?? 0) / 1000) * 1000 === there.modifiedMs;
    if (request.removeSource && isOfOneSecond) return false;
    // What could not be read or asked for is not known to be the same.
    if (world.sky.byKind.has('diskError') || world.network.failuresOf(targetOf(file)) > 0) return false;
    if (file.answer !== null || file.savedAs !== null || there.by !== 'other' || !isComparable(there, false))
      return false;
    const since = Math.min(world.jobBornStep.get(job.id) ?? 0, world.lifeBornStep);
    return there.bornStep <= since && sourceVersions(world, found).length === 1;
  }

  /** [T54] What is still to be copied must not be replaced by another copy of the same job. */
  function checkOwnSources(files: readonly JournaledFile[], bucket: string, key: string, version: Version): void {
    // Of several jobs that write there, nobody knows which one it is.
    if (files.some(({ job }) => job.id !== files[0]?.job.id)) return;
    for (const { job } of files) {
      if (job.request.kind !== 'copy') continue;
      const { source } = endsOf(world, job);
      if (source?.server !== server || source.bucket !== bucket) continue;
      const replaced = server.buckets.get(bucket)?.objects.get(key);
      if (replaced === undefined || sameBytes(replaced.bytes, version.bytes)) continue;
      for (const other of journaledFiles(world)) {
        if (other.job.id === job.id && other.file.source === key && targetOf(other.file) !== key)
          if (other.file.state !== 'done' && replaced.by === 'other' && !files.includes(other))
            world.violate(`[T54] ${bucket}/${key} was replaced before it was copied: ${describeFile(other)}`);
      }
    }
  }

  /** Of an upload the time of the file with these bytes, of a copy what an object with these bytes had. */
  function hasItsMetadata(found: JournaledFile, { bytes, headers }: Version): boolean {
    const { request } = found.job;
    const { source } = endsOf(world, found.job);
    if (source !== null) {
      if (isExcused(world, found, bytes)) return true;
      return source.server
        .versionsOf(source.bucket, found.file.source)
        .some((each) => sameBytes(each.bytes, bytes) && isSameMetadata(each.headers.metadata, headers.metadata));
    }
    if (request.kind !== 'upload' || !request.preserve || request.fromSpool) return headers.metadata === undefined;
    return world.disk
      .versionsOf(found.file.source)
      .some((each) => sameBytes(each.bytes, bytes) && mtimeOf(each.modifiedMs) === headers.metadata?.['mtime']);
  }

  return {
    onPart(bucket, key, uploadId) {
      if (!world.journal.traces.has(uploadId)) world.violate(`[T46] ${uploadId} of ${bucket}/${key} is not noted`);
      if (![...journaledFiles(world)].some(({ file }) => file.uploadId === uploadId))
        world.violate(`[T1] a part came for ${uploadId} of ${bucket}/${key}, which is not journaled`);
    },

    onAbort(uploadId) {
      if (uploadId.startsWith('foreign')) world.violate(`[T8] ${uploadId} of somebody else was aborted`);
    },

    onWrite(bucket, key, version, replaced, isGuarded) {
      const files = filesTo(bucket, key);
      if (files.length === 0) {
        world.violate(`[T1] ${server.name} ${bucket}/${key} was written, and no journaled file goes there`);
        return;
      }
      // What may not replace says so, to every server that heeds it.
      if (!isGuarded && server.profile.conditions === 'kept' && !files.some(mayReplace))
        world.violate(`[T21] ${server.name} ${bucket}/${key} was written without a condition`);
      if (replaced !== undefined) {
        checkOverwrite(files, bucket, key, replaced);
        checkOwnSources(files, bucket, key, version);
        if (sameBytes(replaced.bytes, version.bytes) && files.every((found) => isKnownSame(found, replaced)))
          world.violate(`[T69] ${server.name} ${bucket}/${key} was written again with the same content`);
      }
      if (version.isTainted || (key.endsWith('/') && version.bytes.length === 0)) return;
      const isWhole = files.some((found) =>
        sourceVersions(world, found).some(({ bytes }) => sameBytes(bytes, version.bytes)),
      );
      if (isWhole && !files.some((found) => hasItsMetadata(found, version)))
        world.violate(`[T70] ${server.name} ${bucket}/${key} was written with metadata that its source never had`);
      if (isWhole || files.some((found) => isExcused(world, found, version.bytes))) return;
      world.violate(`[T4] ${server.name} ${bucket}/${key} was written with what its source never was`);
    },

    onRemove(bucket, key, removed) {
      const moves = [...journaledFiles(world)].filter(({ job, file }) => {
        const { source } = endsOf(world, job);
        return job.request.removeSource && source?.server === server && source.bucket === bucket && file.source === key;
      });
      const seen = looks.get(lookId(server.name, bucket, key)) ?? [];
      const isSafe = moves.some((found) => {
        if (found.file.verification === null) return false;
        if (isCopyOf(world, placements, found, removed.bytes) || isExcused(world, found, removed.bytes)) return true;
        // Replaced between the last look and the deletion, where the server has no condition for that.
        if (server.profile.removals === 'kept') return false;
        return isReplacedUnseen(world, seen, removed, ({ bytes }) => isCopyOf(world, placements, found, bytes));
      });
      if (!isSafe) world.violate(`[T25] ${server.name} ${bucket}/${key} was deleted, and there is no copy of it`);
    },
  };
}
