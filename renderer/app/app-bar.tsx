import { Keyboard, Monitor, PanelLeft, PanelRight, Search, Settings2 } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useChangePreferences } from '../bridge/use-change-preferences.ts';
import type { SidePane } from '../features/shell/arrange.ts';
import { toggleNow, usePaneOpen } from '../features/shell/panes-store.ts';
import { toggleAndEnter } from './toggle-pane.ts';
import { keysOf } from '../shortcuts/use-shortcuts.ts';
import { usePreferencesStore } from '../stores/preferences-store.ts';
import { IconButton } from '../ui/button/button.tsx';
import { Menu, type MenuGroups } from '../ui/menu/menu.tsx';
import styles from './app-bar.module.css';
import { useBackgroundSettings } from './background-settings.ts';

const icon = { size: 16, 'aria-hidden': true } as const;
const paneIcons = { sidebar: PanelLeft, localPane: Monitor, inspector: PanelRight } as const;

export const paneWords = {
  sidebar: { show: 'shell.showSidebar', hide: 'shell.hideSidebar', label: 'shell.sidebar' },
  localPane: { show: 'shell.showLocalPane', hide: 'shell.hideLocalPane', label: 'shell.localPane' },
  inspector: { show: 'shell.showInspector', hide: 'shell.hideInspector', label: 'shell.inspector' },
} as const;

function PaneToggle({ pane }: { readonly pane: SidePane }) {
  const { t } = useTranslation();
  const change = useChangePreferences();
  const open = usePaneOpen(pane);
  const Icon = paneIcons[pane];
  return (
    <IconButton
      label={t(open ? paneWords[pane].hide : paneWords[pane].show)}
      aria-expanded={open}
      data-pane-toggle
      data-on={open || undefined}
      icon={<Icon {...icon} className={pane === 'localPane' ? undefined : styles.mirrored} />}
      onClick={() => toggleNow(pane, change)}
    />
  );
}

/** First in the bar: what opens the sidebar. */
export function BarStart() {
  return (
    <span className={styles.group}>
      <PaneToggle pane="sidebar" />
    </span>
  );
}

/** Last in the bar: the palette, the panes beside the list and the settings. */
export function BarEnd({
  onPalette,
  onShortcuts,
}: {
  readonly onPalette: () => void;
  readonly onShortcuts: () => void;
}) {
  const { t } = useTranslation();
  return (
    <span className={styles.group}>
      <IconButton label={t('palette.open')} icon={<Search {...icon} />} onClick={onPalette} />
      <PaneToggle pane="localPane" />
      <PaneToggle pane="inspector" />
      <SettingsMenu onPalette={onPalette} onShortcuts={onShortcuts} />
    </span>
  );
}

function SettingsMenu({
  onPalette,
  onShortcuts,
}: {
  readonly onPalette: () => void;
  readonly onShortcuts: () => void;
}) {
  const { t } = useTranslation();
  const change = useChangePreferences();
  const { theme, layout } = usePreferencesStore((state) => state.preferences);
  const background = useBackgroundSettings();
  const open = {
    sidebar: usePaneOpen('sidebar'),
    localPane: usePaneOpen('localPane'),
    inspector: usePaneOpen('inspector'),
  };
  const groups: MenuGroups = [
    [
      { id: 'palette', label: t('palette.open'), icon: <Search {...icon} />, keys: keysOf('palette'), run: onPalette },
      {
        id: 'shortcuts',
        label: t('shortcuts.title'),
        icon: <Keyboard {...icon} />,
        keys: keysOf('shortcuts'),
        run: onShortcuts,
      },
    ],
    (['sidebar', 'localPane', 'inspector'] as const).map((pane) => ({
      id: pane,
      label: t(paneWords[pane].label),
      keys: keysOf(pane),
      checked: open[pane],
      run: () => toggleAndEnter(pane, change),
    })),
    [
      {
        id: 'transfers',
        label: t('shell.transfersPane'),
        keys: keysOf('transfers'),
        checked: layout.transfersOpen,
        run: () => change({ layout: { transfersOpen: !layout.transfersOpen } }),
      },
    ],
    (['system', 'light', 'dark'] as const).map((one) => ({
      id: one,
      label: t(`shell.theme.${one}`),
      checked: theme === one,
      radio: true,
      run: () => change({ theme: one }),
    })),
    background.map(({ id, isOn, toggle }) => ({ id, label: t(`shell.${id}`), checked: isOn, run: toggle })),
  ];
  return <Menu trigger={<IconButton label={t('shell.settings')} icon={<Settings2 {...icon} />} />} groups={groups} />;
}

/** The bar of the window where there is no path to show. */
export function AppBar({ start, end }: { readonly start: ReactNode; readonly end: ReactNode }) {
  return (
    <div className={styles.bar}>
      {start}
      {end}
    </div>
  );
}
