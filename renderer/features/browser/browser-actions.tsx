import type { TFunction } from 'i18next';
import {
  Archive,
  ClipboardPaste,
  Copy,
  Download,
  FolderDown,
  Eye,
  FileCog,
  History,
  MapPin,
  Tags,
  FolderOpen,
  FolderPlus,
  FolderUp,
  Info,
  Link,
  ListChecks,
  PackageOpen,
  PencilLine,
  RefreshCw,
  Scissors,
  TextCursorInput,
  Trash2,
  Type,
  Upload,
} from 'lucide-react';
import type { ListingRow } from '../../../shared/domain/listing.ts';
import { keysOf } from '../../shortcuts/use-shortcuts.ts';
import type { MenuAction, MenuGroups } from '../../ui/menu/menu.tsx';

/** What the actions do; see `browserActions` for when each is offered. */
export type ActionRuns = {
  readonly open: () => void;
  readonly quickLook: () => void;
  readonly inspect: () => void;
  readonly download: () => void;
  readonly downloadHere: () => void;
  readonly link: () => void;
  readonly tags: () => void;
  readonly metadata: () => void;
  readonly versions: () => void;
  readonly location: () => void;
  readonly copy: () => void;
  readonly cut: () => void;
  readonly paste: () => void;
  readonly pasteInto: () => void;
  readonly rename: () => void;
  readonly copyAddresses: () => void;
  readonly copyNames: () => void;
  readonly unfinished: () => void;
  readonly remove: () => void;
  readonly uploadFiles: () => void;
  readonly uploadFolder: () => void;
  readonly newFolder: () => void;
  readonly newBucket: () => void;
  readonly selectAll: () => void;
  readonly refresh: () => void;
  readonly editPath: () => void;
};

type Input = {
  readonly t: TFunction;
  readonly inBucket: boolean;
  readonly chosen: number;
  /** The row when it is the only one that is selected. */
  readonly single: ListingRow | undefined;
  readonly canPaste: boolean;
  /** The name of the folder that the local pane shows; null while it is closed. */
  readonly localFolder: string | null;
  /** There is something to select. */
  readonly hasRows: boolean;
  readonly run: ActionRuns;
};

export type BrowserActions = {
  /** About what is selected; empty when nothing is. */
  readonly selection: MenuGroups;
  /** About the place. */
  readonly place: MenuGroups;
};

const icon = { size: 16, 'aria-hidden': true } as const;

