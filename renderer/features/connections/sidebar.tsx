import {
  Circle,
  CircleAlert,
  CircleCheck,
  CircleX,
  Ellipsis,
  FolderOpen,
  HardDrive,
  LoaderCircle,
  Pencil,
  Plus,
  Trash2,
} from 'lucide-react';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConnectionView } from '../../../shared/domain/connection.ts';
import { useConnectionsStore } from '../../stores/connections-store.ts';
import { IconButton } from '../../ui/button/button.tsx';
import { ContextMenu, Menu, type MenuGroups } from '../../ui/menu/menu.tsx';
import { Tooltip } from '../../ui/tooltip/tooltip.tsx';
import { describeError } from '../../../shared/words/describe-error.ts';
import styles from './sidebar.module.css';

const stateIcons = {
  unknown: Circle,
  ready: CircleCheck,
  signingIn: LoaderCircle,
  needsYou: CircleAlert,
  failing: CircleX,
} as const;

type Props = {
  readonly currentId: string | undefined;
  readonly onOpen: (connection: ConnectionView) => void;
  readonly onAdd: () => void;
  readonly onTryIt: () => void;
  readonly onEdit: (connection: ConnectionView) => void;
  readonly onRemove: (connection: ConnectionView) => void;
};

export function Sidebar(props: Props) {
  const { t } = useTranslation();
  const connections = useConnectionsStore((state) => state.connections);
  const icon = { size: 16, 'aria-hidden': true } as const;
  const add: MenuGroups = [
    [
      { id: 'server', label: t('welcome.connect'), icon: <Plus {...icon} />, run: props.onAdd },
      { id: 'here', label: t('sidebar.tryIt'), icon: <HardDrive {...icon} />, run: props.onTryIt },
    ],
  ];
  return (
    <nav className={styles.sidebar} aria-label={t('sidebar.label')}>
      <div className={styles.head}>
        <h2>{t('sidebar.title')}</h2>
        {connections.some((connection) => connection.kind === 'thisComputer') ? (
          <IconButton small label={t('sidebar.add')} icon={<Plus {...icon} />} onClick={props.onAdd} />
        ) : (
          <Menu trigger={<IconButton small label={t('sidebar.add')} icon={<Plus {...icon} />} />} groups={add} />
        )}
      </div>
      <ul>
        {connections.map((connection) => (
          <SidebarItem key={connection.id} connection={connection} {...props} />
        ))}
      </ul>
    </nav>
  );
}

function SidebarItem({
  connection,
  currentId,
  onOpen,
  onEdit,
  onRemove,
}: Props & { readonly connection: ConnectionView }) {
  const { t } = useTranslation();
  const icon = { size: 16, 'aria-hidden': true } as const;
  const groups: MenuGroups = [
    [
      { id: 'open', label: t('sidebar.open'), icon: <FolderOpen {...icon} />, run: () => onOpen(connection) },
      { id: 'edit', label: t('sidebar.edit'), icon: <Pencil {...icon} />, run: () => onEdit(connection) },
    ],
    [
      {
        id: 'remove',
        label: t('sidebar.remove'),
        icon: <Trash2 {...icon} />,
        danger: true,
        run: () => onRemove(connection),
      },
    ],
  ];
  const { status } = connection;
  const Icon = stateIcons[status.state];
  const state = t(`sidebar.state.${status.state}`);
  const meaning = 'error' in status ? `${state}: ${describeError(status.error).message}` : state;
  const stateId = useId();
  const current = connection.id === currentId;
  return (
    <ContextMenu groups={groups} target={<li className={styles.item} data-current={current ? '' : undefined} />}>
      <button
        type="button"
        className={styles.open}
        aria-current={current ? 'true' : undefined}
        aria-describedby={stateId}
        onClick={() => onOpen(connection)}
      >
        <Tooltip text={meaning}>
          <span className={`${styles.state} ${styles[status.state] ?? ''}`} data-connection-state={status.state}>
            <Icon size={14} aria-hidden />
          </span>
        </Tooltip>
        <span className={styles.name}>{connection.name}</span>
      </button>
      <span id={stateId} hidden>
        {meaning}
      </span>
      <Menu
        trigger={<IconButton small label={t('common.more')} icon={<Ellipsis size={14} aria-hidden />} />}
        groups={groups}
      />
    </ContextMenu>
  );
}
