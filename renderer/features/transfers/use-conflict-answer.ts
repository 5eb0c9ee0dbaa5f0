import { useEffect, useState } from 'react';
import type { FileId, JobId } from '../../../shared/domain/ids.ts';
import type { ConflictAnswer } from '../../../shared/domain/transfer.ts';
import type { AppError } from '../../../shared/errors.ts';
import { useEngine } from '../../bridge/engine-context.ts';

/** Long enough that the second click of a double click does not answer the question that comes next. */
const settleMs = 400;

/**
 * Answers the question of one file. It stays busy until the question has gone or another one has taken its place, which
 * takes no answer in its first moment.
 */
export function useConflictAnswer(jobId: JobId, fileId: FileId) {
  const engine = useEngine();
  const [busy, setBusy] = useState<ConflictAnswer | null>(null);
  const [failed, setFailed] = useState<{ readonly fileId: FileId; readonly error: AppError } | null>(null);
  const [allOf, setAllOf] = useState<JobId | null>(null);
  const applyToAll = allOf === jobId;
  useEffect(() => {
    const timer = setTimeout(() => setBusy(null), settleMs);
    return () => clearTimeout(timer);
    // Another question is another dialog, though it looks like the same one.
    // oxlint-disable-next-line react/exhaustive-effect-dependencies
  }, [jobId, fileId]);

  const answer = async (choice: ConflictAnswer) => {
    setBusy(choice);
    setFailed(null);
    const done = await engine.call('transfers.answer', { jobId, fileId, answer: choice, applyToAll });
    if (done.ok) return;
    setBusy(null);
    setFailed({ fileId, error: done.error });
  };
  return {
    answer,
    busy,
    error: failed?.fileId === fileId ? failed.error : null,
    applyToAll,
    setApplyToAll: (all: boolean) => setAllOf(all ? jobId : null),
  };
}
