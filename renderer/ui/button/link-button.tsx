import type { ReactNode, Ref } from 'react';
import { classNames } from '../class-names.ts';
import styles from './button.module.css';

type Props = {
  /** An https address: it opens in the browser, never in this window. */
  readonly href: string;
  readonly look?: 'normal' | 'primary';
  readonly ref?: Ref<HTMLAnchorElement>;
  readonly children: ReactNode;
};

/** A link that looks like a button: the main thing to do is on another page. */
export function LinkButton({ href, look = 'normal', ref, children }: Props) {
  return (
    <a
      ref={ref}
      href={href}
      target="_blank"
      rel="noopener noreferrer"
      className={classNames(styles.button, styles.link, look === 'primary' && styles.primaryLink)}
    >
      {children}
    </a>
  );
}
