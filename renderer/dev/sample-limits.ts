import { connectionIdSchema } from '../../shared/domain/ids.ts';
import { type LimitsView, noLimitsView } from '../../shared/domain/transfer-limits.ts';
import type { UnfinishedUpload } from '../../shared/domain/unfinished-upload.ts';
import { appError } from '../../shared/errors.ts';
import { err, ok } from '../../shared/result.ts';
import type { EngineAnswers } from '../../test/fakes/fake-engine-client.ts';

/** Scene `limited`: in office hours; `limited-night`: nothing holds until the morning. */
export function sampleLimits(scene: string): LimitsView {
  if (scene !== 'limited') return noLimitsView;
  const today = new Date();
  today.setHours(18, 0, 0, 0);
  const limits = {
    upBytesPerSecond: null,
    downBytesPerSecond: 7_500_000,
    schedule: [
      {
        days: [1, 2, 3, 4, 5],
        fromMinute: 8 * 60,
        toMinute: 18 * 60,
        upBytesPerSecond: 2_000_000,
        downBytesPerSecond: null,
      },
      {
        days: [5, 6],
        fromMinute: 22 * 60 + 30,
        toMinute: 6 * 60,
        upBytesPerSecond: 500_000,
        downBytesPerSecond: 500_000,
      },
    ],
  };
  return { limits, now: { upBytesPerSecond: 2_000_000, downBytesPerSecond: null, untilMs: today.getTime() } };
}

const hourMs = 3_600_000;
const upload = (key: string, owner: UnfinishedUpload['owner'], hoursAgo: number): UnfinishedUpload => ({
  connectionId: connectionIdSchema.parse('conn-1'),
  connectionName: 'Finance archive',
  bucket: 'finance-eu',
  key,
  uploadId: `upload-${key}`,
  startedMs: Date.now() - hoursAgo * hourMs,
  owner,
});

const left = [
  upload('in/2026/backup-of-all-the-scans-from-the-basement-with-a-name-too-long-for-its-row.tar', 'orphan', 700),
  upload('in/2026/film.mov', 'orphan', 30),
  upload('in/2025/ledger.db', 'orphan', 3),
];
const others = [upload('in/2026/running.bin', 'job', 1), upload('nightly/db-2026-11-20.dump', 'other', 150)];

/** Scene `unfinished`: three of ours, of which one cannot be cleaned up; other scenes have none. */
export function sampleUploads(scene: string): EngineAnswers {
  let ours = scene === 'unfinished' ? left : [];
  return {
    'transfers.uploads': ({ place }) => {
      if (scene === 'unfinished-denied') return err(appError('AccessDenied', { bucket: 'finance-eu' }));
      const uploads = place === undefined || scene !== 'unfinished' ? ours : [...ours, ...others];
      return ok({ uploads, total: uploads.length });
    },
    'transfers.uploadSize': ({ upload: { key } }) => ok({ sizeBytes: key.length * 31_000_000, parts: key.length }),
    'transfers.cleanUploads': ({ uploads }) => {
      const refused = uploads.filter(({ key }) => key.endsWith('.mov'));
      const isLeft = ({ uploadId }: { readonly uploadId: string }) =>
        refused.some((one) => one.uploadId === uploadId) || !uploads.some((one) => one.uploadId === uploadId);
      ours = ours.filter(isLeft);
      const error = appError('AccessDenied', { bucket: 'finance-eu', permission: 's3:AbortMultipartUpload' });
      const failed = refused.map(({ key, uploadId }) => ({ key, uploadId, error }));
      return ok({ cleaned: uploads.length - failed.length, failed });
    },
  };
}
