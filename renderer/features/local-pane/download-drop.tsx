import { Download } from 'lucide-react';
import { type ComponentProps, type DragEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ListingRow } from '../../../shared/domain/listing.ts';
import { useTakeDrop } from '../../listing/use-row-drag.ts';
import type { AppInfo } from '../../stores/app-info.ts';
import { type Drag, useDragStore } from '../../stores/drag-store.ts';
import { DropFrame } from '../../ui/drop-frame/drop-frame.tsx';
import { useFormat } from '../../words/use-format.ts';
import { shortHostPath } from '../../listing/host-path.ts';

type Props = Omit<ComponentProps<'div'>, 'className'> & {
  readonly folder: string;
  readonly info: AppInfo;
  readonly rowAt: (index: number) => ListingRow | undefined;
  /** The folder among the rows that would take the drop. */
  readonly onRow: (index: number | undefined) => void;
};

type Over = { readonly folder: string; readonly rowIndex: number | undefined };

/** The folder as a target for objects: lights up, says what letting go will do, and takes its folders as targets. */
export function DownloadDrop({ folder, info, rowAt, onRow, children, ...rest }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const takeDrop = useTakeDrop();
  const drag = useDragStore((state) => state.drag);
  const [over, setOver] = useState<Over | null>(null);
  const shown = drag?.source.type === 'objects' ? over : null;

  const find = (event: DragEvent): Over => {
    const element = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-row-index]') : null;
    const rowIndex = element ? Number(element.dataset['rowIndex']) : undefined;
    const row = rowIndex === undefined ? undefined : rowAt(rowIndex);
    return row?.type === 'hostFolder' ? { folder: row.path, rowIndex } : { folder, rowIndex: undefined };
  };
  const show = (next: Over | null) => {
    setOver(next);
    onRow(next?.rowIndex);
  };
  const onDragOver = (event: DragEvent) => {
    if (drag?.source.type !== 'objects') return;
    event.preventDefault();
    event.dataTransfer.dropEffect = 'copy';
    const next = find(event);
    if (over?.folder !== next.folder) show(next);
  };
  const onDragLeave = (event: DragEvent) => {
    const inside = event.relatedTarget instanceof Node && event.currentTarget.contains(event.relatedTarget);
    if (!inside) show(null);
  };
  const onDrop = (event: DragEvent) => {
    show(null);
    if (drag?.source.type !== 'objects') return;
    event.preventDefault();
    takeDrop({ folder: find(event).folder }, {});
  };
  const sentence = ({ summary: { items, folders, bytes } }: Drag, into: string) => {
    const name = shortHostPath(into, info.homeFolder, info.pathSeparator);
    return folders === 0
      ? t('localPane.dropFiles', { count: items, size: format.bytes(bytes), folder: name })
      : t('localPane.dropDownload', { count: items, folder: name });
  };
  return (
    <DropFrame
      {...rest}
      lit={shown !== null && shown.rowIndex === undefined}
      sign={shown && drag && { icon: <Download size={16} aria-hidden />, text: sentence(drag, shown.folder) }}
      onDragEnter={onDragOver}
      onDragOver={onDragOver}
      onDragLeave={onDragLeave}
      onDrop={onDrop}
    >
      {children}
    </DropFrame>
  );
}
