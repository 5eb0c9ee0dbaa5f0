import { CircleX } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { Button } from '../button/button.tsx';
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
};

/** An error in three parts: what happened, what to do, details to copy. */
export function ErrorView({ words, labels, actions }: Props) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(`${words.what}\n${words.fix}\n${words.details}`);
    setCopied(true);
  };
  return (
    <div className={styles.error} role="alert">
      <CircleX size={16} aria-hidden />
      <div className={styles.errorBody}>
        <p className={styles.errorWhat}>{words.what}</p>
        <p>{words.fix}</p>
        <details className={styles.details}>
          <summary>{labels.details}</summary>
          <pre>{words.details}</pre>
          <Button small onClick={() => void copy()}>
            {copied ? labels.copied : labels.copy}
          </Button>
        </details>
        {actions === undefined ? null : <div className={styles.errorActions}>{actions}</div>}
      </div>
    </div>
  );
}
