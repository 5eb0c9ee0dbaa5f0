import type { TransferSummary } from '../../stores/transfer-summary.ts';

/** What is spoken at once, the gravest first. */
export type TransferNews = 'Question' | 'SignIn' | 'Failed' | 'Offline' | 'Done';

/** Pure. What has happened between two states that is worth saying; null: nothing. */
export function newsOf(before: TransferSummary, now: TransferSummary): TransferNews | null {
  if (now.questions > before.questions) return 'Question';
  if (now.signIns > before.signIns) return 'SignIn';
  if (now.failed > before.failed) return 'Failed';
  if (now.offline > 0 && before.offline === 0) return 'Offline';
  return before.moving > 0 && now.moving === 0 && now.resumable === 0 ? 'Done' : null;
}
