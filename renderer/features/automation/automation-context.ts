import { createContext, useContext, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { shortHostPath } from '../../listing/host-path.ts';
import { useAppInfo } from '../../stores/app-info.ts';
import { useFormat } from '../../words/use-format.ts';
import type { DescribeContext } from './describe-rule.ts';

/** Asks for a folder on the engine's machine, beginning at `start`; null: none was chosen. */
export type PickFolder = (title: string, start: string) => Promise<string | null>;

export const PickFolderContext = createContext<PickFolder>(() => Promise.resolve(null));
export const usePickFolder = (): PickFolder => useContext(PickFolderContext);

/** What sentences about rules are written with. */
export function useDescribeContext(): DescribeContext {
  const { t } = useTranslation();
  const format = useFormat();
  const info = useAppInfo((state) => state.info);
  return useMemo(
    () => ({
      t,
      format,
      folderName: (path) => (info ? shortHostPath(path, info.homeFolder, info.pathSeparator) : path),
    }),
    [t, format, info],
  );
}
