import { type RefObject, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { JobView } from '../../../shared/domain/transfer.ts';
import { FileRow } from './file-row.tsx';
import { fileRowPx, maxFileRows, rowId } from './list-rows.ts';
import styles from './transfers.module.css';
import { useJobFiles } from './use-job-files.ts';

/** Rows drawn beyond the edges of what is seen. */
const margin = 8;

type Props = {
  readonly job: JobView;
  readonly scrollRef: RefObject<HTMLElement | null>;
  /** Of the first file. */
  readonly rowIndex: number;
  readonly activeFile: number | null;
};

/** The files of an unfolded job: as high as all of them, with rows only where the list is being looked at. */
export function JobFiles({ job, scrollRef, rowIndex, activeFile }: Props) {
  const { t } = useTranslation();
  const areaRef = useRef<HTMLDivElement>(null);
  const count = Math.min(job.filesTotal, maxFileRows);
  const [range, setRange] = useState({ from: 0, to: Math.min(count, 20) });

  useEffect(() => {
    const scroll = scrollRef.current;
    if (!scroll) return;
    const look = () => {
      const area = areaRef.current;
      if (!area) return;
      const hiddenPx = scroll.getBoundingClientRect().top - area.getBoundingClientRect().top;
      const from = Math.max(0, Math.min(count, Math.floor(hiddenPx / fileRowPx) - margin));
      const to = Math.max(from, Math.min(count, Math.ceil((hiddenPx + scroll.clientHeight) / fileRowPx) + margin));
      setRange((before) => (before.from === from && before.to === to ? before : { from, to }));
    };
    look();
    const resize = new ResizeObserver(look);
    resize.observe(scroll);
    // Jobs above that grow or fold move this one without a scroll.
    if (scroll.firstElementChild) resize.observe(scroll.firstElementChild);
    scroll.addEventListener('scroll', look, { passive: true });
    return () => {
      resize.disconnect();
      scroll.removeEventListener('scroll', look);
    };
  }, [scrollRef, count]);

  const fileOf = useJobFiles(job, range);
  const rows = Array.from({ length: range.to - range.from }, (_, index) => range.from + index);
  return (
    <>
      <div ref={areaRef} className={styles.files} style={{ height: count * fileRowPx }}>
        {rows.map((index) => (
          <FileRow
            key={index}
            id={rowId(job.id, index)}
            file={fileOf(index)}
            rowIndex={rowIndex + index}
            topPx={index * fileRowPx}
            active={index === activeFile}
          />
        ))}
      </div>
      {job.filesTotal > count ? <p className={styles.soft}>{t('transfers.filesCut', { count })}</p> : null}
    </>
  );
}
