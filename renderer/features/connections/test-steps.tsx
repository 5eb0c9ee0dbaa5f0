import { CircleCheck, CircleMinus, CircleX, LoaderCircle, TriangleAlert } from 'lucide-react';
import { type ReactNode, useEffect, useRef } from 'react';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { TestResult, TestStep } from '../../../shared/domain/connection.ts';
import type { AppError } from '../../../shared/errors.ts';
import { AppErrorView } from '../../words/error-words.tsx';
import styles from './connections.module.css';
import { stepWords } from './step-words.ts';

const icons = {
  running: LoaderCircle,
  ok: CircleCheck,
  warning: TriangleAlert,
  failed: CircleX,
  skipped: CircleMinus,
} as const;

type Props = {
  readonly steps: readonly TestStep[];
  readonly result: TestResult | null;
  /** The test itself could not be carried out. */
  readonly error: AppError | null;
  /** What can be done about the failure from here. */
  readonly actions?: ReactNode;
};

/** A connection test as it goes: each step with its result, and in the end what is wrong and how to mend it. */
export function TestSteps({ steps, result, error, actions }: Props) {
  const { t } = useTranslation();
  const shown = result?.steps ?? steps;
  const failure = error ?? result?.error;
  const sectionRef = useRef<HTMLElement>(null);
  const ended = failure !== undefined || result !== null;
  const shownCount = shown.length;
  // The form may be longer than the window, and its end is what the person is waiting for.
  useEffect(() => {
    if (shownCount > 0) sectionRef.current?.scrollIntoView({ block: ended ? 'end' : 'nearest' });
  }, [ended, shownCount]);
  return (
    <section
      ref={sectionRef}
      className={styles.test}
      aria-label={t('connection.testTitle')}
      aria-live="polite"
      data-testid="test-steps"
    >
      <ol className={styles.steps}>
        {shown.map((step) => {
          const Icon = icons[step.state];
          return (
            <li key={step.name} className={`${styles.step} ${styles[step.state] ?? ''}`} data-state={step.state}>
              <Icon size={16} aria-hidden />
              <span>
                {t(`connection.stepName.${step.name}`)}
                <span className="visually-hidden"> {t(`connection.stepState.${step.state}`)}</span>
              </span>
              <span className={styles.stepDetail}>{stepWords(step, t) || emptyWords(step, t)}</span>
            </li>
          );
        })}
        {result?.ok ? <li className={styles.allFine}>{t('connection.testOk')}</li> : null}
      </ol>
      {failure ? <AppErrorView error={failure} actions={actions} /> : null}
    </section>
  );
}

/** A step that was never reached says so; one that runs has its sign. */
const emptyWords = (step: TestStep, t: TFunction) =>
  step.state === 'skipped' ? t('connection.stepState.skipped') : '';
