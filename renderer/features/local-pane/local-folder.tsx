import { FolderOpen } from 'lucide-react';
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ListingRow } from '../../../shared/domain/listing.ts';
import { useListing } from '../../listing/use-listing.ts';
import { useRowDrag } from '../../listing/use-row-drag.ts';
import { useTypeAhead } from '../../listing/use-type-ahead.ts';
import type { AppInfo } from '../../stores/app-info.ts';
import { useLocalFolderStore } from '../../stores/local-folder-store.ts';
import type { BucketPlace } from '../../stores/place.ts';
import { handlerFor } from '../../shortcuts/use-shortcuts.ts';
import { Button } from '../../ui/button/button.tsx';
import { EmptyState } from '../../ui/feedback/empty-state.tsx';
import type { GridHandle } from '../../ui/grid/grid-types.ts';
import { VirtualGrid } from '../../ui/grid/virtual-grid.tsx';
import { ContextMenu } from '../../ui/menu/menu.tsx';
import { AppErrorView } from '../../words/error-words.tsx';
import { useGridWords } from '../../words/use-grid-words.ts';
import { DownloadDrop } from './download-drop.tsx';
import { hostParent, shortHostPath } from '../../listing/host-path.ts';
import { LocalStatus } from './local-status.tsx';
import { NewFolderDialog } from './new-folder-dialog.tsx';
import styles from './local-pane.module.css';
import { useHostColumns } from './use-host-columns.ts';
import { useHostFresh } from './use-host-fresh.ts';
import { useLocalActions } from './use-local-actions.tsx';

type Props = {
  readonly folder: string;
  readonly info: AppInfo;
  readonly target: BucketPlace | null;
  readonly hidden: boolean;
  readonly onHidden: (hidden: boolean) => void;
  readonly onGo: (folder: string) => void;
};

const skeletonRows = 8;

/** One folder: its list, what can be done with it, and where objects can be dropped. */
export function LocalFolder({ folder, info, target, hidden, onHidden, onGo }: Props) {
  const { t } = useTranslation();
  const words = useGridWords();
  const grid = useRef<GridHandle>(null);
  const [dropIndex, setDropIndex] = useState<number | undefined>(undefined);
  const [naming, setNaming] = useState(false);
  const { columns, view, onColumns, onSort } = useHostColumns();
  const listing = useListing(
    useMemo(() => ({ hostFolder: folder, hidden }), [folder, hidden]),
    view,
    useHostFresh(),
  );
  const { status, rowAt, select } = listing;
  const source = useMemo(() => ({ type: 'files' as const, folder }), [folder]);
  const drag = useRowDrag(listing, { source, effects: 'copy' });
  const { groups, upload } = useLocalActions({
    folder,
    info,
    target,
    hidden,
    listing,
    onHidden,
    onGo,
    onNewFolder: () => setNaming(true),
  });

  const name = shortHostPath(folder, info.homeFolder, info.pathSeparator);
  const openRow = (row: ListingRow | undefined) => {
    if (row?.type === 'hostFolder') onGo(row.path);
    if (row?.type === 'hostFile') upload();
  };
  const goUp = () => {
    const parent = hostParent(folder, info.pathSeparator);
    if (parent !== null) onGo(parent);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const handler = handlerFor({ up: goUp, refresh: listing.refresh }, event.nativeEvent);
    if (!handler || event.defaultPrevented) return;
    event.preventDefault();
    event.stopPropagation();
    handler();
  };
  const { onType } = useTypeAhead(listing, grid);

  useEffect(() => {
    useLocalFolderStore.setState({ folder: { path: folder, name } });
    return () => useLocalFolderStore.setState({ folder: null });
  }, [folder, name]);

  const error = listing.error ?? (status?.state === 'failed' ? status.error : undefined);
  const loading = error === undefined && (status === null || (status.total === 0 && status.state === 'listing'));
  const count = loading ? skeletonRows : (status?.count ?? 0);
  return (
    // Keys that bubble up from the list.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div className={styles.folder} onKeyDown={onKeyDown}>
      <ContextMenu
        groups={groups}
        target={<DownloadDrop folder={folder} info={info} rowAt={rowAt} onRow={setDropIndex} />}
      >
        <VirtualGrid
          handle={grid}
          label={t('localPane.listLabel', { folder: name })}
          words={words}
          columns={columns}
          onColumnsChange={onColumns}
          count={error ? 0 : count}
          placeholders={loading}
          rowAt={rowAt}
          selected={listing.selected}
          cursor={listing.cursor}
          onSelect={select}
          onOpen={(index) => openRow(rowAt(index))}
          onType={onType}
          onRange={listing.wantRange}
          sort={{ by: view.sortBy, descending: view.descending }}
          onSort={onSort}
          dropIndex={dropIndex}
          onRowDragStart={drag.onRowDragStart}
          onRowDragEnd={drag.onRowDragEnd}
          contentKey={`${view.sortBy} ${view.descending}`}
        />
        {error ? (
          <div className={styles.failure}>
            <AppErrorView
              error={error}
              actions={
                <>
                  <Button onClick={listing.reopen}>{t('common.retry')}</Button>
                  {folder === info.homeFolder ? null : (
                    <Button onClick={() => onGo(info.homeFolder)}>{t('localPane.home')}</Button>
                  )}
                </>
              }
            />
          </div>
        ) : count === 0 ? (
          <div className={styles.over}>
            <EmptyState
              icon={<FolderOpen size={28} aria-hidden />}
              title={t('localPane.empty')}
              text={t(hidden ? 'localPane.emptyText' : 'localPane.emptyOrHiddenText')}
            />
          </div>
        ) : null}
      </ContextMenu>
      <LocalStatus
        status={status}
        failed={error !== undefined}
        chosen={listing.selectedItems}
        target={target}
        groups={groups}
        onUpload={upload}
      />
      {naming ? (
        <NewFolderDialog
          folder={folder}
          shownFolder={name}
          onClose={() => setNaming(false)}
          onMade={(made) => {
            listing.want({ name: made, isContainer: true });
            listing.refresh();
          }}
        />
      ) : null}
    </div>
  );
}
