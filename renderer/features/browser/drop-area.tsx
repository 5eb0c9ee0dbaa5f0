import { Ban, Copy, FolderInput, Upload, Workflow } from 'lucide-react';
import { type ComponentProps, type DragEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ListingRow } from '../../../shared/domain/listing.ts';
import { type Drag, useDragStore } from '../../stores/drag-store.ts';
import { type Place, samePlace } from '../../stores/place.ts';
import { DropFrame } from '../../ui/drop-frame/drop-frame.tsx';
import { useFormat } from '../../words/use-format.ts';
import { DropRowContext } from './drop-row-context.ts';
import { type DropPlan, type Over, planDrop } from './drop-sentence.ts';

type Props = Omit<ComponentProps<'div'>, 'className'> & {
  readonly place: Place;
  readonly rowAt: (index: number) => ListingRow | undefined;
  readonly onItems: (items: DataTransfer, target: Place) => void;
  readonly onKeep: (items: DataTransfer, target: Place) => void;
  readonly onRows: (drag: Drag, target: Place, move: boolean) => void;
};

type Hover = {
  readonly plan: DropPlan;
  readonly over: Over;
  readonly target: Place;
  readonly rowIndex: number | undefined;
};

/** The list as a target: lights up, says what letting go will do, and takes folder and bucket rows as targets. */
export function DropArea({ place, rowAt, onItems, onKeep, onRows, children, ...rest }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const [hover, setHover] = useState<Hover | null>(null);

  const find = (event: DragEvent): Hover | null => {
    const { drag } = useDragStore.getState();
    const isDesktop = event.dataTransfer.types.includes('Files');
    if (!drag && !isDesktop) return null;
    const over: Over = drag
      ? { type: 'rows', drag, move: drag.source.type === 'objects' && event.shiftKey }
      : { type: 'desktop', count: event.dataTransfer.items.length };
    const element = event.target instanceof Element ? event.target.closest('[data-row-index]') : null;
    const index = element instanceof HTMLElement ? Number(element.dataset['rowIndex']) : undefined;
    const inside = index === undefined ? null : placeOfRow(place, rowAt(index));
    const target = inside ?? place;
    const plan = planDrop(over, target, { keep: event.altKey, t, format });
    // A row that is dragged over itself, or over the list it comes from, is not worth a sentence.
    const isIdle = plan.effect === null && drag?.source.type === 'objects' && samePlace(drag.source.place, place);
    return isIdle ? null : { plan, over, target, rowIndex: inside && plan.effect !== null ? index : undefined };
  };

  const onDragOver = (event: DragEvent) => {
    const next = find(event);
    if (!next) return setHover(null);
    event.preventDefault();
    event.dataTransfer.dropEffect = next.plan.effect ?? 'none';
    if (hover?.plan.sentence !== next.plan.sentence || hover.rowIndex !== next.rowIndex) setHover(next);
  };
  const onDragLeave = (event: DragEvent) => {
    const inside = event.relatedTarget instanceof Node && event.currentTarget.contains(event.relatedTarget);
    if (!inside) setHover(null);
  };
  const onDrop = (event: DragEvent) => {
    const found = find(event);
    setHover(null);
    if (!found) return;
    event.preventDefault();
    const { plan, over, target } = found;
    if (plan.effect === null) return;
    if (plan.keeps === true) onKeep(event.dataTransfer, target);
    else if (over.type === 'desktop') onItems(event.dataTransfer, target);
    else onRows(over.drag, target, over.move);
  };

  return (
    <DropFrame
      {...rest}
      lit={hover !== null && hover.plan.effect !== null && hover.rowIndex === undefined}
      sign={hover && { icon: dropIcon(hover), text: hover.plan.sentence, refused: hover.plan.effect === null }}
      data-testid="drop-area"
      onDragEnter={onDragOver}
      onDragOver={onDragOver}
      onDragLeave={onDragLeave}
      onDrop={onDrop}
    >
      <DropRowContext value={hover?.rowIndex}>{children}</DropRowContext>
    </DropFrame>
  );
}

function dropIcon({ plan, over }: Hover) {
  const isCopy = over.type === 'rows' && over.drag.source.type === 'objects';
  if (plan.keeps === true) return <Workflow size={16} aria-hidden />;
  const Icon = plan.effect === null ? Ban : plan.effect === 'move' ? FolderInput : isCopy ? Copy : Upload;
  return <Icon size={16} aria-hidden />;
}

function placeOfRow(place: Place, row: ListingRow | undefined): Place | null {
  if (row?.type === 'bucket') return { ...place, bucket: row.name, prefix: '' };
  return row?.type === 'folder' ? { ...place, prefix: row.prefix } : null;
}
