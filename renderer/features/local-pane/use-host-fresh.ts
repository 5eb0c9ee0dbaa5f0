import { useEffect, useState } from 'react';
import { isEnded } from '../../stores/transfer-summary.ts';
import { useTransfersStore } from '../../stores/transfers-store.ts';

/**
 * Becomes another number when folders of this machine may have changed: the person comes back from another program, or
 * a download has ended.
 */
export function useHostFresh(): number {
  const [visits, setVisits] = useState(0);
  const ended = useTransfersStore(
    (state) => Object.values(state.jobs).filter((job) => job.kind === 'download' && isEnded(job)).length,
  );
  useEffect(() => {
    const onFocus = () => setVisits((count) => count + 1);
    window.addEventListener('focus', onFocus);
    return () => window.removeEventListener('focus', onFocus);
  }, []);
  return visits * 1e6 + ended;
}
