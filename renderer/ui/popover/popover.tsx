import { Popover as Base } from '@base-ui/react/popover';
import type { ReactElement, ReactNode } from 'react';
import { classNames } from '../class-names.ts';
import popup from '../popup/popup.module.css';
import styles from './popover.module.css';

type Props = {
  /** A button that opens it. */
  readonly trigger: ReactElement;
  readonly title: string;
  /** Room for a small table. */
  readonly wide?: boolean;
  readonly children: ReactNode;
  readonly open?: boolean;
  readonly onOpenChange?: (open: boolean) => void;
};

/** A few controls or facts beside the button they belong to. Escape, and a click beside it, close it. */
export function Popover({ trigger, title, children, wide, open, onOpenChange }: Props) {
  return (
    <Base.Root open={open} onOpenChange={(next) => onOpenChange?.(next)}>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner className={popup.positioner} sideOffset={4} align="start">
          <Base.Popup className={classNames(popup.popup, styles.popup, wide && styles.wide)}>
            <Base.Title className={styles.title}>{title}</Base.Title>
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
