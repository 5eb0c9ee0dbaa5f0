import { useMemo } from 'react';
import type { ListingRow } from '../../../shared/domain/listing.ts';
import { describeError } from '../../../shared/words/describe-error.ts';
import { useChangePreferences } from '../../bridge/use-change-preferences.ts';
import type { HeldSelection } from '../../listing/listing-session.ts';
import { useHeld } from '../../listing/use-held.ts';
import type { Listing } from '../../listing/use-listing.ts';
import { goTo, useBrowserStore } from '../../stores/browser-store.ts';
import { useLocalFolderStore } from '../../stores/local-folder-store.ts';
import { useInspectedStore } from '../../stores/inspected-store.ts';
import type { BucketPlace, Place } from '../../stores/place.ts';
import { showUploads } from '../../stores/uploads-store.ts';
import { useToast } from '../../ui/toast/toast.tsx';
import type { ActionRuns } from './browser-actions.tsx';
import type { BrowserDialog } from './browser-dialog.ts';
import { isRenamable } from './rename.ts';
import { asBucketPlace } from './transfer-target.ts';
import type { Clipboard } from './use-clipboard.ts';
import type { Rename } from './use-rename.ts';

type Input = {
  readonly place: Place;
  readonly listing: Listing;
  readonly single: ListingRow | undefined;
  readonly clipboard: Clipboard;
  readonly begin: Rename['begin'];
  readonly onDialog: (dialog: BrowserDialog) => void;
  readonly onPickFiles: (what: 'files' | 'folder', target: Place) => void;
  readonly onDownload: (place: BucketPlace, held: HeldSelection, only: string | null) => void;
  readonly onEditPath: () => void;
};

/** What the actions of the list do. */
export function useActionRuns(input: Input): ActionRuns {
  const { place, listing, single, clipboard, begin, onDialog, onPickFiles, onDownload, onEditPath } = input;
  const toast = useToast();
  const held = useHeld();
  const change = useChangePreferences();
  const { hold, refresh, select } = listing;
  const { take, paste, copyText } = clipboard;

  return useMemo<ActionRuns>(() => {
    /** With what is selected, kept by the engine; the taker releases it. */
    const withHeld = async (taker: (selection: HeldSelection) => void | Promise<void>) => {
      const answer = await hold();
      if (!answer.ok) return toast(describeError(answer.error).message);
      if (answer.value.summary.items === 0) return held.release(answer.value.selectionId);
      await taker(answer.value);
    };
    const inside = placeInside(place, single);
    return {
      open: () => inside && useBrowserStore.setState((state) => goTo(state, inside)),
      quickLook: () => useInspectedStore.setState({ quickLook: true }),
      inspect: () => change({ layout: { inspectorOpen: true } }),
      download: () =>
        void withHeld((selection) => {
          const from = asBucketPlace(place);
          if (from) onDownload(from, selection, single?.type === 'object' ? single.key : null);
        }),
      downloadHere: () =>
        void withHeld(async ({ selectionId }) => {
          const { folder } = useLocalFolderStore.getState();
          const answer = folder && (await held.transfer(selectionId, { folder: folder.path }, {}));
          if (answer && !answer.ok) toast(describeError(answer.error).message);
          held.release(selectionId);
        }),
      link: () => single?.type === 'object' && onDialog({ kind: 'link', key: single.key, name: single.name }),
      tags: () => {
        if (single?.type === 'object') onDialog({ kind: 'tags', key: single.key, name: single.name });
        else void withHeld((selection) => onDialog({ kind: 'tagMany', held: selection }));
      },
      metadata: () => single?.type === 'object' && onDialog({ kind: 'metadata', key: single.key, name: single.name }),
      versions: () => {
        if (single?.type !== 'object') return;
        change({ layout: { inspectorOpen: true } });
        useInspectedStore.setState({ versionsOf: `${place.bucket}/${single.key}` });
      },
      location: () => single?.type === 'bucket' && onDialog({ kind: 'location', bucket: single.name }),
      copy: () => take('copy'),
      cut: () => take('cut'),
      paste: () => paste(place),
      pasteInto: () => inside && paste(inside),
      rename: () => isRenamable(single) && begin(single),
      copyAddresses: () => copyText('addresses'),
      copyNames: () => copyText('names'),
      unfinished: () => {
        const bucket = single?.type === 'bucket' ? single.name : place.bucket;
        if (bucket !== undefined && bucket !== null) showUploads({ connectionId: place.connectionId, bucket });
      },
      remove: () => void withHeld((selection) => onDialog({ kind: 'delete', held: selection })),
      uploadFiles: () => onPickFiles('files', place),
      uploadFolder: () => onPickFiles('folder', place),
      newFolder: () => onDialog({ kind: 'folder' }),
      newBucket: () => onDialog({ kind: 'bucket' }),
      selectAll: () => select({ mode: 'all' }, { active: 0, anchor: 0 }),
      refresh,
      editPath: onEditPath,
    };
  }, [
    place,
    single,
    hold,
    refresh,
    select,
    take,
    paste,
    copyText,
    begin,
    onDialog,
    onPickFiles,
    onDownload,
    onEditPath,
    toast,
    held,
    change,
  ]);
}

/** The place that a bucket or folder row is; null for an object. */
export function placeInside(place: Place, row: ListingRow | undefined): Place | null {
  if (row?.type === 'bucket') return { ...place, bucket: row.name, prefix: '' };
  return row?.type === 'folder' ? { ...place, prefix: row.prefix } : null;
}
