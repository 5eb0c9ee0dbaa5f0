import { type ReactNode, useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AppError } from '../../../shared/errors.ts';
import { downloadLink } from '../../bridge/download-link.ts';
import { useEngine } from '../../bridge/engine-context.ts';
import type { HeldSelection } from '../../listing/listing-session.ts';
import { useHeld } from '../../listing/use-held.ts';
import { useAppInfo } from '../../stores/app-info.ts';
import type { BucketPlace } from '../../stores/place.ts';
import { Button } from '../../ui/button/button.tsx';
import { Dialog } from '../../ui/dialog/dialog.tsx';
import { AppErrorView } from '../../words/error-words.tsx';
import { FolderDialog } from './folder-dialog.tsx';

/** Takes over what is held. `only` is the key when it is one object: that one can go through the browser as well. */
export type Download = (place: BucketPlace, held: HeldSelection, only: string | null) => void;

type Asked = { readonly place: BucketPlace; readonly held: HeldSelection; readonly only: string | null };
const lastFolderKey = 'brigade.downloadFolder';

/**
 * Asks for a folder (the system's dialog in Electron, the host's folders in a browser) and downloads what is held into
 * it. Returns the function that does so and what is to be rendered meanwhile.
 */
export function useDownload(): { readonly download: Download; readonly dialog: ReactNode } {
  const { t } = useTranslation();
  const engine = useEngine();
  const { transfer, release } = useHeld();
  const info = useAppInfo((state) => state.info);
  const [asked, setAsked] = useState<Asked | null>(null);
  const [error, setError] = useState<AppError | null>(null);

  const start = useCallback(
    async ({ selectionId }: HeldSelection, folder: string) => {
      localStorage.setItem(lastFolderKey, folder);
      const answer = await transfer(selectionId, { folder }, {});
      release(selectionId);
      if (!answer.ok) setError(answer.error);
    },
    [transfer, release],
  );

  const download = useCallback<Download>(
    (place, held, only) => {
      if (!info) return release(held.selectionId);
      if (info.host !== 'electron') return setAsked({ place, held, only });
      void engine.call('hostFiles.pick', { what: 'folder', title: t('download.pickTitle') }).then((answer) => {
        const folder = answer.ok ? answer.value.paths?.[0] : undefined;
        if (!answer.ok) setError(answer.error);
        return folder === undefined ? release(held.selectionId) : start(held, folder);
      });
    },
    [engine, info, release, start, t],
  );

  const dialog = error ? (
    <Dialog
      title={t('download.failed')}
      onClose={() => setError(null)}
      actions={<Button onClick={() => setError(null)}>{t('common.close')}</Button>}
    >
      <AppErrorView error={error} />
    </Dialog>
  ) : asked && info ? (
    <FolderDialog
      title={t('download.title', { count: asked.held.summary.items, name: asked.held.names[0] ?? '' })}
      start={localStorage.getItem(lastFolderKey) ?? info.downloadsFolder}
      info={info}
      browserLink={asked.only === null ? null : downloadLink(asked.place, asked.only)}
      onClose={() => {
        release(asked.held.selectionId);
        setAsked(null);
      }}
      onPick={(folder) => {
        setAsked(null);
        void start(asked.held, folder);
      }}
    />
  ) : null;
  return { download, dialog };
}
