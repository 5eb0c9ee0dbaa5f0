import { lazy, Suspense, useState } from 'react';
import type { JobView } from '../../../shared/domain/transfer.ts';
import { useTransfersStore } from '../../stores/transfers-store.ts';

const ConflictDialog = lazy(async () => ({ default: (await import('./conflict-dialog.tsx')).ConflictDialog }));

type Props = {
  /** The job whose question was asked for in the list. */
  readonly answering: JobView | null;
  readonly onAnswered: () => void;
};

/**
 * Shows one question at a time, one after the other in the same dialog: those of jobs that this window started by
 * themselves, others when asked for. One that was closed without an answer does not come back by itself.
 */
export function ConflictQuestions({ answering, onAnswered }: Props) {
  const jobs = useTransfersStore((state) => state.jobs);
  const startedHere = useTransfersStore((state) => state.startedHere);
  const [put, setPut] = useState<ReadonlySet<string>>(new Set());
  const [currentId, setCurrentId] = useState<string | null>(null);
  const waits = (job: JobView | undefined) =>
    job?.question !== undefined && startedHere.has(job.id) && !put.has(questionId(job));
  const asked = answering ? jobs[answering.id] : undefined;
  const current = currentId === null ? undefined : jobs[currentId];
  // All of one job before those of the next.
  const job = asked?.question ? asked : waits(current) ? current : Object.values(jobs).find(waits);
  if (!job?.question) return null;
  if (job.id !== currentId) setCurrentId(job.id);
  return (
    <Suspense fallback={null}>
      <ConflictDialog
        job={job}
        question={job.question}
        onClose={() => {
          setPut((before) => new Set([...before, questionId(job)]));
          onAnswered();
        }}
      />
    </Suspense>
  );
}

const questionId = (job: JobView) => `${job.id} ${job.question?.fileId}`;
