import type { UnfinishedUpload } from '../../../shared/domain/unfinished-upload.ts';
import { BadArguments } from './arguments.ts';
import { errorJson, outLine, sayError, type CommandContext, type ExitCode } from './command.ts';
import { count, formatBytes, formatTime, printable } from './format.ts';
import { bucketOperand } from './operands.ts';
import type { Session } from './session.ts';

/**
 * `brigade transfers uploads`: uploads that were begun and not completed. Of a place: all of them; else those of ours that
 * nobody goes on with. With their sizes where they are ours; asking for those of all others could take thousands of requests.
 */
export async function uploads(context: CommandContext, place: string | undefined): Promise<ExitCode> {
  const { io } = context;
  const named = place === undefined ? null : bucketOperand(place);
  const where = named && { bucket: named.bucket, prefix: named.key };
  const session = await context.openSession();
  if (session === null) return 1;
  const found = await find(session, where);
  if (!found.ok) {
    sayError(io, found.error);
    return 1;
  }
  for (const upload of found.value.uploads) {
    const sizeBytes = upload.owner === 'other' ? null : await sizeOf(session, upload);
    if (sizeBytes === 'gone') continue;
    if (!(await outLine(io, context.json ? { ...upload, sizeBytes } : humanLine(upload, sizeBytes)))) return 0;
  }
  const { total, incomplete } = found.value;
  const left = total - found.value.uploads.length;
  if (left > 0) io.say(`And ${count(left, 'other')}.`);
  if (total === 0) io.say('No unfinished uploads.');
  if (incomplete !== undefined) sayError(io, incomplete, 'Those of other programs could not be listed');
  return 0;
}

/** `brigade transfers clean`: aborts uploads of ours that nobody goes on with, never any other. */
export async function clean(context: CommandContext, ids: readonly string[]): Promise<ExitCode> {
  const { io, line } = context;
  if (line.options.all === true ? ids.length > 0 : ids.length === 0)
    throw new BadArguments(
      'Which ones? brigade transfers clean ID … or --all; `brigade transfers uploads` shows them.',
    );
  const session = await context.openSession();
  if (session === null) return 1;
  const found = await find(session, null);
  if (!found.ok) {
    sayError(io, found.error);
    return 1;
  }
  const orphans = found.value.uploads;
  const unknown = ids.filter((id) => matching(orphans, id).length !== 1);
  for (const id of unknown) {
    const many = matching(orphans, id).length > 1;
    io.say(
      many
        ? `"${printable(id)}" is the beginning of several.`
        : `"${printable(id)}" is no upload that was left behind by this app.`,
    );
  }
  if (unknown.length > 0) return 1;
  const chosen = line.options.all === true ? orphans : ids.flatMap((id) => matching(orphans, id));
  const cleaned = await session.engine.call('transfers.cleanUploads', {
    uploads: chosen.map(({ connectionId, bucket, key, uploadId }) => ({ connectionId, bucket, key, uploadId })),
  });
  if (!cleaned.ok) {
    sayError(io, cleaned.error);
    return 1;
  }
  for (const { uploadId, key, error } of cleaned.value.failed) {
    if (context.json) await outLine(io, { uploadId, key, error: errorJson(error) });
    sayError(io, error, printable(key));
  }
  io.say(`Cleaned up ${count(cleaned.value.cleaned, 'unfinished upload')}.`);
  return cleaned.value.failed.length === 0 ? 0 : 1;
}

async function find(session: Session, where: { readonly bucket: string; readonly prefix: string } | null) {
  // Also for what was begun with the environment's credentials.
  const connection = where === null ? null : await session.connectionId();
  if (connection !== null && !connection.ok) return connection;
  const announced = where === null ? await session.announceEnvironment() : null;
  if (announced !== null && !announced.ok) return announced;
  return session.engine.call(
    'transfers.uploads',
    where === null || connection === null ? {} : { place: { ...where, connectionId: connection.value } },
  );
}

function matching(orphans: readonly UnfinishedUpload[], id: string): readonly UnfinishedUpload[] {
  const exact = orphans.filter(({ uploadId }) => uploadId === id);
  return exact.length > 0 ? exact : orphans.filter(({ uploadId }) => uploadId.startsWith(id));
}

async function sizeOf(session: Session, upload: UnfinishedUpload): Promise<number | null | 'gone'> {
  const { connectionId, bucket, key, uploadId } = upload;
  const size = await session.engine.call('transfers.uploadSize', { upload: { connectionId, bucket, key, uploadId } });
  if (size.ok) return size.value.sizeBytes;
  return size.error.code === 'NoSuchUpload' ? 'gone' : null;
}

const ownerWords: Readonly<Record<UnfinishedUpload['owner'], string>> = {
  orphan: 'left behind',
  job: 'under way',
  other: 'of another program',
};

function humanLine({ uploadId, startedMs, owner, bucket, key }: UnfinishedUpload, sizeBytes: number | null): string {
  const started = formatTime(startedMs === null ? null : new Date(startedMs).toISOString());
  const size = (sizeBytes === null ? '' : formatBytes(sizeBytes)).padStart(8);
  return `${printable(uploadId)}  ${started}  ${size}  ${ownerWords[owner].padEnd(18)}  s3://${bucket}/${printable(key)}`;
}
