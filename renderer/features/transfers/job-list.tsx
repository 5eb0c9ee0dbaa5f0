import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type MouseEvent, useCallback, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { JobView } from '../../../shared/domain/transfer.ts';
import { isEnded } from '../../stores/transfer-summary.ts';
import { useTransfersStore } from '../../stores/transfers-store.ts';
import { ContextMenu } from '../../ui/menu/menu.tsx';
import { JobFiles } from './job-files.tsx';
import { type JobDeeds, jobActions } from './job-menu.tsx';
import { JobRow } from './job-row.tsx';
import { fileCounts, fileRowPx, placeAt, rowId, type RowPlace, rowStarts, toggleUnfolded } from './list-rows.ts';
import { orderActions, possibleMoves, withOrder } from './order-menu.tsx';
import { useRowButtons } from './use-row-buttons.ts';
import styles from './transfers.module.css';

/** Of a job's own row, before it has been measured. */
const jobRowPx = 62;

type Active = { readonly jobId: string; readonly file: number | null };
type Props = { readonly jobs: readonly JobView[]; readonly deeds: JobDeeds };

/**
 * Jobs and, below those that are unfolded, their files: any number of both. One Tab stop; arrows move among the rows, Enter
 * unfolds, the right arrow goes on to a row's buttons, Alt with the arrows moves a job, Delete takes an ended one off the list.
 */
