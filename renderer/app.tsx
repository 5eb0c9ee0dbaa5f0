import { Suspense, lazy, useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConnectionView } from '../shared/domain/connection.ts';
import type { RuleView } from '../shared/domain/rule.ts';
import type { JobView } from '../shared/domain/transfer.ts';
import { AppBar, BarEnd, BarStart } from './app/app-bar.tsx';
import { AppDialogs, loadAutomation, type OpenDialog, usePartsAhead } from './app/app-dialogs.tsx';
import { useAppActions } from './app/use-app-actions.tsx';
import { useConnectionDeeds } from './app/use-connection-deeds.ts';
import { useAppShortcuts } from './app/use-app-shortcuts.ts';
import { inBucket, useIncomingFiles } from './app/use-incoming-files.tsx';
import { useMakeRule } from './app/use-make-rule.ts';
import { usePickFolder } from './app/use-pick-folder.tsx';
import { useShownRule } from './app/use-shown-rule.ts';
import { useChangePreferences } from './bridge/use-change-preferences.ts';
import { Browser } from './features/browser/browser.tsx';
import { keepTyping } from './features/command-palette/typed-ahead.ts';
import { Sidebar } from './features/connections/sidebar.tsx';
import { useTryIt } from './features/connections/use-try-it.ts';
import { useDownload } from './features/downloads/use-download.tsx';
import { LinkBanner } from './features/shell/link-banner.tsx';
import { NoConnection } from './features/shell/no-connection.tsx';
import { awaitPane } from './features/shell/pane-focus.ts';
import { closeOver } from './features/shell/panes-store.ts';
import { Shell } from './features/shell/shell.tsx';
import { Starting } from './features/shell/starting.tsx';
import { useTheme } from './features/shell/theme.ts';
import { useFirstPlace } from './features/shell/use-first-place.ts';
import { ConflictQuestions } from './features/transfers/conflict-questions.tsx';
import { TransfersPanel } from './features/transfers/transfers-panel.tsx';
import { SpoolList } from './features/uploads/spool-list.tsx';
import { Welcome } from './features/welcome/welcome.tsx';
import { goTo, useBrowserStore } from './stores/browser-store.ts';
import { findConnection, useConnectionsStore } from './stores/connections-store.ts';
import { type Place, placeKey, rootOf } from './stores/place.ts';
import { useInspectedStore } from './stores/inspected-store.ts';
import { usePreferencesStore } from './stores/preferences-store.ts';
import { AppErrorView } from './words/error-words.tsx';
import { withLaterWords } from './words/later-words.ts';

const QuickLook = lazy(async () => ({
  default: (await withLaterWords(import('./features/inspector/quick-look.tsx'))).QuickLook,
}));
const Inspector = lazy(async () => ({
  default: (await withLaterWords(import('./features/inspector/inspector.tsx'))).Inspector,
}));
const Automation = lazy(async () => ({ default: (await withLaterWords(loadAutomation())).Automation }));
// Below the connections: nothing moves when it comes.
const RulesSection = lazy(async () => ({
  default: (await withLaterWords(import('./features/automation/rules-section.tsx'))).RulesSection,
}));
const RulesPresence = lazy(async () => ({
  default: (await withLaterWords(import('./features/automation/rules-presence.tsx'))).RulesPresence,
}));
const LocalPane = lazy(async () => ({
  default: (await withLaterWords(import('./features/local-pane/local-pane.tsx'))).LocalPane,
}));

const open = (place: Place) => useBrowserStore.setState((state) => goTo(state, place));

