import { CircleX } from 'lucide-react';
import type { ReactNode } from 'react';
import { CopyButton } from '../button/copy-button.tsx';
import styles from './feedback.module.css';

export type ErrorWords = {
  /** What happened. */
  readonly what: string;
  /** What to do about it. */
  readonly fix: string;
  /** For whoever helps: code, request id, technical message. */
  readonly details: string;
};

type Props = {
  readonly words: ErrorWords;
  readonly labels: { readonly details: string; readonly copy: string; readonly copied: string };
  readonly actions?: ReactNode;
  /** Not spoken when it appears: in lists, where scrolling brings it up again and again. */
  readonly quiet?: boolean;
};

/** An error in three parts: what happened, what to do, details to copy. */
export function ErrorView({ words, labels, actions, quiet = false }: Props) {
  const all = [words.what, words.fix, words.details].join('\n');
  return (
    <div className={styles.error} role={quiet ? undefined : 'alert'}>
      <CircleX size={16} aria-hidden />
      <div className={styles.errorBody}>
        <p className={styles.errorWhat}>{words.what}</p>
        <p>{words.fix}</p>
        <details className={styles.details}>
          <summary>{labels.details}</summary>
          <pre>{words.details}</pre>
          <CopyButton withLabel text={all} label={labels.copy} copiedLabel={labels.copied} />
        </details>
        {actions === undefined ? null : <div className={styles.errorActions}>{actions}</div>}
      </div>
    </div>
  );
}
