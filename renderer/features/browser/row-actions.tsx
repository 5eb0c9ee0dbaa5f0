import type { TFunction } from 'i18next';
import { Archive, Download, FolderOpen, FolderPlus, Link, RefreshCw, Trash2, Upload, FolderUp } from 'lucide-react';
import type { ListingRow } from '../../../shared/domain/listing.ts';
import type { MenuAction, MenuGroups } from '../../ui/menu/menu.tsx';

type Input = {
  readonly t: TFunction;
  readonly inBucket: boolean;
  readonly chosen: number;
  readonly single: ListingRow | undefined;
  readonly open: () => void;
  readonly download: () => void;
  readonly remove: () => void;
  readonly link: () => void;
  readonly newFolder: () => void;
  readonly newBucket: () => void;
  readonly pickFiles: (what: 'files' | 'folder') => void;
  readonly refresh: () => void;
};

const icon = { size: 16, 'aria-hidden': true } as const;

/** Every action on the list and its selection, for the toolbar, the context menu and the keys alike. */
export function rowActions(input: Input): MenuGroups {
  const { t, inBucket, chosen, single } = input;
  const none = chosen === 0;
  const refresh: MenuAction = {
    id: 'refresh',
    label: t('browser.refresh'),
    icon: <RefreshCw {...icon} />,
    keys: 'F5',
    run: input.refresh,
  };
  const remove: MenuAction = {
    id: 'delete',
    label: t('browser.delete'),
    icon: <Trash2 {...icon} />,
    keys: 'Del',
    danger: true,
    disabled: none,
    run: input.remove,
  };
  const open: MenuAction = {
    id: 'open',
    label: t('browser.open'),
    icon: <FolderOpen {...icon} />,
    keys: 'Enter',
    disabled: single === undefined || single.type === 'object',
    run: input.open,
  };
  const download: MenuAction = {
    id: 'download',
    label: t('browser.download'),
    icon: <Download {...icon} />,
    disabled: none,
    run: input.download,
  };
  if (!inBucket) {
    const newBucket = {
      id: 'bucket',
      label: t('browser.newBucket'),
      icon: <Archive {...icon} />,
      run: input.newBucket,
    };
    return [[open], [newBucket, refresh], [remove]];
  }
  return [
    [
      open,
      download,
      {
        id: 'link',
        label: t('browser.copyLink'),
        icon: <Link {...icon} />,
        disabled: single?.type !== 'object',
        run: input.link,
      },
    ],
    [
      { id: 'files', label: t('browser.uploadFiles'), icon: <Upload {...icon} />, run: () => input.pickFiles('files') },
      {
        id: 'upFolder',
        label: t('browser.uploadFolder'),
        icon: <FolderUp {...icon} />,
        run: () => input.pickFiles('folder'),
      },
      { id: 'folder', label: t('browser.newFolder'), icon: <FolderPlus {...icon} />, run: input.newFolder },
      refresh,
    ],
    [remove],
  ];
}
