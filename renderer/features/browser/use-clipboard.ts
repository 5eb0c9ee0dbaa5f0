import { useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatS3Uri } from '../../../shared/domain/s3-uri.ts';
import type { ListingRow } from '../../../shared/domain/listing.ts';
import { describeError } from '../../../shared/words/describe-error.ts';
import { useEngine } from '../../bridge/engine-context.ts';
import { useHeld } from '../../listing/use-held.ts';
import type { Listing } from '../../listing/use-listing.ts';
import { type Clip, useClipboardStore } from '../../stores/clipboard-store.ts';
import { type BucketPlace, type Place, samePlace } from '../../stores/place.ts';
import { rememberStarted, useTransfersStore } from '../../stores/transfers-store.ts';
import { useToast } from '../../ui/toast/toast.tsx';
import { duplicateRequest } from './duplicate.ts';
import { asBucketPlace, refusalOf } from './transfer-target.ts';

/** Names that are read for dimming rows and for the system's clipboard. */
const rowsRead = 1000;
const noticeMs = 4000;

export type Clipboard = {
  /** What has just been done, for a moment. */
  readonly notice: string | null;
  readonly clip: Clip | null;
  readonly take: (mode: Clip['mode']) => void;
  readonly paste: (to: Place) => void;
  readonly copyText: (what: 'addresses' | 'names') => void;
};

/** Copy, cut and paste of rows between folders, buckets and connections, by what the engine holds. */
export function useClipboard(place: Place, listing: Listing): Clipboard {
  const { t } = useTranslation();
  const toast = useToast();
  const engine = useEngine();
  const held = useHeld();
  const clip = useClipboardStore((state) => state.clip);
  const { hold, selectedRows, find } = listing;
  const taking = useRef(0);
  const [notice, setNotice] = useState<string | null>(null);

  useEffect(() => {
    if (notice === null) return;
    const timer = setTimeout(() => setNotice(null), noticeMs);
    return () => clearTimeout(timer);
  }, [notice]);

  const take = useCallback(
    async (mode: Clip['mode']) => {
      const source = asBucketPlace(place);
      if (!source) return;
      const mine = ++taking.current;
      const [answer, rows] = await Promise.all([hold(), selectedRows(rowsRead)]);
      if (!answer.ok) return toast(describeError(answer.error).message);
      const { selectionId, summary, names } = answer.value;
      if (mine !== taking.current || summary.items === 0) return held.release(selectionId);
      const before = useClipboardStore.getState().clip;
      if (before) held.release(before.selectionId);
      const read = rows.ok ? rows.value : [];
      useClipboardStore.setState({
        clip: { mode, source: { type: 'objects', place: source }, selectionId, summary, names, rows: read },
      });
      // Files that another program put there are older than this.
      await writeText(read.map((row) => addressOfRow(place, row)).join('\n'));
      const values = { count: summary.items, name: names[0] ?? '' };
      setNotice(t(mode === 'copy' ? 'browser.clipCopied' : 'browser.clipCut', values));
    },
    [place, hold, selectedRows, held, toast, t],
  );

  const duplicate = useCallback(
    async (target: BucketPlace, rows: readonly ListingRow[]) => {
      const isTaken = async (name: string) => (await find(name, 'exact')) !== null;
      const request = await duplicateRequest(target, rows, isTaken);
      const answer = await engine.call('transfers.start', { request });
      if (answer.ok) useTransfersStore.setState((state) => rememberStarted(state, answer.value.jobId));
      return answer;
    },
    [engine, find],
  );

  const paste = useCallback(
    async (to: Place) => {
      const now = useClipboardStore.getState().clip;
      const target = asBucketPlace(to);
      if (!now || !target) return;
      const move = now.mode === 'cut';
      const refusal = refusalOf(now, to, !move);
      if (refusal === 'samePlace') return useClipboardStore.setState({ clip: null });
      if (refusal !== null) return toast(t(`browser.refusal.${refusal}`));
      const { connectionId, bucket, prefix } = target;
      const isDuplicate = now.source.type === 'objects' && samePlace(now.source.place, to);
      if (isDuplicate && now.summary.items > now.rows.length) return toast(t('browser.refusal.tooMany'));
      const answer = isDuplicate
        ? await duplicate(target, now.rows)
        : await held.transfer(now.selectionId, { connectionId, bucket, prefix }, { move });
      if (!answer.ok) return toast(describeError(answer.error).message);
      if (!move) return;
      useClipboardStore.setState({ clip: null });
      held.release(now.selectionId);
    },
    [held, duplicate, toast, t],
  );

  const copyText = useCallback(
    async (what: 'addresses' | 'names') => {
      const rows = await selectedRows(rowsRead);
      if (!rows.ok) return toast(describeError(rows.error).message);
      await writeText(rows.value.map((row) => (what === 'names' ? row.name : addressOfRow(place, row))).join('\n'));
      const count = rows.value.length;
      setNotice(t(what === 'names' ? 'browser.namesCopied' : 'browser.addressesCopied', { count }));
    },
    [selectedRows, place, toast, t],
  );

  return {
    notice,
    clip,
    take: useCallback((mode) => void take(mode), [take]),
    paste: useCallback((to) => void paste(to), [paste]),
    copyText: useCallback((what) => void copyText(what), [copyText]),
  };
}

export function addressOfRow(place: Place, row: ListingRow): string {
  switch (row.type) {
    case 'bucket':
      return formatS3Uri({ bucket: row.name, key: '' });
    case 'folder':
      return formatS3Uri({ bucket: place.bucket ?? '', key: row.prefix });
    case 'object':
      return formatS3Uri({ bucket: place.bucket ?? '', key: row.key });
    case 'hostFolder':
    case 'hostFile':
      return row.path;
  }
}

/** A page that lost the focus meanwhile may not write; the window's own clipboard has it anyway. */
async function writeText(text: string): Promise<void> {
  await navigator.clipboard.writeText(text).catch(() => undefined);
}

/** Ctrl/Cmd+V anywhere in the window, except where text is edited; files from elsewhere are the uploads' business. */
export function usePasteKey(paste: () => void): void {
  useEffect(() => {
    const onPaste = (event: ClipboardEvent) => {
      const target = event.target;
      const isEditing = target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
      const isElsewhere =
        target instanceof Element && target.closest('[role="dialog"], [data-pane="localPane"]') !== null;
      if (event.defaultPrevented || isEditing || isElsewhere || event.clipboardData?.types.includes('Files')) return;
      event.preventDefault();
      paste();
    };
    window.addEventListener('paste', onPaste);
    return () => window.removeEventListener('paste', onPaste);
  }, [paste]);
}
