import type { ComponentProps, ReactNode } from 'react';
import styles from './drop-frame.module.css';

type Props = Omit<ComponentProps<'div'>, 'className'> & {
  /** All of it takes what is dragged over it: it lights up. */
  readonly lit: boolean;
  /** What letting go will do, with an icon; null while nothing is dragged over it. */
  readonly sign: { readonly icon: ReactNode; readonly text: string; readonly refused?: boolean } | null;
};

/** An area that things are dropped on. The sentence is spoken, too. */
export function DropFrame({ lit, sign, children, ...rest }: Props) {
  return (
    <div {...rest} className={styles.frame} data-drop={lit ? '' : undefined}>
      {children}
      {sign === null ? null : (
        <div className={styles.sign} role="status" data-refused={sign.refused === true ? '' : undefined}>
          <span>
            {sign.icon}
            <span>{sign.text}</span>
          </span>
        </div>
      )}
    </div>
  );
}
