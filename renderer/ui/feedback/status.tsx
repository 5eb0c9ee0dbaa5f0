import type { ComponentProps, ReactNode } from 'react';
import styles from './status.module.css';

export type Tone = 'neutral' | 'accent' | 'good' | 'warn' | 'bad';

type Props = Omit<ComponentProps<'span'>, 'className' | 'children'> & {
  readonly tone: Tone;
  /** 14 px; its shape says what the colour says. */
  readonly icon: ReactNode;
  /** The state in a word, cut off where there is no room. */
  readonly word: string;
};

/** A state as icon and word, never as a colour alone. */
export function Status({ tone, icon, word, ...rest }: Props) {
  return (
    <span className={styles.status} data-tone={tone} {...rest}>
      {icon}
      <span className={styles.word}>{word}</span>
    </span>
  );
}
