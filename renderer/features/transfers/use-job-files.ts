import { useCallback, useEffect, useState } from 'react';
import type { JobId } from '../../../shared/domain/ids.ts';
import type { FileView } from '../../../shared/domain/transfer.ts';
import { useEngine } from '../../bridge/engine-context.ts';
import { useTransfersStore, watchFiles } from '../../stores/transfers-store.ts';

const pageFiles = 100;

/** Files of one job while they are on screen: read in pages, kept up to date by events. `totalHint`: when to read again. */
export function useJobFiles(jobId: JobId, totalHint: number) {
  const engine = useEngine();
  const changes = useTransfersStore((state) => state.fileChanges[jobId]);
  const [wanted, setWanted] = useState(pageFiles);
  const [read, setRead] = useState<{ files: readonly FileView[]; total: number }>({ files: [], total: 0 });

  useEffect(() => {
    useTransfersStore.setState((state) => watchFiles(state, jobId, true));
    return () => useTransfersStore.setState((state) => watchFiles(state, jobId, false));
  }, [jobId]);

  useEffect(() => {
    let left = false;
    const readAll = async () => {
      const files: FileView[] = [];
      let total = 0;
      for (let from = 0; from < wanted; from += 1000) {
        const answer = await engine.call('transfers.files', { jobId, from, count: Math.min(1000, wanted - from) });
        if (left || !answer.ok) return;
        files.push(...answer.value.files);
        total = answer.value.total;
        if (files.length >= total) break;
      }
      setRead({ files, total });
    };
    void readAll();
    return () => {
      left = true;
    };
    // oxlint-disable-next-line react/exhaustive-effect-dependencies
  }, [engine, jobId, wanted, totalHint]);

  const more = useCallback(() => setWanted((before) => before + pageFiles * 5), []);
  const files = changes ? read.files.map((file) => changes[file.id] ?? file) : read.files;
  return { files, total: read.total, more };
}
