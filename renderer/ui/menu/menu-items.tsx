import { Menu as Base } from '@base-ui/react/menu';
import { Check, ChevronRight, Circle } from 'lucide-react';
import { Fragment } from 'react';
import { classNames } from '../class-names.ts';
import { Kbd } from '../kbd/kbd.tsx';
import { ariaKeys } from '../kbd/keys.ts';
import type { MenuAction, MenuContent, Submenu } from './menu.tsx';
import popup from '../popup/popup.module.css';
import styles from './menu.module.css';

export function MenuItems({ groups }: { readonly groups: MenuContent }) {
  return groups
    .filter((group) => group.length > 0)
    .map((group, index) => (
      <Fragment key={group[0]?.id}>
        {index > 0 ? <Base.Separator className={styles.separator} /> : null}
        <MenuGroup group={group} />
      </Fragment>
    ));
}

function MenuGroup({ group }: { readonly group: MenuContent[number] }) {
  const items = group.map((item) =>
    'submenu' in item ? <SubmenuItem key={item.id} item={item} /> : <ActionItem key={item.id} action={item} />,
  );
  const choices = group.filter((item): item is MenuAction => 'radio' in item && item.radio);
  if (choices.length === 0) return items;
  return <Base.RadioGroup value={choices.find((item) => item.checked)?.id ?? null}>{items}</Base.RadioGroup>;
}

function ActionItem({ action }: { readonly action: MenuAction }) {
  const props = {
    className: classNames(popup.row, action.danger && styles.danger),
    disabled: action.disabled === true,
    onClick: action.run,
    'aria-keyshortcuts': action.keys === undefined ? undefined : ariaKeys(action.keys),
  };
  const words = <ItemWords item={action} keys={action.keys} />;
  if (action.radio === true) {
    return (
      <Base.RadioItem value={action.id} closeOnClick {...props}>
        <span className={styles.mark}>
          <Base.RadioItemIndicator render={<Circle size={16} className={styles.chosen} aria-hidden />} />
        </span>
        {words}
      </Base.RadioItem>
    );
  }
  if (action.checked !== undefined) {
    return (
      <Base.CheckboxItem checked={action.checked} {...props}>
        <span className={styles.mark}>
          <Base.CheckboxItemIndicator render={<Check size={16} aria-hidden />} />
        </span>
        {words}
      </Base.CheckboxItem>
    );
  }
  return <Base.Item {...props}>{words}</Base.Item>;
}

function SubmenuItem({ item }: { readonly item: Submenu }) {
  return (
    <Base.SubmenuRoot>
      <Base.SubmenuTrigger className={classNames(popup.row, styles.open)}>
        <ItemWords item={item} />
        <ChevronRight size={14} className={styles.more} aria-hidden />
      </Base.SubmenuTrigger>
      <Base.Portal>
        <Base.Positioner className={popup.positioner} sideOffset={2} alignOffset={-5}>
          <Base.Popup className={classNames(popup.popup, styles.popup)}>
            <MenuItems groups={item.submenu} />
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.SubmenuRoot>
  );
}

function ItemWords({ item, keys }: { readonly item: MenuAction | Submenu; readonly keys?: string | undefined }) {
  return (
    <>
      {item.icon}
      <span className={styles.label}>{item.label}</span>
      {keys === undefined ? null : (
        <span className={classNames(styles.keys, popup.soft)} aria-hidden>
          <Kbd keys={keys} plain />
        </span>
      )}
    </>
  );
}
