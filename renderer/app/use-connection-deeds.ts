import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConnectionView } from '../../shared/domain/connection.ts';
import { appError } from '../../shared/errors.ts';
import { err } from '../../shared/result.ts';
import { useEngine } from '../bridge/engine-context.ts';
import { pickText, saveText } from '../bridge/text-files.ts';
import type { ConnectionDeeds } from '../features/connections/sidebar.tsx';
import { useToast } from '../ui/toast/toast.tsx';
import type { OpenDialog } from './app-dialogs.tsx';

const exportName = 'bucket-brigade-connections.json';

/** What can be done with connections beside opening them; `show` opens a dialog of the window and stays the same. */
export function useConnectionDeeds(show: (dialog: OpenDialog) => void): ConnectionDeeds {
  const { t } = useTranslation();
  const engine = useEngine();
  const toast = useToast();
  return useMemo(
    () => ({
      guide: (connection) => show({ kind: 'guide', connection }),
      duplicate: async ({ id }) => {
        const answer = await engine.call('connections.duplicate', { connectionId: id });
        if (answer.ok) show({ kind: 'connection', saved: answer.value.connection });
        else show({ kind: 'failure', title: t('connectionFiles.duplicateFailed'), error: answer.error });
      },
      exportThem: async (connection: ConnectionView | null) => {
        const answer = await engine.call('connections.export', connection ? { connectionIds: [connection.id] } : {});
        if (!answer.ok) {
          return show({ kind: 'failure', title: t('connectionFiles.exportFailed'), error: answer.error });
        }
        saveText(exportName, answer.value.text);
        toast(t('connectionFiles.exported'));
      },
      importThem: async () => {
        const text = await pickText('.json,application/json').catch((cause: unknown) =>
          err(appError('LocalIoError', {}, cause)),
        );
        if (text === null) return;
        const answer = typeof text === 'string' ? await engine.call('connections.import', { text }) : text;
        show({ kind: 'imported', outcome: answer });
      },
    }),
    [t, engine, toast, show],
  );
}
