import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import { CopyButton } from '../../../ui/button/copy-button.tsx';
import styles from './guide.module.css';

type Props = {
  readonly name: string;
  readonly text: string;
  readonly copyLabel: string;
  /** Commands: long ones are broken between words on screen, what is copied has them whole. */
  readonly wraps?: boolean;
};

/** A text to be copied as it is. */
export function CodeBlock({ name, text, copyLabel, wraps = false }: Props) {
  const { t } = useTranslation();
  return (
    <figure className={styles.code}>
      <figcaption>
        <span>{name}</span>
        <CopyButton withLabel text={text} label={copyLabel} copiedLabel={t('common.copied')} />
      </figcaption>
      {/* What scrolls can be scrolled by keyboard. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre dir="ltr" tabIndex={0} aria-label={name} role="region" data-wraps={wraps ? '' : undefined}>
        {wraps ? text.split('\n').map((line) => <Command key={line} text={line} />) : text}
      </pre>
    </figure>
  );
}

/** Breaks at spaces only: a hyphen belongs to its word. */
function Command({ text }: { readonly text: string }) {
  return (
    <span className={styles.command}>
      {text.split(' ').map((word, index) => (
        // The words have no other name.
        // oxlint-disable-next-line react/no-array-index-key
        <Fragment key={index}>
          {index === 0 ? null : ' '}
          <span>{word}</span>
        </Fragment>
      ))}
    </span>
  );
}
