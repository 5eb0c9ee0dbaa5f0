import { Dialog as Base } from '@base-ui/react/dialog';
import type { ReactNode, RefObject } from 'react';
import { classNames } from '../class-names.ts';
import styles from './dialog.module.css';

type Props = {
  readonly title: string;
  readonly description?: string | undefined;
  readonly wide?: boolean;
  /** A decision that a click beside it must not take away: only a button or Escape closes it. */
  readonly firm?: boolean;
  readonly onClose: () => void;
  readonly children?: ReactNode;
  readonly actions: ReactNode;
  /** Makes the dialog a form: Enter in a field does this. */
  readonly onSubmit?: () => void;
  /** What has the focus at first; left out: the first control. */
  readonly initialFocus?: RefObject<HTMLElement | null>;
};

/** A modal dialog, open for as long as it is rendered. */
export function Dialog(props: Props) {
  const { title, description, wide, firm, onClose, children, actions, onSubmit, initialFocus } = props;
  const inner = (
    <>
      <Base.Title className={styles.title}>{title}</Base.Title>
      {description === undefined ? null : (
        <Base.Description className={styles.description}>{description}</Base.Description>
      )}
      {children === undefined ? <div className={styles.body} /> : <div className={styles.body}>{children}</div>}
      <div className={styles.actions}>{actions}</div>
    </>
  );
  return (
    <Base.Root open onOpenChange={(open) => !open && onClose()} disablePointerDismissal={firm === true}>
      <Base.Portal>
        <Base.Backdrop className={styles.backdrop} forceRender />
        <Base.Popup className={classNames(styles.popup, wide && styles.wide)} initialFocus={initialFocus}>
          {onSubmit === undefined ? (
            inner
          ) : (
            <form
              noValidate
              className={styles.form}
              onSubmit={(event) => {
                event.preventDefault();
                // It may lie over another form.
                event.stopPropagation();
                onSubmit();
              }}
            >
              {inner}
            </form>
          )}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

/** Stands first among a dialog's actions, away from those that decide. */
export function ActionsStart({ children }: { readonly children: ReactNode }) {
  return <div className={styles.start}>{children}</div>;
}
