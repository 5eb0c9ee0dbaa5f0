import { type ReactNode, useCallback, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConnectionView } from '../../../shared/domain/connection.ts';
import type { ListingRow, ListingView } from '../../../shared/domain/listing.ts';
import { goBack, goForward, goTo, useBrowserStore } from '../../stores/browser-store.ts';
import { parentOf, type Place, rootOf } from '../../stores/place.ts';
import { AppErrorView } from '../../words/error-words.tsx';
import { Button } from '../../ui/button/button.tsx';
import { ContextMenu } from '../../ui/menu/menu.tsx';
import { BrowserDialogs, type BrowserDialog } from './browser-dialogs.tsx';
import styles from './browser.module.css';
import { DropArea } from './drop-area.tsx';
import { ObjectList } from './object-list.tsx';
import { PathBar } from './path-bar.tsx';
import { rowActions } from './row-actions.tsx';
import { isSelected, selectedCount } from './selection.ts';
import { StatusLine } from './status-line.tsx';
import { Toolbar } from './toolbar.tsx';
import { useBrowserKeys } from './use-browser-keys.ts';
import { useListing } from './use-listing.ts';
import { useSelection } from './use-selection.ts';

export type BrowserProps = {
  readonly connection: ConnectionView;
  readonly place: Place;
  /** Called in the event itself: what was dropped or pasted can be read only then. */
  readonly onItems: (items: DataTransfer, target: Place) => void;
  readonly onPickFiles: (what: 'files' | 'folder', target: Place) => void;
  readonly onDownload: (place: Place, rows: readonly ListingRow[]) => void;
  /** What stands at both ends of the path bar: the buttons of the window's panes. */
  readonly barStart?: ReactNode;
  readonly barEnd?: ReactNode;
};

const firstView: ListingView = { sortBy: 'name', descending: false, filter: '' };

/** One place of one connection: path, toolbar, list and status line. Mounted anew for each place. */
export function Browser({ connection, place, onItems, onPickFiles, onDownload, barStart, barEnd }: BrowserProps) {
  const { t } = useTranslation();
  const [view, setView] = useState(firstView);
  const [dialog, setDialog] = useState<BrowserDialog | null>(null);
  const [editingPath, setEditingPath] = useState(false);
  const listing = useListing(place, view);
  const selection = useSelection(listing);
  const { status, readRows } = listing;
  const chosen = selectedCount(selection.selection, status?.count ?? 0);
  const inBucket = place.bucket !== null;

  const { clear } = selection;
  useEffect(clear, [clear, view.filter]);

  /** The selected rows, read from the engine when all of a list are. */
  const readSelected = useCallback(async (): Promise<readonly ListingRow[]> => {
    if (!selection.selection.all) return [...selection.selection.rows.values()];
    const answer = await readRows(0, status?.count ?? 0);
    return answer.ok ? answer.value.filter((row) => isSelected(selection.selection, row)) : [];
  }, [selection.selection, readRows, status]);

  const openRow = useCallback(
    (row: ListingRow | undefined) => {
      if (row?.type === 'bucket') go({ ...place, bucket: row.name, prefix: '' });
      if (row?.type === 'folder') go({ ...place, prefix: row.prefix });
      if (row?.type === 'object') onDownload(place, [row]);
    },
    [place, onDownload],
  );
  const refresh = useCallback(() => useBrowserStore.setState((state) => ({ staleSerial: state.staleSerial + 1 })), []);
  const above = parentOf(place, rootOf(connection));
  const single = chosen === 1 && !selection.selection.all ? [...selection.selection.rows.values()][0] : undefined;

  const groups = useMemo(
    () =>
      rowActions({
        t,
        inBucket,
        chosen,
        single,
        open: () => openRow(single),
        download: () => void readSelected().then((rows) => onDownload(place, rows)),
        remove: () => void readSelected().then((rows) => rows.length > 0 && setDialog({ kind: 'delete', rows })),
        link: () => single?.type === 'object' && setDialog({ kind: 'link', key: single.key, name: single.name }),
        newFolder: () => setDialog({ kind: 'folder' }),
        newBucket: () => setDialog({ kind: 'bucket' }),
        pickFiles: (what) => onPickFiles(what, place),
        refresh,
      }),
    [t, inBucket, chosen, single, openRow, readSelected, onDownload, onPickFiles, place, refresh],
  );

  const onKeyDown = useBrowserKeys({
    remove: () => {
      const remove = groups.flat().find((action) => action.id === 'delete');
      if (remove && !remove.disabled) remove.run();
    },
    up: () => above && go(above),
    back: () => useBrowserStore.setState(goBack),
    forward: () => useBrowserStore.setState(goForward),
    refresh,
    editPath: () => setEditingPath(true),
    clear,
  });

  const error = listing.error ?? (status?.state === 'failed' ? status.error : undefined);
  return (
    // Keys that bubble up from the list and the buttons around it.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <section className={styles.browser} onKeyDown={onKeyDown}>
      <PathBar
        connection={connection}
        place={place}
        editing={editingPath}
        onEditing={setEditingPath}
        start={barStart}
        end={barEnd}
      />
      <Toolbar groups={groups} inBucket={inBucket} view={view} onView={setView} />
      <ContextMenu groups={groups} target={<DropArea place={place} rowAt={listing.rowAt} onItems={onItems} />}>
        <ObjectList
          connection={connection}
          place={place}
          listing={listing}
          selection={selection}
          view={view}
          onView={setView}
          onOpen={(index) => openRow(listing.rowAt(index))}
          failure={
            error ? (
              <AppErrorView error={error} actions={<Button onClick={listing.reopen}>{t('common.retry')}</Button>} />
            ) : null
          }
          onNewBucket={() => setDialog({ kind: 'bucket' })}
          onPickFiles={(what) => onPickFiles(what, place)}
        />
      </ContextMenu>
      <StatusLine status={status} failed={error !== undefined} filter={view.filter} chosen={chosen} />
      {dialog ? (
        <BrowserDialogs
          dialog={dialog}
          connection={connection}
          place={place}
          onClose={() => setDialog(null)}
          onDeleted={selection.drop}
        />
      ) : null}
    </section>
  );
}

const go = (place: Place) => useBrowserStore.setState((state) => goTo(state, place));
