import { type ReactNode, useCallback, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConnectionView } from '../../../shared/domain/connection.ts';
import type { ListingRow, ListingView } from '../../../shared/domain/listing.ts';
import type { HeldSelection } from '../../listing/listing-session.ts';
import { rowId } from '../../listing/row-id.ts';
import { useHeld } from '../../listing/use-held.ts';
import { useListing } from '../../listing/use-listing.ts';
import { useTypeAhead } from '../../listing/use-type-ahead.ts';
import { useLocalFolderStore } from '../../stores/local-folder-store.ts';
import { useProvideActions } from '../../stores/action-store.ts';
import { goTo, useBrowserStore } from '../../stores/browser-store.ts';
import type { Clip } from '../../stores/clipboard-store.ts';
import { type BucketPlace, parentOf, type Place, rootOf, samePlace } from '../../stores/place.ts';
import type { GridHandle } from '../../ui/grid/grid-types.ts';
import { ContextMenu } from '../../ui/menu/menu.tsx';
import { useFormat } from '../../words/use-format.ts';
import { browserActions } from './browser-actions.tsx';
import type { BrowserDialog } from './browser-dialog.ts';
import styles from './browser.module.css';
import { DialogsLater, useDialogsAhead } from './dialogs-later.tsx';
import { DropArea } from './drop-area.tsx';
import { FilterField } from './filter-field.tsx';
import { ListCover } from './list-cover.tsx';
import { ObjectList } from './object-list.tsx';
import { PathBar } from './path-bar.tsx';
import { StaleBanner } from './place-failure.tsx';
import { singleRow } from './single-row.ts';
import { StatusLine } from './status-line.tsx';
import { Toolbar } from './toolbar.tsx';
import { asBucketPlace } from './transfer-target.ts';
import { placeInside, useActionRuns } from './use-action-runs.ts';
import { useBrowserKeys } from './use-browser-keys.ts';
import { useClipboard, usePasteKey } from './use-clipboard.ts';
import { useColumns } from './use-columns.ts';
import { useDropRows } from './use-drop-rows.ts';
import { useInspected } from './use-inspected.ts';
import { usePlaceMemory } from './use-place-memory.ts';
import { useRenameEditor } from './use-rename-editor.tsx';
import { useRename } from './use-rename.ts';
import { useReveal } from './use-reveal.ts';
import { useRowDrag } from './use-row-drag.ts';

export type BrowserProps = {
  readonly connection: ConnectionView;
  readonly place: Place;
  /** Called in the event itself: what was dropped or pasted can be read only then. */
  readonly onItems: (items: DataTransfer, target: Place) => void;
  /** The same with Alt: makes a rule that keeps the target in step with what was dropped. */
  readonly onKeep: (items: DataTransfer, target: Place) => void;
  readonly onPickFiles: (what: 'files' | 'folder', target: Place) => void;
  /** Takes over what is held. `only` is the key when it is one object. */
  readonly onDownload: (place: BucketPlace, held: HeldSelection, only: string | null) => void;
  /** Opens the form of the connection, for one that cannot sign in. */
  readonly onEditConnection?: ((connection: ConnectionView) => void) | undefined;
  /** What the window has at the ends of the path bar. */
  readonly barStart?: ReactNode;
  readonly barEnd?: ReactNode;
};

