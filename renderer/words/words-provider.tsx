import { DirectionProvider } from '@base-ui/react/direction-provider';
import type { i18n } from 'i18next';
import { type ReactNode, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { type KeyNames, KeyNamesContext } from '../ui/kbd/keys.ts';

type Props = { readonly words: i18n; readonly children: ReactNode };

/** Tells primitives, which know no language, how texts run and what keys are called. */
export function WordsProvider({ words, children }: Props) {
  const { t } = useTranslation(undefined, { i18n: words });
  const keyNames = useMemo(
    (): KeyNames => ({
      Ctrl: t('keys.ctrl'),
      Alt: t('keys.alt'),
      Shift: t('keys.shift'),
      Enter: t('keys.enter'),
      Escape: t('keys.escape'),
      Delete: t('keys.delete'),
      Backspace: t('keys.backspace'),
      Space: t('keys.space'),
      Tab: t('keys.tab'),
      Home: t('keys.home'),
      End: t('keys.end'),
      PageUp: t('keys.pageUp'),
      PageDown: t('keys.pageDown'),
      ContextMenu: t('keys.contextMenu'),
    }),
    [t],
  );
  return (
    <DirectionProvider direction={document.documentElement.dir === 'rtl' ? 'rtl' : 'ltr'}>
      <KeyNamesContext value={keyNames}>{children}</KeyNamesContext>
    </DirectionProvider>
  );
}
