import type { CommandInput } from '../../shared/contract/commands.ts';
import type { Preview } from '../../shared/domain/preview.ts';
import { type FileView, fileViewSchema, type JobView, jobViewSchema } from '../../shared/domain/transfer.ts';
import { appError } from '../../shared/errors.ts';

/** Transfers of the scenes that are about them: each a state a person can meet. */

const base = {
  kind: 'upload',
  connectionId: 'conn-1',
  connectionName: 'Finance archive',
  from: 'Scans 2026',
  to: 'finance-eu/in/2026/',
  bucket: 'finance-eu',
  targetPrefix: 'in/2026/',
  state: 'active',
  conflict: 'ask',
  removeSource: false,
  filesTotal: 12,
  filesDone: 3,
  filesSkipped: 0,
  filesFailed: 0,
  verified: { checksum: 3, md5: 0, size: 0 },
  bytesTotal: 3_900_000_000,
  bytesDone: 1_400_000_000,
  planned: true,
  bytesPerSecond: 212_000_000,
  secondsLeft: 12,
  endedMs: null,
  priority: 'normal',
  canRepeat: false,
};
const still = { bytesPerSecond: 0, secondsLeft: null };
const ended = () => ({
  ...still,
  state: 'done',
  filesDone: 12,
  bytesDone: 3_900_000_000,
  verified: { checksum: 12, md5: 0, size: 0 },
  endedMs: Date.now() - 60_000,
  canRepeat: true,
});

const job = (id: string, more: object): JobView =>
  jobViewSchema.parse({
    ...base,
    id,
    position: Number(id.slice(1)),
    createdMs: Date.now() - Number(id.slice(1)) * 60_000,
    ...more,
  });

const unreachable = appError('EndpointUnreachable', { endpoint: 'https://s3.example.com', host: 's3.example.com' });

/** Null: the scene is not about transfers alone. */
export function transferScene(scene: string): JobView[] | null {
  switch (scene) {
    case 'paused':
      return [job('j1', { ...still, state: 'paused' })];
    case 'failed':
      return [
        job('j1', {
          ...ended(),
          state: 'failed',
          filesDone: 7,
          filesFailed: 5,
          verified: { checksum: 4, md5: 2, size: 1 },
        }),
        job('j2', {
          ...ended(),
          state: 'failed',
          kind: 'download',
          from: 'media-raw/film.mov',
          to: '/home/kim/Downloads',
          targetFolder: '/home/kim/Downloads',
          filesDone: 0,
          filesTotal: 0,
          bytesDone: 0,
          bytesTotal: 0,
          verified: { checksum: 0, md5: 0, size: 0 },
          error: appError('AccessDenied', { bucket: 'media-raw', permission: 's3:ListBucket', requestId: '4F2A' }),
        }),
        job('j3', { ...still, state: 'cancelled', endedMs: Date.now() - 3_600_000, canRepeat: true }),
      ];
    case 'expired':
      return [
        job('j1', {
          ...still,
          connectionId: 'conn-4',
          connectionName: 'Payroll',
          state: 'failed',
          filesDone: 0,
          bytesDone: 0,
          verified: { checksum: 0, md5: 0, size: 0 },
          endedMs: Date.now() - 60_000,
          error: appError('ExpiredToken', { status: 400 }),
        }),
      ];
    case 'sign-in':
      return [
        job('j1', {
          ...still,
          state: 'waiting',
          error: appError('SsoSignInNeeded', { connectionId: 'conn-1', profile: 'finance-sso' }),
        }),
        job('j2', {
          ...still,
          kind: 'download',
          from: 'finance-eu/in/2026/',
          to: '/home/kim/Downloads',
          state: 'waiting',
          error: appError('MfaNeeded', { connectionId: 'conn-1', mfaSerial: 'arn:aws:iam::123456789012:mfa/kim' }),
        }),
      ];
    case 'skipped':
      return [job('j1', { ...ended(), filesDone: 0, filesSkipped: 12, verified: { checksum: 0, md5: 0, size: 0 } })];
    case 'offline':
      return [
        job('j1', { ...still, state: 'waiting', error: unreachable, retryAtMs: Date.now() + 8000 }),
        job('j2', { ...ended(), kind: 'copy', toConnectionId: 'conn-2', toConnectionName: 'Media, Frankfurt' }),
      ];
    case 'planning':
      return [job('j1', { state: 'planning', planned: false, secondsLeft: null })];
    case 'many-files':
      return [
        job('j1', {
          filesTotal: 100_000,
          filesDone: 41_200,
          filesSkipped: 310,
          filesFailed: 2,
          bytesTotal: 390e9,
          bytesDone: 160e9,
        }),
        job('j2', ended()),
      ];
    case 'many-jobs':
      return Array.from({ length: 200 }, (_, index) => {
        const from = `Folder ${String(index + 1).padStart(3, '0')}`;
        if (index < 4) return job(`j${index + 1}`, { from });
        if (index % 17 === 0)
          return job(`j${index + 1}`, { ...ended(), from, state: 'failed', filesDone: 11, filesFailed: 1 });
        if (index % 23 === 0) return job(`j${index + 1}`, { ...still, from, state: 'interrupted' });
        return job(`j${index + 1}`, { ...ended(), from });
      });
    default:
      return null;
  }
}

