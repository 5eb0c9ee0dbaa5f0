import {
  AppWindow,
  CopyPlus,
  Download,
  HardDrive,
  Keyboard,
  KeyRound,
  Monitor,
  PanelLeft,
  PanelRight,
  Pencil,
  Plug,
  Plus,
  ScrollText,
  SunMoon,
  Trash2,
  Upload,
} from 'lucide-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConnectionView } from '../../shared/domain/connection.ts';
import { useChangePreferences } from '../bridge/use-change-preferences.ts';
import type { ConnectionDeeds } from '../features/connections/sidebar.tsx';
import { usePaneOpen } from '../features/shell/panes-store.ts';
import { toggleAndEnter } from './toggle-pane.ts';
import { keysOf } from '../shortcuts/use-shortcuts.ts';
import { useProvideActions } from '../stores/action-store.ts';
import { usePreferencesStore } from '../stores/preferences-store.ts';
import { askToSignIn, signInOfConnection } from '../stores/sign-in-store.ts';
import type { MenuGroups } from '../ui/menu/menu.tsx';
import { paneWords } from './app-bar.tsx';
import { useBackgroundSettings } from './background-settings.ts';

const icon = { size: 16, 'aria-hidden': true } as const;

type Input = {
  readonly connections: readonly ConnectionView[];
  readonly current: ConnectionView | undefined;
  readonly onOpen: (connection: ConnectionView) => void;
  readonly onAdd: () => void;
  readonly onEdit: (connection: ConnectionView) => void;
  readonly onRemove: (connection: ConnectionView) => void;
  readonly deeds: ConnectionDeeds;
  readonly onTryIt: () => void;
  readonly onShortcuts: () => void;
};

/** The actions of the window itself, for the command palette: connections, panes and looks. */
export function useAppActions(input: Input): void {
  const { t } = useTranslation();
  useProvideActions('connections', t('palette.groupConnections'), useConnectionActions(input));
  useProvideActions('window', t('palette.groupWindow'), useWindowActions(input.onShortcuts));
}

function useConnectionActions({
  connections,
  current,
  onOpen,
  onAdd,
  onEdit,
  onRemove,
  onTryIt,
  deeds,
}: Input): MenuGroups {
  const { t } = useTranslation();
  return useMemo(
    () => [
      connections.flatMap((one) => {
        const request = signInOfConnection(one);
        const label = t('signIn.askFor', { name: one.name });
        return request === null
          ? []
          : [{ id: `signIn-${one.id}`, label, icon: <KeyRound {...icon} />, run: () => askToSignIn(request) }];
      }),
      connections.map((one) => ({
        id: `open-${one.id}`,
        label: t('palette.openConnection', { name: one.name }),
        icon: <Plug {...icon} />,
        disabled: one.id === current?.id,
        run: () => onOpen(one),
      })),
      [
        { id: 'add', label: t('sidebar.connect'), icon: <Plus {...icon} />, run: onAdd },
        ...(connections.some(({ kind }) => kind === 'thisComputer')
          ? []
          : [{ id: 'tryIt', label: t('sidebar.tryIt'), icon: <HardDrive {...icon} />, run: onTryIt }]),
        {
          id: 'import',
          label: t('connectionFiles.import'),
          icon: <Upload {...icon} />,
          run: () => void deeds.importThem(),
        },
        ...(connections.some(({ kind }) => kind === 'server')
          ? [
              {
                id: 'exportAll',
                label: t('connectionFiles.exportAll'),
                icon: <Download {...icon} />,
                run: () => void deeds.exportThem(null),
              },
            ]
          : []),
      ],
      // Also of one that cannot be opened.
      [...(current ? [current] : []), ...connections.filter((one) => one !== current)].flatMap((one) => [
        {
          id: `edit-${one.id}`,
          label: t('palette.editConnection', { name: one.name }),
          icon: <Pencil {...icon} />,
          run: () => onEdit(one),
        },
        ...(one.kind === 'server'
          ? [
              {
                id: `duplicate-${one.id}`,
                label: t('connectionFiles.duplicateOf', { name: one.name }),
                icon: <CopyPlus {...icon} />,
                run: () => void deeds.duplicate(one),
              },
              {
                id: `guide-${one.id}`,
                label: t('sidebar.guideFor', { name: one.name }),
                icon: <ScrollText {...icon} />,
                run: () => deeds.guide(one),
              },
            ]
          : []),
        {
          id: `remove-${one.id}`,
          label: t('palette.removeConnection', { name: one.name }),
          icon: <Trash2 {...icon} />,
          danger: true,
          run: () => onRemove(one),
        },
      ]),
    ],
    [t, connections, current, onOpen, onAdd, onEdit, onRemove, onTryIt, deeds],
  );
}

function useWindowActions(onShortcuts: () => void): MenuGroups {
  const { t } = useTranslation();
  const change = useChangePreferences();
  const theme = usePreferencesStore((state) => state.preferences.theme);
  const sidebar = usePaneOpen('sidebar');
  const localPane = usePaneOpen('localPane');
  const inspector = usePaneOpen('inspector');
  const background = useBackgroundSettings();
  return useMemo(() => {
    const open = { sidebar, localPane, inspector };
    const icons = { sidebar: PanelLeft, localPane: Monitor, inspector: PanelRight };
    return [
      (['sidebar', 'localPane', 'inspector'] as const).map((pane) => {
        const Icon = icons[pane];
        return {
          id: pane,
          label: t(open[pane] ? paneWords[pane].hide : paneWords[pane].show),
          icon: <Icon {...icon} />,
          keys: keysOf(pane),
          run: () => toggleAndEnter(pane, change),
        };
      }),
      (['system', 'light', 'dark'] as const).map((one) => ({
        id: `theme-${one}`,
        label: t(`shell.theme.${one}`),
        icon: <SunMoon {...icon} />,
        disabled: theme === one,
        run: () => change({ theme: one }),
      })),
      background.map(({ id, isOn, toggle }) => ({
        id,
        label: t(`shell.${isOn ? 'switchOff' : 'switchOn'}.${id}`),
        icon: <AppWindow {...icon} />,
        run: toggle,
      })),
      [
        {
          id: 'shortcuts',
          label: t('shortcuts.title'),
          icon: <Keyboard {...icon} />,
          keys: keysOf('shortcuts'),
          run: onShortcuts,
        },
      ],
    ];
  }, [t, change, theme, sidebar, localPane, inspector, background, onShortcuts]);
}
