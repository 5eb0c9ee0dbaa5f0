import { Dialog as Base } from '@base-ui/react/dialog';
import { type KeyboardEvent, type ReactNode, useEffect, useRef } from 'react';
import dialog from './dialog.module.css';
import styles from './viewer-dialog.module.css';
import { classNames } from '../class-names.ts';

type Props = {
  readonly title: ReactNode;
  readonly note: ReactNode;
  /** Buttons at the end of the title's line. */
  readonly actions: ReactNode;
  readonly onClose: () => void;
  /** Puts the focus where it belongs afterwards; left out: where it was before. */
  readonly returnFocus?: (() => void) | undefined;
  /** Keys that nothing inside the dialog wants for itself. */
  readonly onKeyDown?: (event: KeyboardEvent) => void;
  readonly children: ReactNode;
};

const wantsAllKeys = 'input, select, textarea, audio, video, [tabindex="0"]';
const pressKeys: ReadonlySet<string> = new Set([' ', 'Enter']);

/** A modal dialog as large as is sensible, to look at one thing. The dialog itself has the focus at first. */
export function ViewerDialog({ title, note, actions, onClose, returnFocus, onKeyDown, children }: Props) {
  const popupRef = useRef<HTMLDivElement>(null);
  const handleKey = (event: KeyboardEvent) => {
    const at = event.target instanceof Element ? event.target : null;
    if (at?.closest(wantsAllKeys)) return;
    if (pressKeys.has(event.key) && at?.closest('button, a')) return;
    onKeyDown?.(event);
  };
  useEffect(() => {
    // What had the focus may be gone with what was looked at before.
    if (document.activeElement === document.body) popupRef.current?.focus();
  });
  return (
    <Base.Root open onOpenChange={(open) => !open && onClose()}>
      <Base.Portal>
        <Base.Backdrop className={dialog.backdrop} />
        <Base.Popup
          ref={popupRef}
          initialFocus={popupRef}
          finalFocus={returnFocus === undefined ? true : () => (returnFocus(), false)}
          className={classNames(dialog.popup, styles.viewer)}
          onKeyDown={handleKey}
        >
          <div className={styles.head}>
            <Base.Title className={styles.title}>{title}</Base.Title>
            <Base.Description className={styles.note}>{note}</Base.Description>
            <div className={styles.actions}>{actions}</div>
          </div>
          <div className={styles.body}>{children}</div>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