const reasons = [
  appError('SourceChanged', { path: '/home/kim/Scans/scan.tiff' }),
  appError('AccessDenied', { bucket: 'finance-eu', permission: 's3:PutObject' }),
];

/** A page of the files of a job with that many. */
export function sampleFilePage(job: JobView, from: number, count: number, states?: readonly string[]): FileView[] {
  if (states?.includes('failed')) {
    return Array.from({ length: Math.min(count, job.filesFailed) }, (_, index) => fileAt(job, index, 'failed'));
  }
  const length = Math.max(0, Math.min(count, job.filesTotal - from));
  return Array.from({ length }, (_, index) => fileAt(job, from + index, stateAt(job, from + index)));
}

function stateAt({ filesDone, filesFailed, filesSkipped, state }: JobView, index: number): FileView['state'] {
  if (index < filesFailed) return 'failed';
  if (index < filesFailed + filesSkipped) return 'skipped';
  if (index < filesFailed + filesSkipped + filesDone) return 'done';
  if (state === 'active' && index < filesFailed + filesSkipped + filesDone + 4) return 'active';
  return state === 'interrupted' ? 'interrupted' : state === 'cancelled' ? 'cancelled' : 'queued';
}

function fileAt(job: JobView, index: number, state: FileView['state']): FileView {
  const sizeBytes = 1_000_000 + ((index * 7_919) % 400) * 1_000_000;
  return fileViewSchema.parse({
    id: index,
    jobId: job.id,
    name: `2026/scan-${String(index + 1).padStart(6, '0')}.tiff`,
    sizeBytes,
    bytesDone: state === 'done' ? sizeBytes : state === 'active' ? sizeBytes / 3 : 0,
    state,
    ...(state === 'done' ? { verification: index % 9 === 0 ? 'md5' : index % 31 === 0 ? 'size' : 'checksum' } : {}),
    ...(state === 'failed' ? { error: reasons[index % 2] } : {}),
    ...(state === 'done' && index % 7 === 0 ? { savedAs: `scan-${index + 1} (2).tiff` } : {}),
  });
}

/** The two sides of a conflict question: a text and a picture that is not one, as the engine would tell them. */
export function samplePreview(source: CommandInput<'preview.open'>['source']): Preview {
  if (!('side' in source)) return { kind: 'none', reason: 'binary' };
  if (source.fileId === 2) return { kind: 'none', reason: 'binary' };
  const lines = ['date,amount,account', '2026-03-01,120.50,4000', '2026-03-02,80.00,4100', '2026-03-03,15.20,4000'];
  const text = (source.side === 'source' ? [...lines, '2026-03-04,9.99,4200'] : lines).join('\n');
  return { kind: 'text', text, truncated: false };
}
