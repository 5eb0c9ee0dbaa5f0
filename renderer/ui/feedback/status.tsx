import { classNames } from '../class-names.ts';
import { Tooltip } from '../tooltip/tooltip.tsx';
import styles from './status.module.css';

export type Tone = 'neutral' | 'accent' | 'good' | 'warn' | 'bad';

type Props = {
  readonly tone: Tone;
  /** The state in a word. */
  readonly word: string;
  /** It goes on by itself: the dot breathes. */
  readonly busy?: boolean;
  /** No room for the word: it is spoken, and shown on hover. */
  readonly dotOnly?: boolean;
};

/** A state: a dot, whose shape differs with its colour, and its word. */
export function Status({ tone, word, busy = false, dotOnly = false }: Props) {
  const dot = <span className={styles.dot} data-tone={tone} data-busy={busy || undefined} aria-hidden />;
  if (dotOnly) {
    return (
      <Tooltip text={word}>
        <span className={styles.alone} role="img" aria-label={word}>
          {dot}
        </span>
      </Tooltip>
    );
  }
  return (
    <span className={styles.status}>
      {dot}
      <span className={styles.word}>{word}</span>
    </span>
  );
}

/** A word on a tint of its tone: a count, a level, a kind. */
export function Badge({ tone, word }: { readonly tone: Tone; readonly word: string }) {
  return (
    <span className={classNames(styles.badge, styles.word)} data-tone={tone} title={word}>
      {word}
    </span>
  );
}
