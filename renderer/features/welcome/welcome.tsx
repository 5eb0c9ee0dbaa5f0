import { ChevronRight, HardDrive, Lock, Server } from 'lucide-react';
import { type ReactNode, useEffect, useId, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/button/button.tsx';
import styles from './welcome.module.css';

type Props = {
  readonly starting: boolean;
  readonly failure: ReactNode;
  readonly onConnect: () => void;
  readonly onTryIt: () => void;
  readonly onImport: () => void;
};

/** First start: two ways in, a third for those who come from another computer, and nothing to read before. */
export function Welcome({ starting, failure, onConnect, onTryIt, onImport }: Props) {
  const { t } = useTranslation();
  return (
    <div className={styles.welcome}>
      <div className={styles.inner}>
        <h1 className={styles.title}>{t('welcome.title')}</h1>
        <p className={styles.lead}>{t('welcome.text')}</p>
        <div className={styles.choices}>
          <Choice
            icon={<Server size={28} strokeWidth={1.5} aria-hidden />}
            title={t('welcome.connect')}
            text={t('welcome.connectText')}
            first
            disabled={starting}
            onClick={onConnect}
          />
          <Choice
            icon={<HardDrive size={28} strokeWidth={1.5} aria-hidden />}
            title={t('welcome.tryIt')}
            text={starting ? t('welcome.starting') : t('welcome.tryItText')}
            disabled={starting}
            onClick={onTryIt}
          />
        </div>
        {failure}
        <p className={styles.import}>
          {t('welcome.importText')}
          <Button small disabled={starting} onClick={onImport}>
            {t('connectionFiles.import')}
          </Button>
        </p>
        <p className={styles.keys}>
          <Lock size={14} aria-hidden />
          {t('welcome.keysText')}
        </p>
      </div>
    </div>
  );
}

type ChoiceProps = {
  readonly icon: ReactNode;
  readonly title: string;
  readonly text: string;
  /** Has the focus at first: there is nothing else to do here. */
  readonly first?: boolean;
  readonly disabled: boolean;
  readonly onClick: () => void;
};

function Choice({ icon, title, text, first = false, disabled, onClick }: ChoiceProps) {
  const id = useId();
  const ref = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (first && document.activeElement === document.body) ref.current?.focus({ preventScroll: true });
  }, [first]);
  return (
    <div className={styles.choice} data-disabled={disabled ? '' : undefined}>
      {icon}
      <button
        ref={ref}
        type="button"
        className={styles.choiceTitle}
        aria-describedby={id}
        disabled={disabled}
        onClick={onClick}
      >
        {title}
      </button>
      <ChevronRight className={styles.choiceGo} size={18} aria-hidden />
      <p id={id} className={styles.choiceText}>
        {text}
      </p>
    </div>
  );
}
