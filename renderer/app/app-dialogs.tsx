import { lazy, type ReactNode, Suspense, useCallback, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConnectionView } from '../../shared/domain/connection.ts';
import { useEngine } from '../bridge/engine-context.ts';
import { RemoveConnectionDialog } from '../features/connections/remove-connection-dialog.tsx';
import { goToActions } from './go-to-actions.tsx';

// Not needed for the first look at a list.
const loadConnection = () => import('../features/connections/connection-dialog.tsx');
const loadPalette = () => import('../features/command-palette/command-palette.tsx');
const loadShortcuts = () => import('../features/command-palette/shortcuts-dialog.tsx');
const ConnectionDialog = lazy(async () => ({ default: (await loadConnection()).ConnectionDialog }));
const CommandPalette = lazy(async () => ({ default: (await loadPalette()).CommandPalette }));
const ShortcutsDialog = lazy(async () => ({ default: (await loadShortcuts()).ShortcutsDialog }));

/** Fetches the dialogs once the window has nothing better to do: what is typed right after Ctrl+K is typed into the palette. */
export function useDialogsAhead(ready: boolean): void {
  useEffect(() => {
    if (!ready) return undefined;
    const idle = requestIdleCallback(() => void Promise.all([loadPalette(), loadConnection(), loadShortcuts()]));
    return () => cancelIdleCallback(idle);
  }, [ready]);
}

export type OpenDialog =
  | { readonly kind: 'connection'; readonly saved: ConnectionView | null }
  | { readonly kind: 'remove'; readonly connection: ConnectionView }
  | { readonly kind: 'palette' }
  | { readonly kind: 'shortcuts' };

type Props = {
  readonly dialog: OpenDialog | null;
  readonly onClose: () => void;
  readonly connections: readonly ConnectionView[];
  readonly current: ConnectionView | undefined;
  readonly onSaved: (connection: ConnectionView) => void;
};

/** The window's own dialogs, one at a time. */
export function AppDialogs({ dialog, onClose, connections, current, onSaved }: Props): ReactNode {
  const { t } = useTranslation();
  const engine = useEngine();
  const answer = useCallback(
    (query: string) => goToActions({ query, t, engine, connections, current }),
    [t, engine, connections, current],
  );
  return dialog === null ? null : <Suspense fallback={null}>{render(dialog)}</Suspense>;

  function render(one: OpenDialog) {
    switch (one.kind) {
      case 'connection':
        return <ConnectionDialog saved={one.saved} onClose={onClose} onSaved={onSaved} />;
      case 'remove':
        return <RemoveConnectionDialog connection={one.connection} onClose={onClose} />;
      case 'palette':
        return <CommandPalette answer={answer} onClose={onClose} />;
      case 'shortcuts':
        return <ShortcutsDialog onClose={onClose} />;
    }
  }
}
