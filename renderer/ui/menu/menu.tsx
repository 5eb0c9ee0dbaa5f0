import { ContextMenu as BaseContext } from '@base-ui/react/context-menu';
import { Menu as Base } from '@base-ui/react/menu';
import type { ReactElement, ReactNode } from 'react';
import { classNames } from '../class-names.ts';
import type { Keys } from '../kbd/keys.ts';
import { MenuItems } from './menu-items.tsx';
import popup from '../popup/popup.module.css';
import styles from './menu.module.css';

export type MenuAction = {
  readonly id: string;
  readonly label: string;
  readonly icon?: ReactNode;
  /** The keys that do the same. */
  readonly keys?: Keys;
  readonly disabled?: boolean;
  readonly danger?: boolean;
  /** A state that can be switched: the item says whether it is on. */
  readonly checked?: boolean;
  /** With `checked`: one of its group is on, not each by itself. */
  readonly radio?: boolean;
  readonly run: () => void;
};

export type Submenu = {
  readonly id: string;
  readonly label: string;
  readonly icon?: ReactNode;
  readonly submenu: MenuContent;
};

/** Groups of actions, with a line between them. Empty groups vanish. */
export type MenuGroups = readonly (readonly MenuAction[])[];
/** The same with menus in menus. */
export type MenuContent = readonly (readonly (MenuAction | Submenu)[])[];

/** A button (the child) that opens a menu. */
export function Menu({ trigger, groups }: { readonly trigger: ReactElement; readonly groups: MenuContent }) {
  return (
    <Base.Root>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner className={popup.positioner} sideOffset={4} align="start">
          <Base.Popup className={classNames(popup.popup, styles.popup)}>
            <MenuItems groups={groups} />
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

type ContextProps = { readonly target: ReactElement; readonly groups: MenuContent; readonly children?: ReactNode };

/** The same actions by right click (or the menu key) on `target`, which becomes the parent of the children. */
export function ContextMenu({ target, groups, children }: ContextProps) {
  return (
    <BaseContext.Root>
      <BaseContext.Trigger render={target}>{children}</BaseContext.Trigger>
      <BaseContext.Portal>
        <BaseContext.Positioner className={popup.positioner}>
          <BaseContext.Popup className={classNames(popup.popup, styles.popup)}>
            <MenuItems groups={groups} />
          </BaseContext.Popup>
        </BaseContext.Positioner>
      </BaseContext.Portal>
    </BaseContext.Root>
  );
}
