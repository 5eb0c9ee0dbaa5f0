import type { Random } from '../../shared/domain/clock.ts';
import { type JobId, jobIdSchema } from '../../shared/domain/ids.ts';
import type { TransferRequest } from '../../shared/domain/transfer.ts';
import type { JobEnds } from './job-ends.ts';
import { type JobRecord, noCounts } from './journal.ts';

export function newJobId(random: Random): JobId {
  const id = Math.floor(random.next() * 36 ** 7)
    .toString(36)
    .padStart(7, '0');
  return jobIdSchema.parse(`j${id}`);
}

/** A job nothing of which has been done yet. */
export function newJob(
  id: JobId,
  request: TransferRequest,
  ends: JobEnds,
  place: { readonly nowMs: number; readonly position: number },
): JobRecord {
  return {
    id,
    request,
    connectionName: ends.connection.name,
    toConnectionName: ends.toConnectionName,
    ...ends.connection.description,
    state: 'queued',
    planned: false,
    answerForAll: null,
    error: null,
    priority: 'normal',
    position: place.position,
    createdMs: place.nowMs,
    endedMs: null,
    counts: noCounts,
  };
}
