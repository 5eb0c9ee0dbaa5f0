import { PlugZap } from 'lucide-react';
import { useCallback, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConnectionView } from '../shared/domain/connection.ts';
import type { ListingRow } from '../shared/domain/listing.ts';
import type { JobView } from '../shared/domain/transfer.ts';
import { takeItems } from './bridge/dropped-items.ts';
import { useEngine } from './bridge/engine-context.ts';
import { Browser } from './features/browser/browser.tsx';
import { ConnectionDialog } from './features/connections/connection-dialog.tsx';
import { RemoveConnectionDialog } from './features/connections/remove-connection-dialog.tsx';
import { Sidebar } from './features/connections/sidebar.tsx';
import { useTryIt } from './features/connections/use-try-it.ts';
import { useDownload } from './features/downloads/use-download.tsx';
import { LinkBanner } from './features/shell/link-banner.tsx';
import { useFirstPlace } from './features/shell/use-first-place.ts';
import { Shell } from './features/shell/shell.tsx';
import { ConflictQuestions } from './features/transfers/conflict-questions.tsx';
import { TransfersPanel } from './features/transfers/transfers-panel.tsx';
import { FileInputs, type FileInputsHandle } from './features/uploads/file-inputs.tsx';
import { SpoolList } from './features/uploads/spool-list.tsx';
import { usePaste } from './features/uploads/use-paste.ts';
import { useUpload } from './features/uploads/use-upload.ts';
import { Welcome } from './features/welcome/welcome.tsx';
import { goTo, useBrowserStore } from './stores/browser-store.ts';
import { findConnection, useConnectionsStore } from './stores/connections-store.ts';
import { type BucketPlace, type Place, rootOf } from './stores/place.ts';
import { EmptyState } from './ui/feedback/empty-state.tsx';
import { useToast } from './ui/toast/toast.tsx';
import { AppErrorView } from './words/error-words.tsx';

type OpenDialog =
  | { readonly kind: 'connection'; readonly saved: ConnectionView | null }
  | { readonly kind: 'remove'; readonly connection: ConnectionView };

const open = (place: Place) => useBrowserStore.setState((state) => goTo(state, place));
const inBucket = (place: Place): BucketPlace | null =>
  place.bucket === null ? null : { ...place, bucket: place.bucket };

/** The window: puts the features together, which know nothing of each other. */
export function App() {
  const { t } = useTranslation();
  const engine = useEngine();
  const toast = useToast();
  const { loaded, connections } = useConnectionsStore();
  const place = useBrowserStore((state) => state.place);
  const connection = useConnectionsStore((state) => findConnection(state, place?.connectionId));
  const [dialog, setDialog] = useState<OpenDialog | null>(null);
  const [panelOpen, setPanelOpen] = useState(false);
  const [answering, setAnswering] = useState<JobView | null>(null);
  const inputsRef = useRef<FileInputsHandle>(null);
  const pickTargetRef = useRef<BucketPlace | null>(null);

  const openRoot = useCallback((one: ConnectionView) => open(rootOf(one)), []);
  useFirstPlace();
  const tryIt = useTryIt(openRoot);
  const upload = useUpload(toast);
  const { download, dialog: downloadDialog } = useDownload();

  const onItems = useCallback(
    (items: DataTransfer, target: Place) => {
      const bucketPlace = inBucket(target);
      if (bucketPlace) void upload(takeItems(engine, items), bucketPlace);
    },
    [engine, upload],
  );
  usePaste(useMemo(() => (place ? (items: DataTransfer) => onItems(items, place) : null), [place, onItems]));
  const onPickFiles = useCallback((what: 'files' | 'folder', target: Place) => {
    pickTargetRef.current = inBucket(target);
    inputsRef.current?.pick(what);
  }, []);
  const onDownload = useCallback(
    (from: Place, rows: readonly ListingRow[]) => {
      const bucketPlace = inBucket(from);
      if (bucketPlace) download({ place: bucketPlace, rows });
    },
    [download],
  );

  const failure = tryIt.error ? <AppErrorView error={tryIt.error} /> : null;
  const addConnection = () => setDialog({ kind: 'connection', saved: null });
  const first = loaded && connections.length === 0;
  return (
    <>
      <Shell
        title={first ? null : t('app.name')}
        banner={<LinkBanner />}
        sidebar={
          loaded && !first ? (
            <Sidebar
              currentId={connection?.id}
              onOpen={openRoot}
              onAdd={addConnection}
              onTryIt={() => void tryIt.start()}
              onEdit={(saved) => setDialog({ kind: 'connection', saved })}
              onRemove={(one) => setDialog({ kind: 'remove', connection: one })}
            />
          ) : null
        }
        main={
          first ? (
            <Welcome
              starting={tryIt.starting}
              failure={failure}
              onConnect={addConnection}
              onTryIt={() => void tryIt.start()}
            />
          ) : connection && place ? (
            <Browser
              key={`${place.connectionId} ${place.bucket} ${place.prefix}`}
              connection={connection}
              place={place}
              onItems={onItems}
              onPickFiles={onPickFiles}
              onDownload={onDownload}
            />
          ) : loaded ? (
            (failure ?? (
              <EmptyState
                icon={<PlugZap size={32} aria-hidden />}
                title={t('sidebar.pick')}
                text={t('sidebar.pickText')}
              />
            ))
          ) : null
        }
        bottom={
          first ? null : (
            <TransfersPanel
              open={panelOpen}
              onOpen={setPanelOpen}
              onShow={(job) =>
                open({ connectionId: job.connectionId, bucket: job.bucket, prefix: job.targetPrefix ?? '' })
              }
              onAnswer={setAnswering}
            >
              <SpoolList />
            </TransfersPanel>
          )
        }
      />
      <FileInputs
        ref={inputsRef}
        onTaken={(source) => {
          if (pickTargetRef.current) void upload(source, pickTargetRef.current);
        }}
      />
      <ConflictQuestions answering={answering} onAnswered={() => setAnswering(null)} />
      {downloadDialog}
      {dialog?.kind === 'connection' ? (
        <ConnectionDialog
          saved={dialog.saved}
          onClose={() => setDialog(null)}
          onSaved={(saved) => {
            setDialog(null);
            openRoot(saved);
          }}
        />
      ) : null}
      {dialog?.kind === 'remove' ? (
        <RemoveConnectionDialog connection={dialog.connection} onClose={() => setDialog(null)} />
      ) : null}
    </>
  );
}
