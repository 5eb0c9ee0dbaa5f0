import { type ReactNode, useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { JobView } from '../../../shared/domain/transfer.ts';
import type { AppError } from '../../../shared/errors.ts';
import type { Result } from '../../../shared/result.ts';
import { downloadLink } from '../../bridge/download-link.ts';
import { useEngine } from '../../bridge/engine-context.ts';
import type { HeldSelection } from '../../listing/listing-session.ts';
import { useHeld } from '../../listing/use-held.ts';
import { useAppInfo } from '../../stores/app-info.ts';
import type { DownloadVersion } from '../../stores/inspected-store.ts';
import type { BucketPlace } from '../../stores/place.ts';
import { rememberStarted, useTransfersStore } from '../../stores/transfers-store.ts';
import { Button } from '../../ui/button/button.tsx';
import { Dialog } from '../../ui/dialog/dialog.tsx';
import { AppErrorView } from '../../words/error-words.tsx';
import { FolderDialog } from './folder-dialog.tsx';

/** Takes over what is held. `only` is the key when it is one object: that one can go through the browser as well. */
export type Download = (place: BucketPlace, held: HeldSelection, only: string | null) => void;

type Asked = {
  readonly title: string;
  readonly browserLink: string | null;
  readonly start: (folder: string) => Promise<Result<unknown>>;
  /** It has been started, or is not wanted any more. */
  readonly end: () => void;
};
const lastFolderKey = 'brigade.downloadFolder';

/**
 * Asks for a folder (the system's dialog in Electron, the host's folders in a browser) and downloads into it: what is held,
 * or what a download before had. Returns the functions that do so and what is to be rendered meanwhile.
 */
export function useDownload(): {
  readonly download: Download;
  readonly downloadVersion: DownloadVersion;
  readonly downloadElsewhere: (job: JobView) => void;
  readonly dialog: ReactNode;
} {
  const { t } = useTranslation();
  const engine = useEngine();
  const { transfer, release } = useHeld();
  const info = useAppInfo((state) => state.info);
  const [asked, setAsked] = useState<Asked | null>(null);
  const [error, setError] = useState<AppError | null>(null);

  const startIn = useCallback(async (folder: string, { start, end }: Asked) => {
    localStorage.setItem(lastFolderKey, folder);
    const answer = await start(folder);
    end();
    if (!answer.ok) setError(answer.error);
  }, []);

  const ask = useCallback(
    async (next: Asked) => {
      if (!info) return next.end();
      if (info.host !== 'electron') return setAsked(next);
      const answer = await engine.call('hostFiles.pick', { what: 'folder', title: t('download.pickTitle') });
      const folder = answer.ok ? answer.value.paths?.[0] : undefined;
      if (!answer.ok) setError(answer.error);
      return folder === undefined ? next.end() : startIn(folder, next);
    },
    [engine, info, startIn, t],
  );

  const download = useCallback<Download>(
    (place, { selectionId, summary, names }, only) =>
      void ask({
        title: t('download.title', { count: summary.items, name: names[0] ?? '' }),
        browserLink: only === null ? null : downloadLink(place, only),
        start: (folder) => transfer(selectionId, { folder }, {}),
        end: () => release(selectionId),
      }),
    [ask, transfer, release, t],
  );

  const downloadVersion = useCallback<DownloadVersion>(
    ({ connectionId, bucket }, key, versionId) =>
      void ask({
        title: t('download.title', { count: 1, name: key.split('/').at(-1) }),
        browserLink: null,
        start: async (folder) => {
          const asked = { connectionId, bucket, key, versionId, folder, conflict: 'ask' } as const;
          const answer = await engine.call('objects.downloadVersion', asked);
          if (answer.ok) useTransfersStore.setState((state) => rememberStarted(state, answer.value.jobId));
          return answer;
        },
        end: () => undefined,
      }),
    [ask, engine, t],
  );

  const downloadElsewhere = useCallback(
    (job: JobView) =>
      void ask({
        title: t('download.elsewhereTitle', { name: job.from }),
        browserLink: null,
        start: async (folder) => {
          const answer = await engine.call('transfers.again', { jobId: job.id, folder });
          if (answer.ok) useTransfersStore.setState((state) => rememberStarted(state, answer.value.jobId));
          return answer;
        },
        end: () => undefined,
      }),
    [ask, engine, t],
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
      title={asked.title}
      start={localStorage.getItem(lastFolderKey) ?? info.downloadsFolder}
      info={info}
      browserLink={asked.browserLink}
      onClose={() => {
        asked.end();
        setAsked(null);
      }}
      onPick={(folder) => {
        setAsked(null);
        void startIn(folder, asked);
      }}
    />
  ) : null;
  return { download, downloadVersion, downloadElsewhere, dialog };
}
