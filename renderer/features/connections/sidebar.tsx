import { Download, HardDrive, Plus, Upload } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConnectionView } from '../../../shared/domain/connection.ts';
import { useConnectionsStore } from '../../stores/connections-store.ts';
import { IconButton } from '../../ui/button/button.tsx';
import { Menu, type MenuGroups } from '../../ui/menu/menu.tsx';
import { SidebarItem } from './sidebar-item.tsx';
import styles from './sidebar.module.css';

/** What can be done with connections beside opening, editing and removing them. */
export type ConnectionDeeds = {
  readonly guide: (connection: ConnectionView) => void;
  readonly duplicate: (connection: ConnectionView) => Promise<void>;
  /** Null: all but this computer's. */
  readonly exportThem: (connection: ConnectionView | null) => Promise<void>;
  readonly importThem: () => Promise<void>;
};

export type SidebarProps = {
  readonly deeds: ConnectionDeeds;
  readonly currentId: string | undefined;
  readonly onOpen: (connection: ConnectionView) => void;
  readonly onAdd: () => void;
  readonly onTryIt: () => void;
  readonly onEdit: (connection: ConnectionView) => void;
  readonly onRemove: (connection: ConnectionView) => void;
};

const icon = { size: 16, 'aria-hidden': true } as const;

/** The connections, and what stands below them. One of them takes the Tab key, the arrow keys go through them. */
export function Sidebar({ below, ...props }: SidebarProps & { readonly below?: ReactNode }) {
  const { t } = useTranslation();
  const connections = useConnectionsStore((state) => state.connections);
  const [focusedId, setFocusedId] = useState<string | null>(null);
  const listRef = useRef<HTMLUListElement>(null);
  const tabId = [focusedId, props.currentId].find((id) => connections.some((one) => one.id === id));
  const add: MenuGroups = [
    [
      { id: 'server', label: t('welcome.connect'), icon: <Plus {...icon} />, run: props.onAdd },
      ...(connections.some((connection) => connection.kind === 'thisComputer')
        ? []
        : [{ id: 'here', label: t('sidebar.tryIt'), icon: <HardDrive {...icon} />, run: props.onTryIt }]),
    ],
    [
      {
        id: 'import',
        label: t('connectionFiles.import'),
        icon: <Upload {...icon} />,
        run: () => void props.deeds.importThem(),
      },
      ...(connections.some((connection) => connection.kind === 'server')
        ? [
            {
              id: 'exportAll',
              label: t('connectionFiles.exportAll'),
              icon: <Download {...icon} />,
              run: () => void props.deeds.exportThem(null),
            },
          ]
        : []),
    ],
  ];
  const onKeyDown = (event: KeyboardEvent) => {
    const items = [...(listRef.current?.querySelectorAll<HTMLElement>('[data-connection]') ?? [])];
    const at = items.findIndex((item) => item === event.target);
    const to = at < 0 || event.altKey || event.ctrlKey || event.metaKey ? -1 : targetOf(event.key, at, items.length);
    if (to < 0) return;
    event.preventDefault();
    items[to]?.focus();
  };
  return (
    <nav className={styles.sidebar} aria-label={t('sidebar.label')}>
      <div className={styles.head}>
        <h2>{t('sidebar.title')}</h2>
        <Menu trigger={<IconButton small label={t('sidebar.add')} icon={<Plus {...icon} />} />} groups={add} />
      </div>
      {/* The arrow keys of the buttons in it. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <ul ref={listRef} onKeyDown={onKeyDown}>
        {connections.map((connection, index) => (
          <SidebarItem
            key={connection.id}
            connection={connection}
            tabbable={tabId === undefined ? index === 0 : connection.id === tabId}
            onFocus={() => setFocusedId(connection.id)}
            {...props}
          />
        ))}
      </ul>
      {below}
    </nav>
  );
}

/** Where a key goes from the item `at`; -1 for keys that go nowhere. */
function targetOf(key: string, at: number, count: number): number {
  if (key === 'ArrowDown') return Math.min(count - 1, at + 1);
  if (key === 'ArrowUp') return Math.max(0, at - 1);
  if (key === 'Home') return 0;
  return key === 'End' ? count - 1 : -1;
}
