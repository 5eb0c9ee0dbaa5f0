import { lazy, type ReactNode, Suspense, useCallback, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConnectionView } from '../../shared/domain/connection.ts';
import type { AppError } from '../../shared/errors.ts';
import type { RuleView } from '../../shared/domain/rule.ts';
import { useEngine } from '../bridge/engine-context.ts';
import { type ImportOutcome, ImportDialog } from '../features/connections/import-dialog.tsx';
import { RemoveConnectionDialog } from '../features/connections/remove-connection-dialog.tsx';
import { showRules, useBrowserStore } from '../stores/browser-store.ts';
import { useSignInStore } from '../stores/sign-in-store.ts';
import { useUndeleteStore } from '../stores/undelete-store.ts';
import { useUploadsStore } from '../stores/uploads-store.ts';
import { withLaterWords } from '../words/later-words.ts';
import { FailureDialog } from './failure-dialog.tsx';
import { goToActions } from './go-to-actions.tsx';

// Not needed for the first look at a list.
const loadConnection = () => import('../features/connections/connection-dialog.tsx');
const loadPalette = () => import('../features/command-palette/command-palette.tsx');
const loadShortcuts = () => import('../features/command-palette/shortcuts-dialog.tsx');
const loadSignIn = () => import('../sign-in/sign-in-dialog.tsx');
const loadUploads = () => import('../features/unfinished-uploads/unfinished-uploads-dialog.tsx');
const loadUndelete = () => import('../features/browser/undelete-dialog.tsx');
const loadRemoveRule = () => import('../features/automation/remove-rule-dialog.tsx');
const loadGuide = () => import('../features/connections/guide/guide-dialog.tsx');
export const loadAutomation = () => import('../features/automation/automation.tsx');
const ConnectionDialog = lazy(async () => ({ default: (await withLaterWords(loadConnection())).ConnectionDialog }));
const CommandPalette = lazy(async () => ({ default: (await loadPalette()).CommandPalette }));
const ShortcutsDialog = lazy(async () => ({ default: (await loadShortcuts()).ShortcutsDialog }));
const SignInDialog = lazy(async () => ({ default: (await withLaterWords(loadSignIn())).SignInDialog }));
const UploadsDialog = lazy(async () => ({ default: (await loadUploads()).UnfinishedUploadsDialog }));
const UndeleteDialog = lazy(async () => ({ default: (await loadUndelete()).UndeleteDialog }));
const RemoveRuleDialog = lazy(async () => ({ default: (await withLaterWords(loadRemoveRule())).RemoveRuleDialog }));
const ConnectionGuide = lazy(async () => ({ default: (await withLaterWords(loadGuide())).ConnectionGuide }));

/**
 * Fetches the dialogs and the pages of the rules once the window has nothing better to do: what is typed right after Ctrl+K
 * is typed into the palette, and a rule opens at once.
 */
export function usePartsAhead(ready: boolean): void {
  useEffect(() => {
    if (!ready) return undefined;
    const idle = requestIdleCallback(
      () => void Promise.all([loadPalette(), loadConnection(), loadShortcuts(), loadSignIn(), loadAutomation()]),
    );
    return () => cancelIdleCallback(idle);
  }, [ready]);
}

/** Its page goes with it. */
function leaveRule({ id }: RuleView): void {
  useBrowserStore.setState((state) =>
    state.rulePage?.type === 'rule' && state.rulePage.ruleId === id ? showRules(state, { type: 'all' }) : state,
  );
}

export type OpenDialog =
  | { readonly kind: 'connection'; readonly saved: ConnectionView | null }
  | { readonly kind: 'remove'; readonly connection: ConnectionView }
  | { readonly kind: 'guide'; readonly connection: ConnectionView }
  | { readonly kind: 'removeRule'; readonly rule: RuleView }
  | { readonly kind: 'imported'; readonly outcome: ImportOutcome }
  | { readonly kind: 'failure'; readonly title: string; readonly error: AppError }
  | { readonly kind: 'palette' }
  | { readonly kind: 'shortcuts' };

type Props = {
  readonly dialog: OpenDialog | null;
  readonly onClose: () => void;
  readonly connections: readonly ConnectionView[];
  readonly current: ConnectionView | undefined;
  readonly onSaved: (connection: ConnectionView) => void;
  readonly onEdit: (connection: ConnectionView) => void;
};

/** The window's own dialogs, one at a time, and those that any feature may ask for. */
export function AppDialogs({ dialog, onClose, connections, current, onSaved, onEdit }: Props): ReactNode {
  const { t } = useTranslation();
  const engine = useEngine();
  const answer = useCallback(
    (query: string) => goToActions({ query, t, engine, connections, current }),
    [t, engine, connections, current],
  );
  const uploads = useUploadsStore((state) => state.request);
  const signIn = useSignInStore((state) => state.request);
  const undeleting = useUndeleteStore((state) => state.undeleting);
  return (
    <Suspense fallback={null}>
      {dialog === null ? null : render(dialog)}
      {uploads === null ? null : (
        <UploadsDialog request={uploads} onClose={() => useUploadsStore.setState({ request: null })} />
      )}
      {undeleting === null ? null : (
        <UndeleteDialog undeleting={undeleting} onClose={() => useUndeleteStore.setState({ undeleting: null })} />
      )}
      {signIn === null ? null : (
        <SignInDialog request={signIn} onClose={() => useSignInStore.setState({ request: null })} />
      )}
    </Suspense>
  );

  function render(one: OpenDialog) {
    switch (one.kind) {
      case 'connection':
        return <ConnectionDialog saved={one.saved} onClose={onClose} onSaved={onSaved} />;
      case 'remove':
        return <RemoveConnectionDialog connection={one.connection} onClose={onClose} />;
      case 'guide':
        return <ConnectionGuide connection={one.connection} onClose={onClose} />;
      case 'removeRule':
        return <RemoveRuleDialog rule={one.rule} onClose={onClose} onRemoved={() => leaveRule(one.rule)} />;
      case 'imported':
        return <ImportDialog outcome={one.outcome} onClose={onClose} onEdit={onEdit} />;
      case 'failure':
        return <FailureDialog title={one.title} error={one.error} onClose={onClose} />;
      case 'palette':
        return <CommandPalette answer={answer} onClose={onClose} />;
      case 'shortcuts':
        return <ShortcutsDialog onClose={onClose} />;
    }
  }
}
