import { ClipboardCopy, ExternalLink, FolderOpen, FolderPlus, RefreshCw, Upload } from 'lucide-react';
import { useCallback, useEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { describeError } from '../../../shared/words/describe-error.ts';
import { useEngine } from '../../bridge/engine-context.ts';
import { useHeld } from '../../listing/use-held.ts';
import type { Listing } from '../../listing/use-listing.ts';
import { keysOf } from '../../shortcuts/use-shortcuts.ts';
import { useProvideActions } from '../../stores/action-store.ts';
import type { AppInfo } from '../../stores/app-info.ts';
import type { BucketPlace } from '../../stores/place.ts';
import type { MenuGroups } from '../../ui/menu/menu.tsx';
import { useToast } from '../../ui/toast/toast.tsx';

type Input = {
  readonly folder: string;
  readonly info: AppInfo;
  readonly target: BucketPlace | null;
  readonly hidden: boolean;
  readonly listing: Listing;
  readonly onHidden: (hidden: boolean) => void;
  readonly onGo: (folder: string) => void;
  readonly onNewFolder: () => void;
};

const icon = { size: 16, 'aria-hidden': true } as const;

/** Everything that can be done in a folder of this machine, for its menus and the command palette. */
export function useLocalActions(input: Input): { readonly groups: MenuGroups; readonly upload: () => void } {
  const { t } = useTranslation();
  const engine = useEngine();
  const held = useHeld();
  const toast = useToast();
  const latest = useRef(input);
  useEffect(() => {
    latest.current = input;
  });

  const upload = useCallback(async () => {
    const { target, listing } = latest.current;
    if (!target) return;
    const kept = await listing.hold();
    if (!kept.ok) return toast(describeError(kept.error).message);
    const { selectionId, summary } = kept.value;
    if (summary.items > 0) {
      const { connectionId, bucket, prefix } = target;
      const answer = await held.transfer(selectionId, { connectionId, bucket, prefix }, {});
      if (!answer.ok) toast(describeError(answer.error).message);
    }
    held.release(selectionId);
  }, [held, toast]);

  const { folder, info, target, hidden, listing } = input;
  const chosen = listing.selectedItems;
  const active = chosen === 1 ? listing.rowAt(listing.cursor.active) : undefined;
  const path = active && 'path' in active ? active.path : folder;
  const isFolder = active?.type === 'hostFolder';
  const isElectron = info.host === 'electron';
  const groups = useMemo((): MenuGroups => {
    const copyPath = async () => {
      await navigator.clipboard.writeText(path).then(
        () => toast(t('localPane.pathCopied')),
        () => undefined,
      );
    };
    const targetName = target ? `${target.bucket}/${target.prefix}` : '';
    return [
      [
        {
          id: 'upload',
          label: target ? t('localPane.uploadTo', { target: targetName }) : t('localPane.uploadNowhere'),
          icon: <Upload {...icon} />,
          disabled: target === null || chosen === 0,
          run: () => void upload(),
        },
        {
          id: 'open',
          label: t('localPane.open'),
          icon: <FolderOpen {...icon} />,
          keys: keysOf('open'),
          disabled: !isFolder,
          run: () => latest.current.onGo(path),
        },
      ],
      [
        {
          id: 'folder',
          label: t('localPane.newFolder'),
          icon: <FolderPlus {...icon} />,
          run: () => latest.current.onNewFolder(),
        },
        {
          id: 'refresh',
          label: t('localPane.refresh'),
          icon: <RefreshCw {...icon} />,
          keys: keysOf('refresh'),
          run: () => latest.current.listing.refresh(),
        },
      ],
      [
        {
          id: 'copyPath',
          label: t('localPane.copyPath'),
          icon: <ClipboardCopy {...icon} />,
          run: () => void copyPath(),
        },
        ...(isElectron
          ? [
              {
                id: 'reveal',
                label: t('localPane.reveal'),
                icon: <ExternalLink {...icon} />,
                run: () =>
                  void engine.call('hostFiles.reveal', { path }).then((answer) => {
                    if (!answer.ok) toast(describeError(answer.error).message);
                  }),
              },
            ]
          : []),
        {
          id: 'hidden',
          label: t('localPane.hidden'),
          checked: hidden,
          run: () => latest.current.onHidden(!hidden),
        },
      ],
    ];
  }, [t, engine, toast, upload, target, chosen, isFolder, path, isElectron, hidden]);
  useProvideActions('localPane', t('localPane.title'), groups);
  return { groups, upload: useCallback(() => void upload(), [upload]) };
}
