import { useTranslation } from 'react-i18next';
import { CopyButton } from '../../../ui/button/copy-button.tsx';
import styles from './guide.module.css';

type Props = {
  readonly name: string;
  readonly text: string;
  /** Long lines are broken on screen; what is copied has them whole. */
  readonly wraps?: boolean;
};

/** A text to be copied as it is. */
export function CodeBlock({ name, text, wraps = false }: Props) {
  const { t } = useTranslation();
  return (
    <figure className={styles.code}>
      <figcaption>
        <span>{name}</span>
        <CopyButton
          withLabel
          text={text}
          label={t('guide.copyWhat', { what: name })}
          copiedLabel={t('common.copied')}
        />
      </figcaption>
      {/* What scrolls can be scrolled by keyboard. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre dir="ltr" tabIndex={0} aria-label={name} role="region" data-wraps={wraps ? '' : undefined}>
        {text}
      </pre>
    </figure>
  );
}
