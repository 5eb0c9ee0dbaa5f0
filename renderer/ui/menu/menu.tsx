import { ContextMenu as BaseContext } from '@base-ui/react/context-menu';
import { Menu as Base } from '@base-ui/react/menu';
import { Fragment, type ReactElement, type ReactNode } from 'react';
import { classNames } from '../class-names.ts';
import styles from './menu.module.css';

export type MenuAction = {
  readonly id: string;
  readonly label: string;
  readonly icon?: ReactNode;
  /** The keys that do the same, as words. */
  readonly keys?: string;
  readonly disabled?: boolean;
  readonly danger?: boolean;
  readonly run: () => void;
};

/** Groups of actions, with a line between them. Empty groups vanish. */
export type MenuGroups = readonly (readonly MenuAction[])[];

function MenuItems({ groups }: { readonly groups: MenuGroups }) {
  return groups
    .filter((group) => group.length > 0)
    .map((group, index) => (
      <Fragment key={group[0]?.id}>
        {index > 0 ? <Base.Separator className={styles.separator} /> : null}
        {group.map((action) => (
          <Base.Item
            key={action.id}
            className={classNames(styles.item, action.danger && styles.danger)}
            disabled={action.disabled === true}
            onClick={action.run}
          >
            {action.icon}
            <span>{action.label}</span>
            {action.keys === undefined ? null : <span className={styles.keys}>{action.keys}</span>}
          </Base.Item>
        ))}
      </Fragment>
    ));
}

/** A button (the child) that opens a menu. */
export function Menu({ trigger, groups }: { readonly trigger: ReactElement; readonly groups: MenuGroups }) {
  return (
    <Base.Root>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner className={styles.positioner} sideOffset={4} align="start">
          <Base.Popup className={styles.popup}>
            <MenuItems groups={groups} />
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

type ContextProps = { readonly target: ReactElement; readonly groups: MenuGroups; readonly children?: ReactNode };

/** The same actions by right click (or the menu key) on `target`, which becomes the parent of the children. */
export function ContextMenu({ target, groups, children }: ContextProps) {
  return (
    <BaseContext.Root>
      <BaseContext.Trigger render={target}>{children}</BaseContext.Trigger>
      <BaseContext.Portal>
        <BaseContext.Positioner className={styles.positioner}>
          <BaseContext.Popup className={styles.popup}>
            <MenuItems groups={groups} />
          </BaseContext.Popup>
        </BaseContext.Positioner>
      </BaseContext.Portal>
    </BaseContext.Root>
  );
}