/** One place of one connection: path, toolbar, list and status line. Mounted anew for each place. */
export function Browser(props: BrowserProps) {
  const { connection, place, onItems, onPickFiles, onDownload, onEditConnection } = props;
  const { t } = useTranslation();
  const format = useFormat();
  const held = useHeld();
  const gridRef = useRef<GridHandle>(null);
  const filterRef = useRef<HTMLInputElement>(null);
  const arrival = useBrowserStore((state) => state.arrival);
  const staleSerial = useBrowserStore((state) => state.staleSerial);
  const [filter, setFilter] = useState(arrival.type === 'again' ? (arrival.memory?.filter ?? '') : '');
  const [dialog, setDialog] = useState<BrowserDialog | null>(null);
  const [editingPath, setEditingPath] = useState(false);

  useDialogsAhead();

  const columns = useColumns(place, t, format);
  const { sortBy, descending } = columns.sort;
  const view = useMemo<ListingView>(() => ({ sortBy, descending, filter }), [sortBy, descending, filter]);
  const listing = useListing(place, view, staleSerial);
  const { status, rowAt, select, want } = listing;
  const chosen = listing.selectedItems;
  const single = singleRow(listing);
  const bucketPlace = useMemo(() => asBucketPlace(place), [place]);
  const onRange = usePlaceMemory(place, arrival, listing, filter, gridRef);
  useReveal(listing, gridRef);
  useInspected(place, listing, single, gridRef);
  const { search, onType } = useTypeAhead(listing, gridRef);
  const clipboard = useClipboard(place, listing);
  const renaming = useRename(bucketPlace, listing);
  const drag = useRowDrag(place, listing, chosen, single);
  const onRows = useDropRows();
  const { paste, clip } = clipboard;
  usePasteKey(useCallback(() => paste(place), [paste, place]));

  const onFilter = useCallback(() => {
    filterRef.current?.focus();
    filterRef.current?.select();
  }, []);
  const onEditPath = useCallback(() => setEditingPath(true), []);
  const toList = useCallback(() => gridRef.current?.enter(), []);
  const run = useActionRuns({
    place,
    listing,
    single,
    clipboard,
    begin: renaming.begin,
    onDialog: setDialog,
    onPickFiles,
    onDownload,
    onEditPath,
  });
  const inBucket = bucketPlace !== null;
  const count = status?.count ?? 0;
  const localFolder = useLocalFolderStore((state) => state.folder?.name ?? null);
  const [canPaste, hasRows] = [clip !== null, count > 0];
  const actions = useMemo(
    () => browserActions({ t, inBucket, chosen, single, canPaste, localFolder, hasRows, run }),
    [t, inBucket, chosen, single, canPaste, localFolder, hasRows, run],
  );
  useProvideActions(
    'browser',
    t('browser.actions'),
    useMemo(() => [...actions.selection, ...actions.place], [actions]),
  );
  const onKeyDown = useBrowserKeys({
    actions,
    listing,
    run,
    begin: renaming.begin,
    above: parentOf(place, rootOf(connection)),
    onFilter,
    onEditPath,
  });

  const openRow = (index: number) => {
    const row = rowAt(index);
    const inside = placeInside(place, row);
    if (inside) useBrowserStore.setState((state) => goTo(state, inside));
    else if (row) run.quickLook();
  };
  const rowState = useCallback(
    (row: ListingRow) => ({ cut: renaming.moving.has(rowId(row)) || isCut(clip, place, row) }),
    [renaming.moving, clip, place],
  );
  const closeDialog = () => {
    if (dialog && 'held' in dialog) held.release(dialog.held.selectionId);
    setDialog(null);
  };
  const editor = useRenameEditor(bucketPlace, listing, renaming, toList);

  const error = listing.error ?? (status?.state === 'failed' ? (status.error ?? null) : null);
  const retry = listing.error ? listing.reopen : listing.refresh;
  const clearFilter = useCallback(() => {
    setFilter('');
    toList();
  }, [toList]);

  return (
    // Keys that bubble up from the list and the buttons around it.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <section className={styles.browser} onKeyDown={onKeyDown}>
      <div className={styles.top}>
        <PathBar
          connection={connection}
          place={place}
          editing={editingPath}
          onEditing={setEditingPath}
          start={props.barStart}
          end={props.barEnd}
        />
        <Toolbar
          actions={actions}
          inBucket={inBucket}
          filter={<FilterField ref={filterRef} value={filter} onValue={setFilter} onLeave={toList} />}
        />
        {error && hasRows ? <StaleBanner connection={connection} error={error} onRetry={retry} /> : null}
      </div>
      <ContextMenu
        groups={chosen > 0 ? actions.selection : actions.place}
        target={<DropArea place={place} rowAt={rowAt} onItems={onItems} onKeep={props.onKeep} onRows={onRows} />}
      >
        <ObjectList
          connection={connection}
          place={place}
          listing={listing}
          columns={columns}
          view={view}
          over={
            <ListCover
              connection={connection}
              place={place}
              listing={listing}
              error={error}
              filter={filter}
              onRetry={retry}
              onEditConnection={onEditConnection}
              onClearFilter={clearFilter}
              onNewBucket={run.newBucket}
              onPickFiles={onPickFiles}
            />
          }
          handle={gridRef}
          onSelect={(change, cursor) => {
            if (change?.mode === 'none' && chosen === 0 && filter !== '') setFilter('');
            select(change, cursor);
          }}
          onOpen={openRow}
          onPreview={run.quickLook}
          // No name has a slash: it means the filter.
          onType={(text) => (text.endsWith('/') ? onFilter() : onType(text))}
          onRange={onRange}
          rowState={rowState}
          onRowDragStart={inBucket ? drag.onRowDragStart : undefined}
          onRowDragEnd={drag.onRowDragEnd}
          editing={editor}
        />
      </ContextMenu>
      <StatusLine
        status={status}
        failed={error !== null}
        signingIn={connection.status.state === 'signingIn'}
        view={view}
        chosen={chosen}
        notice={clipboard.notice}
        search={search}
      />
      {dialog ? (
        <DialogsLater
          dialog={dialog}
          connection={connection}
          place={place}
          onClose={closeDialog}
          onMade={(name) => want({ name, isContainer: true })}
        />
      ) : null}
    </section>
  );
}

function isCut(clip: Clip | null, place: Place, row: ListingRow): boolean {
  if (clip?.mode !== 'cut' || clip.source.type !== 'objects' || !samePlace(clip.source.place, place)) return false;
  return clip.rows.some((one) => rowId(one) === rowId(row));
}
