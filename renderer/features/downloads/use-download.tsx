import { type ReactNode, useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ListingRow } from '../../../shared/domain/listing.ts';
import type { AppError } from '../../../shared/errors.ts';
import { downloadLink } from '../../bridge/download-link.ts';
import { useEngine } from '../../bridge/engine-context.ts';
import { type AppInfo, useAppInfo } from '../../stores/app-info.ts';
import type { BucketPlace } from '../../stores/place.ts';
import { rememberStarted, useTransfersStore } from '../../stores/transfers-store.ts';
import { Button } from '../../ui/button/button.tsx';
import { Dialog } from '../../ui/dialog/dialog.tsx';
import { AppErrorView } from '../../words/error-words.tsx';
import { downloadRequest } from './download-request.ts';
import { FolderDialog } from './folder-dialog.tsx';

type Asked = { readonly place: BucketPlace; readonly rows: readonly ListingRow[] };
const lastFolderKey = 'brigade.downloadFolder';

/**
 * Asks for a folder (the system's dialog in Electron, the host's folders in a browser) and downloads rows into it.
 * Returns the function that does so and what is to be rendered meanwhile.
 */
export function useDownload(): { readonly download: (asked: Asked) => void; readonly dialog: ReactNode } {
  const { t } = useTranslation();
  const engine = useEngine();
  const info = useAppInfo((state) => state.info);
  const [asked, setAsked] = useState<Asked | null>(null);
  const [error, setError] = useState<AppError | null>(null);

  const start = useCallback(
    async ({ place, rows }: Asked, folder: string, { pathSeparator, platform }: AppInfo) => {
      const rules = { platform: platform === 'win32' ? 'win32' : 'posix' } as const;
      const request = downloadRequest(place, rows, folder, pathSeparator, rules);
      if (!request) return;
      localStorage.setItem(lastFolderKey, folder);
      const answer = await engine.call('transfers.start', { request });
      if (answer.ok) useTransfersStore.setState((state) => rememberStarted(state, answer.value.jobId));
      else setError(answer.error);
    },
    [engine],
  );

  const download = useCallback(
    (next: Asked) => {
      if (!info || next.rows.length === 0) return;
      if (info.host !== 'electron') return setAsked(next);
      void engine.call('hostFiles.pick', { what: 'folder', title: t('download.pickTitle') }).then((answer) => {
        if (!answer.ok) return setError(answer.error);
        const [folder] = answer.value.paths ?? [];
        return folder === undefined ? undefined : start(next, folder, info);
      });
    },
    [engine, info, start, t],
  );

  const title = (rows: readonly ListingRow[]) => t('download.title', { count: rows.length, name: rows[0]?.name ?? '' });
  const [only, ...others] = asked?.rows ?? [];
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
      title={title(asked.rows)}
      start={localStorage.getItem(lastFolderKey) ?? info.downloadsFolder}
      info={info}
      browserLink={only?.type === 'object' && others.length === 0 ? downloadLink(asked.place, only.key) : null}
      onClose={() => setAsked(null)}
      onPick={(folder) => {
        setAsked(null);
        void start(asked, folder, info);
      }}
    />
  ) : null;
  return { download, dialog };
}
