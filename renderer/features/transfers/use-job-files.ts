import { useEffect, useRef, useState } from 'react';
import type { FileView, JobView } from '../../../shared/domain/transfer.ts';
import { useEngine } from '../../bridge/engine-context.ts';
import { forgetChanges, useTransfersStore, watchFiles } from '../../stores/transfers-store.ts';
import { fileAt, type FilePages, pageFiles, putPage } from './file-pages.ts';

type Range = { readonly from: number; readonly to: number };
const noPages: FilePages = new Map();

/** Another one when files were added, came to an end or were put back: small ones do so without events of their own. */
const stageOf = (job: JobView) =>
  [job.state, job.filesTotal, job.filesDone, job.filesSkipped, job.filesFailed].join(' ');

/**
 * Files of one job while they are on screen: pages around `range` are read as they are needed and again as the job gets on,
 * and the changes of those on screen come with events. A file that is not there yet is undefined.
 */
export function useJobFiles(job: JobView, { from, to }: Range): (index: number) => FileView | undefined {
  const jobId = job.id;
  const stage = stageOf(job);
  const engine = useEngine();
  const changes = useTransfersStore((state) => state.watched[jobId]?.changes);
  const [pages, setPages] = useState(noPages);
  const asked = useRef(new Set<number>());
  const seen = useRef({ firstPage: 0, lastPage: -1 });

  useEffect(() => () => useTransfersStore.setState((state) => watchFiles(state, jobId, null)), [jobId]);

  const firstPage = Math.floor(from / pageFiles);
  const lastPage = Math.floor(Math.max(from, to - 1) / pageFiles);
  useEffect(() => {
    const before = seen.current;
    seen.current = { firstPage, lastPage };
    for (let page = firstPage; page <= lastPage; page += 1) {
      // What was out of sight meanwhile may have changed without an event.
      const isBack = page < before.firstPage || page > before.lastPage;
      const isOld = pages.get(page)?.stage !== stage;
      if (asked.current.has(page) || !(isBack || isOld)) continue;
      asked.current.add(page);
      const input = { jobId, from: page * pageFiles, count: pageFiles };
      void engine.call('transfers.files', input).then((answer) => {
        asked.current.delete(page);
        if (!answer.ok) return;
        setPages((known) => putPage(known, page, { stage, files: answer.value.files }));
        useTransfersStore.setState((state) => forgetChanges(state, answer.value.files));
      });
    }
  }, [engine, jobId, stage, pages, firstPage, lastPage]);

  const firstId = fileAt(pages, from)?.id;
  const lastId = fileAt(pages, Math.max(from, to - 1))?.id;
  useEffect(() => {
    if (firstId === undefined || lastId === undefined) return;
    useTransfersStore.setState((state) => watchFiles(state, jobId, { fromId: firstId, toId: lastId }));
  }, [jobId, firstId, lastId]);

  return (index) => {
    const file = fileAt(pages, index);
    return file && (changes?.[file.id] ?? file);
  };
}
