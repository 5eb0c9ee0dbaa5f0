import { type ReactNode, useCallback, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useEngine } from '../bridge/engine-context.ts';
import type { PickFolder } from '../features/automation/automation-context.ts';
import { FolderDialog } from '../features/downloads/folder-dialog.tsx';
import { useAppInfo } from '../stores/app-info.ts';

type Asked = { readonly title: string; readonly start: string };

/** Asks for a folder: the system's dialog in Electron, the host's folders in a browser. `dialog` is to be rendered meanwhile. */
export function usePickFolder(): { readonly pickFolder: PickFolder; readonly dialog: ReactNode } {
  const { t } = useTranslation();
  const engine = useEngine();
  const info = useAppInfo((state) => state.info);
  const [asked, setAsked] = useState<Asked | null>(null);
  const answerRef = useRef<((folder: string | null) => void) | null>(null);
  const host = info?.host;
  const pickFolder = useCallback<PickFolder>(
    async (title, start) => {
      if (host === 'electron') {
        const answer = await engine.call('hostFiles.pick', { what: 'folder', title });
        return answer.ok ? (answer.value.paths?.[0] ?? null) : null;
      }
      answerRef.current?.(null);
      setAsked({ title, start });
      return new Promise((resolve) => (answerRef.current = resolve));
    },
    [engine, host],
  );
  const answer = (folder: string | null) => {
    answerRef.current?.(folder);
    answerRef.current = null;
    setAsked(null);
  };
  const dialog =
    asked && info ? (
      <FolderDialog
        title={asked.title}
        start={asked.start}
        info={info}
        browserLink={null}
        pickLabel={t('download.takeFolder')}
        onPick={answer}
        onClose={() => answer(null)}
      />
    ) : null;
  return { pickFolder, dialog };
}
