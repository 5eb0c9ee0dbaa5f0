import { type JobView, jobViewSchema } from '../../shared/domain/transfer.ts';

const job = (id: string, more: object): JobView =>
  jobViewSchema.parse({
    id,
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
    createdMs: Date.now() - Number(id.slice(1)) * 60_000,
    endedMs: null,
    priority: 'normal',
    position: Number(id.slice(1)),
    canRepeat: false,
    ...more,
  });

export function sampleJobs(scene: string): JobView[] {
  const done = {
    state: 'done',
    filesDone: 12,
    bytesDone: 3_900_000_000,
    bytesPerSecond: 0,
    secondsLeft: null,
    endedMs: Date.now(),
    verified: { checksum: 12, md5: 0, size: 0 },
    canRepeat: true,
  };
  const interrupted = job('j2', {
    state: 'interrupted',
    kind: 'download',
    from: 'media-raw/film.mov',
    to: '/home/kim/Downloads',
    filesTotal: 1,
    filesDone: 0,
    bytesPerSecond: 0,
    secondsLeft: null,
  });
  const failed = job('j3', { ...done, state: 'failed', filesDone: 11, filesFailed: 1, from: 'Website' });
  if (scene === 'done') return [job('j1', done)];
  if (scene === 'conflict') {
    const side = (where: string, sizeBytes: number, modifiedMs: number) => ({ where, sizeBytes, modifiedMs });
    const question = {
      fileId: 1,
      name: 'reports/2026/summary.pdf',
      source: side('/home/kim/reports/2026/summary.pdf', 1_240_000, Date.now() - 3_600_000),
      target: side('s3://finance-eu/reports/2026/summary.pdf', 980_000, Date.now() - 86_400_000 * 40),
      openQuestions: 3,
    };
    return [job('j1', { state: 'waiting', question })];
  }
  return [
    job('j1', {}),
    job('j4', { state: 'paused', from: 'Old backups', bytesPerSecond: 0, secondsLeft: null }),
    interrupted,
    failed,
    job('j5', { ...done, filesSkipped: 2, filesDone: 10 }),
  ];
}