export function JobList({ jobs, deeds }: Props) {
  const { t } = useTranslation();
  const scrollRef = useRef<HTMLDivElement>(null);
  const [unfolded, setUnfolded] = useState<ReadonlySet<string>>(new Set());
  const [active, setActive] = useState<Active | null>(null);
  const all = useTransfersStore((state) => state.jobs);
  const counts = useMemo(() => fileCounts(jobs, unfolded), [jobs, unfolded]);
  const starts = useMemo(() => rowStarts(counts), [counts]);
  const rowCount = jobs.length + counts.reduce((sum, count) => sum + count, 0);

  const virtualizer = useVirtualizer({
    count: jobs.length,
    getScrollElement: () => scrollRef.current,
    estimateSize: (index) => jobRowPx + (counts[index] ?? 0) * fileRowPx,
    getItemKey: (index) => jobs[index]?.id ?? index,
    overscan: 3,
  });

  const known = active ? jobs.findIndex((job) => job.id === active.jobId) : -1;
  const at: RowPlace | null =
    active && known >= 0
      ? { job: known, file: active.file !== null && active.file < (counts[known] ?? 0) ? active.file : null }
      : jobs.length > 0
        ? { job: 0, file: null }
        : null;
  const activeJob = at ? jobs[at.job] : undefined;
  const toggle = useCallback((jobId: string) => setUnfolded((before) => toggleUnfolded(before, jobs, jobId)), [jobs]);

  const goTo = (place: RowPlace | null) => {
    const job = place ? jobs[place.job] : undefined;
    if (!place || !job) return;
    setActive({ jobId: job.id, file: place.file });
    reveal(place);
  };
  /** Scrolls as little as shows the row. */
  const reveal = ({ job, file }: RowPlace) => {
    const scroll = scrollRef.current;
    const item = virtualizer.measurementsCache[job];
    if (!scroll || !item) return;
    const headPx = item.size - (counts[job] ?? 0) * fileRowPx;
    const top = item.start + (file === null ? 0 : headPx + file * fileRowPx);
    const bottom = top + (file === null ? Math.min(headPx, scroll.clientHeight) : fileRowPx);
    if (top < scroll.scrollTop) scroll.scrollTop = top;
    else if (bottom > scroll.scrollTop + scroll.clientHeight) scroll.scrollTop = bottom - scroll.clientHeight;
  };
  const buttons = useRowButtons(scrollRef);

  const moveByKey = (event: KeyboardEvent<HTMLElement>, job: JobView) => {
    const to = event.key === 'ArrowUp' ? 'up' : event.key === 'ArrowDown' ? 'down' : undefined;
    if (to === undefined) return;
    event.preventDefault();
    if (possibleMoves(job, Object.values(all)).includes(to)) deeds.commands.move(job.id, to);
  };

  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (!at || !activeJob || event.ctrlKey || event.metaKey) return;
    if (event.altKey) return moveByKey(event, activeJob);
    if (event.target !== scrollRef.current) return buttons.onKeyDown(event);
    const row = (starts[at.job] ?? 0) + (at.file === null ? 0 : at.file + 1);
    const pageRows = Math.max(1, Math.floor((scrollRef.current?.clientHeight ?? 0) / jobRowPx));
    const isOpen = unfolded.has(activeJob.id);
    const rtl = getComputedStyle(scrollRef.current).direction === 'rtl';
    const [inward, outward] = rtl ? ['ArrowLeft', 'ArrowRight'] : ['ArrowRight', 'ArrowLeft'];
    const moves: Readonly<Record<string, () => void>> = {
      ArrowDown: () => goTo(placeAt(counts, row + 1)),
      ArrowUp: () => goTo(placeAt(counts, row - 1)),
      PageDown: () => goTo(placeAt(counts, row + pageRows)),
      PageUp: () => goTo(placeAt(counts, row - pageRows)),
      Home: () => goTo(placeAt(counts, 0)),
      End: () => goTo(placeAt(counts, rowCount - 1)),
      Enter: () => (at.file === null ? toggle(activeJob.id) : buttons.enter(rowId(activeJob.id, at.file))),
      Delete: () => isEnded(activeJob) && deeds.commands.clear(activeJob.id),
      [inward]: () =>
        at.file === null && !isOpen ? toggle(activeJob.id) : buttons.enter(rowId(activeJob.id, at.file)),
      [outward]: () => {
        if (at.file !== null) goTo({ job: at.job, file: null });
        else if (isOpen) toggle(activeJob.id);
      },
    };
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    move();
  };

  /** What was pressed becomes the row that the keys, and the menu, mean. */
  const onPress = (event: MouseEvent<HTMLElement>) => {
    const row = event.target instanceof Element ? event.target.closest<HTMLElement>('[role="row"]') : null;
    const jobId = row?.closest<HTMLElement>('[data-job]')?.dataset['job'];
    if (jobId === undefined || !row) return;
    const file = row.id.slice(rowId(jobId, null).length + 1);
    setActive({ jobId, file: file === '' ? null : Number(file) });
  };

  return (
    <ContextMenu
      groups={
        activeJob
          ? withOrder(jobActions(activeJob, deeds, t), orderActions(activeJob, Object.values(all), deeds.commands, t))
          : []
      }
      target={
        <div
          ref={scrollRef}
          role="treegrid"
          tabIndex={0}
          className={styles.list}
          aria-label={t('transfers.label')}
          aria-rowcount={rowCount}
          aria-activedescendant={at && activeJob ? rowId(activeJob.id, at.file) : undefined}
          onKeyDown={onKeyDown}
          onMouseDown={onPress}
          onDoubleClick={(event) => {
            const onButton = event.target instanceof Element && event.target.closest('button') !== null;
            if (activeJob && at?.file === null && !onButton) toggle(activeJob.id);
          }}
        />
      }
    >
      <div role="presentation" className={styles.canvas} style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map((item) => {
          const job = jobs[item.index];
          if (!job) return null;
          const isOpen = unfolded.has(job.id);
          const rowIndex = (starts[item.index] ?? 0) + 1;
          const activeHere = at?.job === item.index ? at : null;
          return (
            <div
              key={item.key}
              ref={virtualizer.measureElement}
              role="rowgroup"
              className={styles.group}
              data-index={item.index}
              data-testid="job"
              data-job={job.id}
              data-state={job.state}
              style={{ transform: `translateY(${item.start}px)` }}
            >
              <JobRow
                id={rowId(job.id, null)}
                job={job}
                rowIndex={rowIndex}
                active={activeHere !== null && activeHere.file === null}
                unfolded={isOpen}
                deeds={deeds}
                onUnfold={() => toggle(job.id)}
              />
              {isOpen ? (
                <JobFiles
                  job={job}
                  scrollRef={scrollRef}
                  rowIndex={rowIndex + 1}
                  activeFile={activeHere?.file ?? null}
                />
              ) : null}
            </div>
          );
        })}
      </div>
    </ContextMenu>
  );
}
