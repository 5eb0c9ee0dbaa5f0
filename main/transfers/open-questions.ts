import type { FileId } from '../../shared/domain/ids.ts';
import type { ConflictQuestion, TransferRequest } from '../../shared/domain/transfer.ts';
import { type ConflictSide, conflictSidesOf } from './conflict-sides.ts';
import type { FileRecord, JobRecord, TransferJournal } from './journal.ts';

type Question = Omit<ConflictQuestion, 'openQuestions'>;

/** The questions of one job ([T20]). The journal has them, as files that wait: here are only their number and the one that is shown. */
export type OpenQuestions = {
  readonly count: number;
  readonly shown: Question | null;
};

export const noQuestions: OpenQuestions = { count: 0, shown: null };

/** A job as far as its questions go. */
type Asking = { readonly record: Pick<JobRecord, 'id' | 'request'>; questions: OpenQuestions };
type Journal = Pick<TransferJournal, 'file' | 'files' | 'filesAfter'>;

/** A file waits, and the journal knows. */
export function ask(job: Asking, question: Question): void {
  job.questions = { count: job.questions.count + 1, shown: job.questions.shown ?? question };
}

/** The file of a question that is open; null when it is not (any more). */
export function openQuestion(job: Asking, journal: Journal, fileId: FileId): FileRecord | null {
  const file = job.questions.count > 0 ? journal.file(fileId) : null;
  return file?.jobId === job.record.id && file.state === 'waiting' ? file : null;
}

/** Shows the next question when it is this one that is shown. It is open until `closeQuestion`. */
export function passQuestion(job: Asking, journal: Journal, fileId: FileId): void {
  if (job.questions.shown?.fileId !== fileId) return;
  const next = journal.filesAfter(job.record.id, ['waiting'], -1, 1).find(({ id }) => id !== fileId);
  job.questions = { ...job.questions, shown: next ? questionOf(job.record.request, next) : null };
}

/** One was answered. */
export function closeQuestion(job: Asking): void {
  if (job.questions.count > 0) job.questions = { ...job.questions, count: job.questions.count - 1 };
}

/** After answers that may not have been saved: what waits in the journal is what is open. */
export function recountQuestions(job: Asking, journal: Journal): void {
  const { files, total } = journal.files(job.record.id, { states: ['waiting'], from: 0, count: 1 });
  job.questions = { count: total, shown: files[0] ? questionOf(job.record.request, files[0]) : null };
}

/** As it was asked. Pure. */
function questionOf(request: TransferRequest, file: FileRecord): Question {
  const { source, target } = conflictSidesOf(request, file);
  const { sizeBytes, modifiedMs } = file.fingerprint;
  return {
    fileId: file.id,
    name: file.name,
    source: { where: whereOf(source), sizeBytes, modifiedMs: modifiedMs ?? null },
    target: { where: whereOf(target), ...(file.inTheWay ?? { sizeBytes: 0, modifiedMs: null }) },
  };
}

const whereOf = (side: ConflictSide) => ('path' in side ? side.path : `${side.bucket}/${side.key}`);
