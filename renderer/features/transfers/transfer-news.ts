import type { TransferSummary } from '../../stores/transfer-summary.ts';

/** What is spoken at once, the gravest first. */
export type TransferNews = 'Question' | 'SignIn' | 'Failed' | 'Offline' | 'Done';

/** Pure. What has happened between two states that is worth saying; null: nothing. */
export function newsOf(before: TransferSummary, now: TransferSummary): TransferNews | null {
  if (now.questions > before.questions) return 'Question';
  if (now.signIns > before.signIns) return 'SignIn';
  if (now.failed > before.failed) return 'Failed';
  if (now.offline > 0 && before.offline === 0) return 'Offline';
  // A short retry begins and ends between two events; clearing leaves fewer jobs.
  const hasMoved = before.moving > 0 || (now.failed < before.failed && now.jobs === before.jobs);
  return hasMoved && now.moving === 0 && now.resumable === 0 ? 'Done' : null;
}