/** Pure. The actions that make sense now, for the menus, the keys and the command palette alike. */
export function browserActions({
  t,
  inBucket,
  chosen,
  single,
  canPaste,
  localFolder,
  hasRows,
  run,
}: Input): BrowserActions {
  const isContainer = single?.type === 'bucket' || single?.type === 'folder';
  const isObject = single?.type === 'object';
  const given = (...actions: (MenuAction | false)[]) =>
    actions.filter((action): action is MenuAction => action !== false);

  const selection: MenuGroups =
    chosen === 0
      ? []
      : [
          given(
            isContainer && {
              id: 'open',
              label: t('browser.open'),
              icon: <FolderOpen {...icon} />,
              keys: keysOf('open'),
              run: run.open,
            },
            isObject && {
              id: 'quickLook',
              label: t('browser.quickLook'),
              icon: <Eye {...icon} />,
              keys: keysOf('quickLook'),
              run: run.quickLook,
            },
            { id: 'inspect', label: t('browser.inspect'), icon: <Info {...icon} />, run: run.inspect },
          ),
          given(
            inBucket && {
              id: 'download',
              label: t('browser.downloadAs'),
              icon: <Download {...icon} />,
              run: run.download,
            },
            inBucket &&
              localFolder !== null && {
                id: 'downloadHere',
                label: t('browser.downloadHere', { folder: localFolder }),
                icon: <FolderDown {...icon} />,
                run: run.downloadHere,
              },
            isObject && { id: 'link', label: t('browser.copyLink'), icon: <Link {...icon} />, run: run.link },
          ),
          inBucket
            ? given(
                { id: 'cut', label: t('browser.cut'), icon: <Scissors {...icon} />, keys: keysOf('cut'), run: run.cut },
                { id: 'copy', label: t('browser.copy'), icon: <Copy {...icon} />, keys: keysOf('copy'), run: run.copy },
                canPaste &&
                  single?.type === 'folder' && {
                    id: 'pasteInto',
                    label: t('browser.pasteInto', { name: single.name }),
                    icon: <ClipboardPaste {...icon} />,
                    run: run.pasteInto,
                  },
                single !== undefined && {
                  id: 'rename',
                  label: t('browser.rename'),
                  icon: <TextCursorInput {...icon} />,
                  keys: keysOf('rename'),
                  run: run.rename,
                },
              )
            : [],
          given(
            inBucket && { id: 'tags', label: t('tagsDialog.menu'), icon: <Tags {...icon} />, run: run.tags },
            isObject && {
              id: 'metadata',
              label: t('metadataDialog.menu'),
              icon: <FileCog {...icon} />,
              run: run.metadata,
            },
            isObject && { id: 'versions', label: t('versions.menu'), icon: <History {...icon} />, run: run.versions },
          ),
          [
            {
              id: 'copyAddresses',
              label: t('browser.copyAddress', { count: chosen }),
              icon: <Link {...icon} />,
              run: run.copyAddresses,
            },
            {
              id: 'copyNames',
              label: t('browser.copyName', { count: chosen }),
              icon: <Type {...icon} />,
              run: run.copyNames,
            },
          ],
          given(
            single?.type === 'bucket' && {
              id: 'location',
              label: t('bucketPlace.menu'),
              icon: <MapPin {...icon} />,
              run: run.location,
            },
            single?.type === 'bucket' && {
              id: 'unfinished',
              label: t('unfinished.menu'),
              icon: <PackageOpen {...icon} />,
              run: run.unfinished,
            },
          ),
          [
            {
              id: 'delete',
              label: t('browser.deleteAs'),
              icon: <Trash2 {...icon} />,
              keys: keysOf('delete'),
              danger: true,
              run: run.remove,
            },
          ],
        ];

  const place: MenuGroups = [
    inBucket
      ? [
          { id: 'files', label: t('browser.uploadFiles'), icon: <Upload {...icon} />, run: run.uploadFiles },
          { id: 'upFolder', label: t('browser.uploadFolder'), icon: <FolderUp {...icon} />, run: run.uploadFolder },
          { id: 'folder', label: t('browser.newFolderAs'), icon: <FolderPlus {...icon} />, run: run.newFolder },
        ]
      : [{ id: 'bucket', label: t('browser.newBucketAs'), icon: <Archive {...icon} />, run: run.newBucket }],
    given(
      inBucket &&
        canPaste && {
          id: 'paste',
          label: t('browser.paste'),
          icon: <ClipboardPaste {...icon} />,
          keys: keysOf('paste'),
          run: run.paste,
        },
      hasRows && {
        id: 'selectAll',
        label: t('browser.selectAll'),
        icon: <ListChecks {...icon} />,
        keys: keysOf('selectAll'),
        run: run.selectAll,
      },
      {
        id: 'refresh',
        label: t('browser.refresh'),
        icon: <RefreshCw {...icon} />,
        keys: keysOf('refresh'),
        run: run.refresh,
      },
      inBucket && {
        id: 'unfinishedHere',
        label: t('unfinished.menu'),
        icon: <PackageOpen {...icon} />,
        run: run.unfinished,
      },
      {
        id: 'editPath',
        label: t('browser.goToAddress'),
        icon: <PencilLine {...icon} />,
        keys: keysOf('editPath'),
        run: run.editPath,
      },
    ),
  ];
  return { selection, place };
}
