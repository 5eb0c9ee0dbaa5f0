import { appError, type AppError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { gateRequest } from './job-requests.ts';
import type { FileRecord } from './journal.ts';
import type { PlannedPart } from './part-plan.ts';
import type { RunningJob } from './running-job.ts';

/**
 * Runs every part through the gate, several at once, in ascending order of start. The first failure ends it once the
 * parts under way have come to their end: what they moved is journaled and not moved again.
 */
export async function runParts(
  job: RunningJob,
  file: FileRecord,
  parts: readonly PlannedPart[],
  memoryBytesOf: (part: PlannedPart) => number,
  runPart: (part: PlannedPart) => Promise<Result<unknown>>,
): Promise<Result<void>> {
  let next = 0;
  let failure: AppError | null = null;
  const lane = async () => {
    while (failure === null && !job.signal.aborted) {
      const part = parts[next];
      if (!part) return;
      next += 1;
      const turn = gateRequest(job, file, { bytes: part.sizeBytes, memoryBytes: memoryBytesOf(part) });
      const result = await job.ports.gate.run(turn, job.signal, () => runPart(part));
      if (result && !result.ok) failure ??= result.error;
    }
  };
  await Promise.all(Array.from({ length: Math.min(job.maxInFlight, parts.length) }, lane));
  if (failure !== null) return err(failure);
  return job.signal.aborted ? err(appError('ConnectionReset', {}, 'aborted', 'no')) : ok();
}
