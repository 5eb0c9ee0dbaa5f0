import { useState } from 'react';
import type { JobView } from '../../../shared/domain/transfer.ts';
import { useTransfersStore } from '../../stores/transfers-store.ts';
import { ConflictDialog } from './conflict-dialog.tsx';

type Props = {
  /** The job whose question was asked for in the list. */
  readonly answering: JobView | null;
  readonly onAnswered: () => void;
};

/**
 * Shows one question at a time: those of jobs that this window started by themselves, others when asked for. One that
 * was closed without an answer does not come back by itself.
 */
export function ConflictQuestions({ answering, onAnswered }: Props) {
  const jobs = useTransfersStore((state) => state.jobs);
  const startedHere = useTransfersStore((state) => state.startedHere);
  const [put, setPut] = useState<ReadonlySet<string>>(new Set());
  const asked = answering ? jobs[answering.id] : undefined;
  const job = asked?.question
    ? asked
    : Object.values(jobs).find((one) => one.question && startedHere.has(one.id) && !put.has(questionId(one)));
  if (!job?.question) return null;
  const id = questionId(job);
  return (
    <ConflictDialog
      key={id}
      job={job}
      question={job.question}
      onClose={() => {
        setPut((before) => new Set([...before, id]));
        onAnswered();
      }}
    />
  );
}

const questionId = (job: JobView) => `${job.id} ${job.question?.fileId}`;
