import {
  CircleAlert,
  CircleCheck,
  CircleDashed,
  CircleX,
  CopyPlus,
  Download,
  Ellipsis,
  FolderOpen,
  KeyRound,
  LoaderCircle,
  Pencil,
  ScrollText,
  Trash2,
} from 'lucide-react';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConnectionView } from '../../../shared/domain/connection.ts';
import { describeError } from '../../../shared/words/describe-error.ts';
import { visibleText } from '../../../shared/words/visible-text.ts';
import { askToSignIn, signInOfConnection } from '../../stores/sign-in-store.ts';
import { Button, IconButton } from '../../ui/button/button.tsx';
import { ContextMenu, Menu, type MenuGroups } from '../../ui/menu/menu.tsx';
import { Tooltip } from '../../ui/tooltip/tooltip.tsx';
import styles from './sidebar.module.css';
import type { SidebarProps } from './sidebar.tsx';

const stateIcons = {
  unknown: CircleDashed,
  ready: CircleCheck,
  signingIn: LoaderCircle,
  needsYou: CircleAlert,
  failing: CircleX,
} as const;

type Props = SidebarProps & {
  readonly connection: ConnectionView;
  readonly tabbable: boolean;
  readonly onFocus: () => void;
};

/** A connection: its state as a sign, as a word where something is to be done, and in full on hover and to be heard. */
export function SidebarItem({ connection, currentId, tabbable, onFocus, onOpen, onEdit, onRemove, deeds }: Props) {
  const { t } = useTranslation();
  const stateId = useId();
  const icon = { size: 16, 'aria-hidden': true } as const;
  const signIn = signInOfConnection(connection);
  const isServer = connection.kind === 'server';
  const groups: MenuGroups = [
    signIn === null
      ? []
      : [{ id: 'signIn', label: t('signIn.ask'), icon: <KeyRound {...icon} />, run: () => askToSignIn(signIn) }],
    [
      { id: 'open', label: t('sidebar.open'), icon: <FolderOpen {...icon} />, run: () => onOpen(connection) },
      { id: 'edit', label: t('sidebar.edit'), icon: <Pencil {...icon} />, run: () => onEdit(connection) },
      ...(isServer
        ? [
            {
              id: 'duplicate',
              label: t('connectionFiles.duplicate'),
              icon: <CopyPlus {...icon} />,
              run: () => void deeds.duplicate(connection),
            },
            {
              id: 'guide',
              label: t('sidebar.guide'),
              icon: <ScrollText {...icon} />,
              run: () => deeds.guide(connection),
            },
            {
              id: 'export',
              label: t('connectionFiles.export'),
              icon: <Download {...icon} />,
              run: () => void deeds.exportThem(connection),
            },
          ]
        : []),
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
  const words = 'error' in status ? describeError(status.error) : null;
  const meaning = words ? t('sidebar.stateBecause', { state, message: words.message, fix: words.fix }) : state;
  const needsWord = status.state !== 'ready' && status.state !== 'unknown';
  const current = connection.id === currentId;
  return (
    <ContextMenu groups={groups} target={<li className={styles.item} data-current={current ? '' : undefined} />}>
      <Tooltip text={meaning}>
        <button
          type="button"
          className={styles.open}
          data-connection={connection.id}
          tabIndex={tabbable ? 0 : -1}
          aria-current={current ? 'true' : undefined}
          aria-describedby={stateId}
          onFocus={onFocus}
          onClick={() => onOpen(connection)}
        >
          <span className={styles.state} data-connection-state={status.state}>
            <Icon size={14} aria-hidden />
          </span>
          <span className={styles.name} dir="auto" data-name>
            {visibleText(connection.name)}
          </span>
          {needsWord && signIn === null ? (
            <span className={styles.word} data-connection-state={status.state} aria-hidden>
              {state}
            </span>
          ) : null}
        </button>
      </Tooltip>
      {signIn === null ? null : (
        <span className={styles.signIn}>
          <Button
            small
            aria-label={t('signIn.askFor', { name: connection.name })}
            tabIndex={tabbable ? 0 : -1}
            onClick={() => askToSignIn(signIn)}
          >
            {t('signIn.do')}
          </Button>
        </span>
      )}
      <span id={stateId} hidden>
        {meaning}
      </span>
      <span className={styles.more}>
        <Menu
          trigger={
            <IconButton
              small
              label={t('sidebar.more', { name: connection.name })}
              tabIndex={tabbable ? 0 : -1}
              icon={<Ellipsis size={14} aria-hidden />}
            />
          }
          groups={groups}
        />
      </span>
    </ContextMenu>
  );
}