/** The window: puts the features together, which know nothing of each other. */
export function App() {
  const { t } = useTranslation();
  const loaded = useConnectionsStore((state) => state.loaded);
  const connections = useConnectionsStore((state) => state.connections);
  const place = useBrowserStore((state) => state.place);
  const rulePage = useBrowserStore((state) => state.rulePage);
  const quickLook = useInspectedStore((state) => state.quickLook);
  const connection = useConnectionsStore((state) => findConnection(state, place?.connectionId));
  const transfersOpen = usePreferencesStore((state) => state.preferences.layout.transfersOpen);
  const change = useChangePreferences();
  const [dialog, setDialog] = useState<OpenDialog | null>(null);
  const [answering, setAnswering] = useState<JobView | null>(null);

  useTheme();
  usePartsAhead(loaded);
  useFirstPlace();
  useShownRule();
  const openRoot = useCallback((one: ConnectionView) => {
    closeOver();
    open(rootOf(one));
  }, []);
  /** And goes on in its list, from a dialog, the palette or a button that is gone then. */
  const enter = useCallback(
    (one: ConnectionView) => {
      openRoot(one);
      awaitPane('list');
    },
    [openRoot],
  );
  const tryIt = useTryIt(enter);
  const { onItems, onPickFiles, inputs } = useIncomingFiles(place);
  const { download, downloadVersion, downloadElsewhere, dialog: downloadDialog } = useDownload();
  const { pickFolder, dialog: folderDialog } = usePickFolder();
  const makeRule = useMakeRule();
  const show = useMemo(
    () => ({
      connection: () => setDialog({ kind: 'connection', saved: null }),
      edit: (saved: ConnectionView) => setDialog({ kind: 'connection', saved }),
      remove: (one: ConnectionView) => setDialog({ kind: 'remove', connection: one }),
      removeRule: (rule: RuleView) => setDialog({ kind: 'removeRule', rule }),
      palette: () => {
        keepTyping();
        setDialog({ kind: 'palette' });
      },
      shortcuts: () => setDialog({ kind: 'shortcuts' }),
    }),
    [],
  );
  const deeds = useConnectionDeeds(setDialog);
  const { start: startHere } = tryIt;
  const onTryIt = useCallback(() => void startHere(), [startHere]);
  useAppActions({
    connections,
    current: connection,
    onOpen: enter,
    onAdd: show.connection,
    onEdit: show.edit,
    onRemove: show.remove,
    deeds,
    onTryIt,
    onShortcuts: show.shortcuts,
  });
  const first = loaded && connections.length === 0;
  useAppShortcuts({ withPanes: loaded && !first, onPalette: show.palette, onShortcuts: show.shortcuts });

  const failure = tryIt.error ? <AppErrorView error={tryIt.error} /> : null;
  const barStart = <BarStart />;
  const barEnd = <BarEnd onPalette={show.palette} onShortcuts={show.shortcuts} />;
  const isAutomating = loaded && !first && rulePage !== null;
  const isBrowsing = !isAutomating && connection !== undefined && place !== null;
  return (
    <>
      <Shell
        title={first || isAutomating ? null : t('app.name')}
        banner={<LinkBanner />}
        bar={loaded && !first && !isBrowsing && !isAutomating ? <AppBar start={barStart} end={barEnd} /> : null}
        panes={
          loaded && !first
            ? {
                sidebar: (
                  <Sidebar
                    currentId={isAutomating ? undefined : connection?.id}
                    deeds={deeds}
                    onOpen={openRoot}
                    onAdd={show.connection}
                    onTryIt={onTryIt}
                    onEdit={show.edit}
                    onRemove={show.remove}
                    below={
                      <Suspense fallback={null}>
                        <RulesSection onRemove={show.removeRule} />
                      </Suspense>
                    }
                  />
                ),
                localPane: <LocalPane target={place ? inBucket(place) : null} />,
                inspector: <Inspector onDownloadVersion={downloadVersion} />,
              }
            : null
        }
        main={
          first ? (
            <Welcome
              starting={tryIt.starting}
              failure={failure}
              onConnect={show.connection}
              onTryIt={onTryIt}
              onImport={() => void deeds.importThem()}
            />
          ) : isAutomating ? (
            <Suspense fallback={null}>
              <Automation
                page={rulePage}
                barStart={barStart}
                barEnd={barEnd}
                pickFolder={pickFolder}
                onRemove={show.removeRule}
              />
            </Suspense>
          ) : isBrowsing ? (
            <Browser
              key={placeKey(place)}
              connection={connection}
              place={place}
              onItems={onItems}
              onKeep={makeRule.fromDrop}
              onPickFiles={onPickFiles}
              onDownload={download}
              onEditConnection={show.edit}
              barStart={barStart}
              barEnd={barEnd}
            />
          ) : loaded ? (
            (failure ?? <NoConnection />)
          ) : (
            <Starting />
          )
        }
        bottom={
          first ? null : (
            <TransfersPanel
              open={transfersOpen}
              onOpen={(isOpen) => change({ layout: { transfersOpen: isOpen } })}
              onShow={(job) =>
                open({ connectionId: job.connectionId, bucket: job.bucket, prefix: job.targetPrefix ?? '' })
              }
              onShowFolder={(folder) => change({ layout: { localPaneFolder: folder, localPaneOpen: true } })}
              onAnswer={setAnswering}
              onEditConnection={show.edit}
              onElsewhere={downloadElsewhere}
              ruleOf={makeRule.fromJob}
            >
              <SpoolList />
            </TransfersPanel>
          )
        }
      />
      {inputs}
      {quickLook ? (
        <Suspense fallback={null}>
          <QuickLook />
        </Suspense>
      ) : null}
      <ConflictQuestions answering={answering} onAnswered={() => setAnswering(null)} />
      {downloadDialog}
      {folderDialog}
      {loaded && !first ? (
        <Suspense fallback={null}>
          <RulesPresence onRemove={show.removeRule} />
        </Suspense>
      ) : null}
      <AppDialogs
        dialog={dialog}
        onClose={() => setDialog(null)}
        connections={connections}
        current={connection}
        onEdit={show.edit}
        onSaved={(saved) => {
          setDialog(null);
          enter(saved);
        }}
      />
    </>
  );
}
