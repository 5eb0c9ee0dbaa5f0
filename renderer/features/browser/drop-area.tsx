import { Upload } from 'lucide-react';
import { type ComponentProps, type DragEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ListingRow } from '../../../shared/domain/listing.ts';
import type { Place } from '../../stores/place.ts';
import styles from './browser.module.css';
import { DropRowContext } from './drop-row-context.ts';

type Props = Omit<ComponentProps<'div'>, 'className'> & {
  readonly place: Place;
  readonly rowAt: (index: number) => ListingRow | undefined;
  readonly onItems: (items: DataTransfer, target: Place) => void;
};

type Over = { readonly target: Place | null; readonly rowIndex: number | undefined; readonly count: number };

/** The list as a target for files from the desktop: lights up, says what a drop will do, and takes folder rows as targets. */
export function DropArea({ place, rowAt, onItems, children, ...rest }: Props) {
  const { t } = useTranslation();
  const [over, setOver] = useState<Over | null>(null);

  const find = (event: DragEvent): Over => {
    const count = event.dataTransfer.items.length;
    const element = event.target instanceof Element ? event.target.closest('[data-row-index]') : null;
    const index = element instanceof HTMLElement ? Number(element.dataset['rowIndex']) : undefined;
    const row = index === undefined ? undefined : rowAt(index);
    if (row?.type === 'bucket') return { target: { ...place, bucket: row.name, prefix: '' }, rowIndex: index, count };
    if (row?.type === 'folder') return { target: { ...place, prefix: row.prefix }, rowIndex: index, count };
    return { target: place.bucket === null ? null : place, rowIndex: undefined, count };
  };

  const onDragOver = (event: DragEvent) => {
    if (!event.dataTransfer.types.includes('Files')) return;
    event.preventDefault();
    const now = find(event);
    event.dataTransfer.dropEffect = now.target === null ? 'none' : 'copy';
    if (over?.rowIndex !== now.rowIndex || over?.count !== now.count || !over) setOver(now);
  };
  const onDragLeave = (event: DragEvent) => {
    const inside = event.relatedTarget instanceof Node && event.currentTarget.contains(event.relatedTarget);
    if (!inside) setOver(null);
  };
  const onDrop = (event: DragEvent) => {
    if (!event.dataTransfer.types.includes('Files')) return;
    event.preventDefault();
    const { target } = find(event);
    setOver(null);
    if (target) onItems(event.dataTransfer, target);
  };

  return (
    <div
      {...rest}
      className={styles.list}
      data-testid="drop-area"
      data-drop={over && over.rowIndex === undefined ? '' : undefined}
      onDragEnter={onDragOver}
      onDragOver={onDragOver}
      onDragLeave={onDragLeave}
      onDrop={onDrop}
    >
      <DropRowContext value={over?.rowIndex}>{children}</DropRowContext>
      {over ? (
        <div className={styles.dropSign} role="status">
          <span>
            <Upload size={16} aria-hidden />
            {over.target === null
              ? t('upload.dropNowhere')
              : t('upload.dropTarget', {
                  count: Math.max(1, over.count),
                  target: `${over.target.bucket}/${over.target.prefix}`,
                })}
          </span>
        </div>
      ) : null}
    </div>
  );
}
