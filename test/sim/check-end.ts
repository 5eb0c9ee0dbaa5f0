import { endedJobStates, type JobView } from '../../shared/domain/transfer.ts';
import type { ErrorCode } from '../../shared/errors.ts';
import { plainMd5OfEtag, sameEtag } from '../../main/s3/etag.ts';
import type { FileRecord } from '../../main/transfers/journal.ts';
import type { TransferService } from '../../main/transfers/service.ts';
import { isDurable, type Placements } from './copies.ts';
import { countsOf } from './journal.ts';
import { isComparable, isSameMetadata } from './watch-objects.ts';
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

/** What may still be wrong with a file when nothing goes wrong any more and it was tried again. */
const lasting: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'TargetExists',
  'TargetInsideSource',
  'IsADirectory',
  'NotADirectory',
  'NotAFile',
  'InvalidInput',
]);

/** Everything has come to rest: jobs have ended, and the numbers add up. Since that step nothing went wrong. */
export function checkRest(world: World, service: TransferService, sinceStep: number): void {
  for (const view of service.list()) {
    checkCounts(world, view);
    if (!endedJobStates.includes(view.state)) world.violate(`[T64] ${view.id} does not end: ${view.state}`);
    if (view.state !== 'cancelled' && view.error !== undefined && !lasting.has(view.error.code))
      world.violate(`[T62] ${view.id} ended with ${view.error.code} in calm weather`);
  }
  checkMadeOnce(world);
  const cancelled = new Set(service.list().flatMap(({ id, state }) => (state === 'cancelled' ? [id] : [])));
  for (const found of journaledFiles(world)) {
    const { error, state, source } = found.file;
    if (cancelled.has(found.job.id)) continue;
    // [T29] Two objects of one name and date may be one object: a move keeps it.
    // Two of them at once write each other's source.
    const isOther = error?.code === 'SourceChanged' || error?.code === 'PreconditionFailed';
    if (isOther && (source === targetOf(found.file) || isTargetToo(world, found))) continue;
    if (error?.code === 'FileNotFound' || error?.code === 'NoSuchKey') {
      if (sourceVersions(world, found).some(({ bornStep, goneStep }) => goneStep === null && bornStep < sinceStep))
        world.violate(`[T51] ${error.code}, but it is there: ${describeFile(found)}`);
      continue;
    }
    if (state === 'failed' && error !== null && !lasting.has(error.code))
      world.violate(`[T62] ${error.code} in calm weather: ${describeFile(found)}`);
    if (state === 'queued' || state === 'waiting')
      if (world.journal.jobs.get(found.job.id)?.state === 'done')
        world.violate(`[T60] the job is done, but not ${describeFile(found)}`);
  }
}

/** Another job writes there, again each time it is tried. */
function isTargetToo(world: World, { job, file }: JournaledFile): boolean {
  const { source } = endsOf(world, job);
  return [...journaledFiles(world)].some((other) => {
    const { target } = endsOf(world, other.job);
    if (other.job.id === job.id || targetOf(other.file) !== file.source) return false;
    return source === null ? target === null : target?.server === source.server && target.bucket === source.bucket;
  });
}

const listedEtag = ({ fingerprint }: FileRecord) => (fingerprint.type === 'object' ? fingerprint.etag : null);

/** [T6] What is in the way is not taken for somebody else's: no file is there under its name and under another as well. */
function checkMadeOnce(world: World): void {
  const all = [...journaledFiles(world)];
  for (const found of all) {
    const { file, job } = found;
    const { target, source } = endsOf(world, job);
    if (target === null || file.savedAs === null || file.savedAs === file.target) continue;
    const objects = target.server.buckets.get(target.bucket)?.objects;
    const [first, second] = [objects?.get(file.target), objects?.get(file.savedAs)];
    if (first === undefined || second === undefined || first.by === 'other' || second.by === 'other') continue;
    if (!sameBytes(first.bytes, second.bytes) || !isSameMetadata(first.headers.metadata, second.headers.metadata))
      continue;
    // Of several that go there, nobody knows which one it is; of some servers, nor what it is. A server that ignores what version
    // is to be copied may have copied another one than was listed.
    if (all.some((other) => other.file !== file && targetOf(other.file) === file.target)) continue;
    if (world.doneAt.has(`${target.server.name} ${target.bucket}/${file.target}`)) continue;
    const isTold =
      source === null
        ? isComparable(first, false)
        : sourceVersions(world, found).length === 1 &&
          first.etagIsMd5 &&
          plainMd5OfEtag(first.etag) !== null &&
          source.server
            .versionsOf(source.bucket, file.source)
            .some(({ etag, etagIsMd5 }) => etagIsMd5 && sameEtag(etag, first.etag) && etag === listedEtag(file));
    if (isTold) world.violate(`[T6] made twice, as ${file.savedAs} too: ${describeFile(found)}`);
  }
}

/** The list's counts are those of the files, counted one by one. */
function checkCounts(world: World, view: JobView): void {
  const counts = countsOf(world.journal, view.id);
  const shown = [view.filesTotal, view.filesDone, view.filesSkipped, view.filesFailed, view.bytesTotal];
  const counted = [counts.filesTotal, counts.filesDone, counts.filesSkipped, counts.filesFailed, counts.bytesTotal];
  if (shown.join() !== counted.join())
    world.violate(`counts of ${view.id}: ${shown.join()} shown, ${counted.join()} counted`);
  const { checksum, md5, size } = view.verified;
  const verified = [counts.verifiedChecksum, counts.verifiedMd5, counts.verifiedSize];
  if ([checksum, md5, size].join() !== verified.join())
    world.violate(`levels of ${view.id}: ${[checksum, md5, size].join()} shown, ${verified.join()} counted`);
}

/** After a power cut: what is done is there, unless somebody has taken it away since. */
export function checkDurable(world: World, placements: Placements): void {
  for (const found of journaledFiles(world)) {
    if (found.file.state !== 'done' || found.job.request.kind !== 'download') continue;
    const path = targetOf(found.file);
    const placed = placements.get(path)?.at(-1);
    const last = world.disk.versionsOf(path).at(-1);
    if (placed === undefined || last === undefined || last.goneStep !== null || last.bytes !== placed.bytes) continue;
    if (!isDurable(world, path, placed.bytes)) world.violate(`[T14] lost by a power cut: ${describeFile(found)}`);
  }
}

/** All jobs were cleared: nothing of ours is left on the disk and on the servers. */
export function checkNothingLeft(world: World, excusedTemps: ReadonlySet<string>): void {
  const { disk, servers, journal } = world;
  if (journal.jobs.size > 0) world.violate(`[T8] ${journal.jobs.size} jobs are left after they were cleared`);
  const isLost = (path: string) =>
    excusedTemps.has(path) || [...world.lostFiles].some((lost) => path === lost || path.startsWith(`${lost}/`));
  for (const path of disk.names.keys()) {
    if (path.endsWith('.brigade-part') && !isLost(path)) world.violate(`[T10] ${path} is left`);
    if (world.spooled.has(path) && !isLost(path)) world.violate(`${path} is left in the spool`);
  }
  for (const server of servers)
    for (const { uploads } of server.buckets.values())
      for (const uploadId of uploads.keys())
        if (world.journaledUploads.has(uploadId) && !world.journal.traces.has(uploadId))
          world.violate(`[T8] ${uploadId} is left on ${server.name}`);
}
