import { ChevronDown, ChevronUp, Download, X } from 'lucide-react';
import { type KeyboardEvent, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ListingRow } from '../../../shared/domain/listing.ts';
import { RowIcon } from '../../listing/row-name.tsx';
import { previewSourceOf } from '../../preview/preview-source.ts';
import { PreviewView } from '../../preview/preview-view.tsx';
import { type ActionState, useActionStore } from '../../stores/action-store.ts';
import { type Inspected, useInspectedStore } from '../../stores/inspected-store.ts';
import { Button, IconButton } from '../../ui/button/button.tsx';
import { ViewerDialog } from '../../ui/dialog/viewer-dialog.tsx';
import { EmptyState } from '../../ui/feedback/empty-state.tsx';
import { useFormat } from '../../words/use-format.ts';
import { shownName, typeOf } from './row-words.ts';

const close = () => useInspectedStore.setState({ quickLook: false });
const icon = { size: 16, 'aria-hidden': true } as const;

/** A row that was moved to may take so long to come from the index. */
const patienceMs = 500;

type Looked = Inspected & { readonly row: ListingRow };

/** The large preview of the row the list is at; open while `quickLook` of the inspected store says so. */
export function QuickLook() {
  const { inspected, quickLook } = useInspectedStore();
  const [looked, setLooked] = useState<Looked | null>(null);
  const now = inspected !== null && inspected.row !== null ? (inspected as Looked) : null;
  if (now !== null && now !== looked) setLooked(now);
  const isLost = quickLook && now === null;
  // Nothing, or several rows, are selected now: it must not come back by itself when one is again.
  useEffect(() => {
    if (!isLost) return undefined;
    const timer = setTimeout(close, patienceMs);
    return () => clearTimeout(timer);
  }, [isLost]);
  return quickLook && looked !== null ? <Look inspected={looked} /> : null;
}

function Look({ inspected }: { readonly inspected: Looked }) {
  const { t } = useTranslation();
  const format = useFormat();
  const download = useActionStore((state) => enabledAction(state, 'download'));
  const { place, row, position, move } = inspected;
  const previewed = previewSourceOf(place, row);
  const name = shownName(row, t);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === ' ') close();
    else if (event.key === 'ArrowDown') move(1);
    else if (event.key === 'ArrowUp') move(-1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <ViewerDialog
      title={name}
      note={
        <>
          <bdi>{'sizeBytes' in row ? format.bytes(row.sizeBytes) : typeOf(row, t)}</bdi>
          {position === undefined ? null : (
            <bdi>{t('quickLook.position', { position: position.index + 1, count: position.count })}</bdi>
          )}
        </>
      }
      onClose={close}
      returnFocus={inspected.focus}
      onKeyDown={onKeyDown}
      actions={
        <>
          {download === null ? null : (
            <Button
              onClick={() => {
                close();
                download.run();
              }}
            >
              <Download {...icon} />
              {download.label}
            </Button>
          )}
          <IconButton label={t('quickLook.previous')} icon={<ChevronUp {...icon} />} onClick={() => move(-1)} />
          <IconButton label={t('quickLook.next')} icon={<ChevronDown {...icon} />} onClick={() => move(1)} />
          <IconButton label={t('quickLook.close')} icon={<X {...icon} />} onClick={close} />
        </>
      }
    >
      {previewed === null ? (
        <EmptyState icon={<RowIcon row={row} />} title={name} text={t('quickLook.noPreview')} />
      ) : (
        <PreviewView large source={previewed.source} version={previewed.version} name={name} />
      )}
    </ViewerDialog>
  );
}

function enabledAction({ sources }: ActionState, id: string) {
  const actions = Object.values(sources).flatMap(({ groups }) => groups.flat());
  return actions.find((action) => action.id === id && action.disabled !== true) ?? null;
}
