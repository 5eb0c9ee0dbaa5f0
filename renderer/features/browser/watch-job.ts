import type { JobView } from '../../../shared/domain/transfer.ts';
import { isEnded } from '../../stores/transfer-summary.ts';
import { useTransfersStore } from '../../stores/transfers-store.ts';

/** The job once it has ended; null when it was taken off the list before. */
export function watchJob(jobId: string): Promise<JobView | null> {
  return new Promise((resolve) => {
    let seen = false;
    const look = () => {
      const job = useTransfersStore.getState().jobs[jobId];
      seen ||= job !== undefined;
      if (job ? !isEnded(job) : !seen) return;
      end();
      resolve(job ?? null);
    };
    const end = useTransfersStore.subscribe(look);
    look();
  });
}
