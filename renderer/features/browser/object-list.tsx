import { Archive, FolderOpen, SearchX } from 'lucide-react';
import { type ReactNode, useCallback, useContext, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConnectionView } from '../../../shared/domain/connection.ts';
import { type ListingView, listingViewSchema } from '../../../shared/domain/listing.ts';
import { type Place, placeName } from '../../stores/place.ts';
import { Button } from '../../ui/button/button.tsx';
import { EmptyState } from '../../ui/feedback/empty-state.tsx';
import type { GridCursor } from '../../ui/grid/grid-selection.ts';
import { normalize, type SelectionChange } from '../../ui/grid/intervals.ts';
import { VirtualGrid } from '../../ui/grid/virtual-grid.tsx';
import { useFormat } from '../../words/use-format.ts';
import { useGridWords } from '../../words/use-grid-words.ts';
import styles from './browser.module.css';
import { listColumns } from './columns.tsx';
import { DropRowContext } from './drop-row-context.ts';
import { isSelected } from './selection.ts';
import type { Listing } from './use-listing.ts';
import type { useSelection } from './use-selection.ts';

type Props = {
  readonly connection: ConnectionView;
  readonly place: Place;
  readonly listing: Listing;
  readonly selection: ReturnType<typeof useSelection>;
  readonly view: ListingView;
  readonly onView: (view: ListingView) => void;
  readonly onOpen: (index: number) => void;
  /** Shown instead of the rows when there are none, above the list otherwise. */
  readonly failure: ReactNode;
  readonly onNewBucket: () => void;
  readonly onPickFiles: (what: 'files' | 'folder') => void;
};

/** Rows that stand for what is on its way before anything is known. */
const skeletonRows = 12;

export function ObjectList(props: Props) {
  const { connection, place, listing, selection, view, onView, failure } = props;
  const { t } = useTranslation();
  const format = useFormat();
  const words = useGridWords();
  const [anchor, setAnchor] = useState(-1);
  const dropIndex = useContext(DropRowContext);
  const columns = useMemo(() => listColumns(t, format), [t, format]);
  const { status } = listing;
  const loading = failure === null && (status === null || (status.total === 0 && status.state === 'listing'));
  const count = loading ? skeletonRows : (status?.count ?? 0);

  const sortBy = (columnId: string, descending: boolean) =>
    onView({ ...view, sortBy: listingViewSchema.shape.sortBy.parse(columnId), descending });
  const { wantRange, rowAt } = listing;
  const [range, setRange] = useState({ first: 0, last: -1 });
  const onRange = useCallback(
    (first: number, last: number) => {
      setRange({ first, last });
      wantRange(first, last);
    },
    [wantRange],
  );
  const selected = normalize(
    Array.from({ length: range.last - range.first + 1 }, (_, at) => range.first + at)
      .filter((index) => {
        const row = rowAt(index);
        return row !== undefined && isSelected(selection.selection, row);
      })
      .map((index) => ({ from: index, to: index })),
  );
  const onSelect = (change: SelectionChange | null, cursor: GridCursor) => {
    if (change === null) selection.focusRow(cursor.active);
    else if (change.mode === 'all') selection.selectAll();
    else if (change.mode === 'none') selection.clear();
    else if (change.mode === 'toggle') selection.pick(cursor.active, 'toggle');
    else selection.pick(cursor.active, cursor.active === cursor.anchor ? 'only' : 'range');
    setAnchor(cursor.anchor);
  };

  return (
    <>
      <VirtualGrid
        label={t('browser.listLabel', { place: placeName(place) || connection.name, connection: connection.name })}
        columns={columns}
        words={words}
        count={count}
        placeholders={loading}
        rowAt={rowAt}
        selected={selected}
        cursor={{ active: selection.activeIndex, anchor }}
        onSelect={onSelect}
        onOpen={props.onOpen}
        onRange={onRange}
        sort={{ by: view.sortBy, descending: view.descending }}
        onSort={sortBy}
        dropIndex={dropIndex}
        focusWhenLost
        contentKey={`${view.sortBy} ${view.descending} ${view.filter}`}
      />
      {failure ? (
        <div className={styles.over}>
          <div className={styles.overError}>{failure}</div>
        </div>
      ) : null}
      {!failure && !loading && count === 0 ? (
        <div className={styles.over}>
          <EmptyList {...props} />
        </div>
      ) : null}
    </>
  );
}

function EmptyList({ place, view, onView, onNewBucket, onPickFiles }: Props) {
  const { t } = useTranslation();
  if (view.filter !== '') {
    return (
      <EmptyState
        icon={<SearchX size={32} aria-hidden />}
        title={t('browser.noHits', { filter: view.filter })}
        actions={<Button onClick={() => onView({ ...view, filter: '' })}>{t('browser.clearFilter')}</Button>}
      />
    );
  }
  if (place.bucket === null) {
    return (
      <EmptyState
        icon={<Archive size={32} aria-hidden />}
        title={t('browser.noBuckets')}
        text={t('browser.noBucketsText')}
        actions={
          <Button look="primary" onClick={onNewBucket}>
            {t('browser.newBucket')}
          </Button>
        }
      />
    );
  }
  return (
    <EmptyState
      icon={<FolderOpen size={32} aria-hidden />}
      title={place.prefix === '' ? t('browser.emptyBucket') : t('browser.emptyFolder')}
      text={t('browser.emptyText')}
      actions={
        <>
          <Button onClick={() => onPickFiles('files')}>{t('browser.uploadFiles')}</Button>
          <Button onClick={() => onPickFiles('folder')}>{t('browser.uploadFolder')}</Button>
        </>
      }
    />
  );
}
