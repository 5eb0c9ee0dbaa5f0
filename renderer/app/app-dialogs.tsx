import { lazy, type ReactNode, Suspense, useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConnectionView } from '../../shared/domain/connection.ts';
import { RemoveConnectionDialog } from '../features/connections/remove-connection-dialog.tsx';
import type { Place } from '../stores/place.ts';
import { goToActions } from './go-to-actions.tsx';

// Not needed for the first look at a list.
const ConnectionDialog = lazy(async () => ({
  default: (await import('../features/connections/connection-dialog.tsx')).ConnectionDialog,
}));
const CommandPalette = lazy(async () => ({
  default: (await import('../features/command-palette/command-palette.tsx')).CommandPalette,
}));
const ShortcutsDialog = lazy(async () => ({
  default: (await import('../features/command-palette/shortcuts-dialog.tsx')).ShortcutsDialog,
}));

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
  readonly onGo: (place: Place) => void;
};

/** The window's own dialogs, one at a time. */
export function AppDialogs({ dialog, onClose, connections, current, onSaved, onGo }: Props): ReactNode {
  const { t } = useTranslation();
  const answer = useCallback(
    (query: string) => goToActions({ query, t, connections, current, go: onGo }),
    [t, connections, current, onGo],
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
