import { CircleCheck, CircleDashed, CircleMinus, CircleX, LoaderCircle, TriangleAlert } from 'lucide-react';
import { useEffect, useRef } from 'react';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { type TestResult, type TestStep, testStepNames } from '../../../shared/domain/connection-test.ts';
import type { AppError } from '../../../shared/errors.ts';
import { useFormat } from '../../words/use-format.ts';
import styles from './connections.module.css';
import type { FieldHelp } from './field-help.ts';
import type { TextDraftField } from './connection-draft.ts';
import { FormFailure } from './form-failure.tsx';
import { PermissionTable } from './permission-table.tsx';
import { stepWords } from './step-words.ts';

/** A step is there from the start, so that the form does not grow while it is tested. */
type ShownStep = Omit<TestStep, 'state'> & { readonly state: TestStep['state'] | 'waiting' };

const icons = {
  waiting: CircleDashed,
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
  /** The field that is to blame. */
  readonly help: FieldHelp | null;
  readonly onGoToField: (field: TextDraftField) => void;
  /** Tests again and also writes; left out while it is being tested. */
  readonly onWriteProbe?: (() => void) | undefined;
  readonly onSignedIn?: (() => void) | undefined;
};

/** A connection test as it goes: each step with its result; the one that failed says why, and how to mend it. */
export function TestSteps({ steps, result, error, help, onGoToField, onWriteProbe, onSignedIn }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const known = result?.steps ?? steps;
  const failure = error ?? result?.error;
  const ended = failure !== undefined || result !== null;
  const shown = testStepNames.map(
    (name): ShownStep => known.find((step) => step.name === name) ?? { name, state: ended ? 'skipped' : 'waiting' },
  );
  const why = failure ? (
    <FormFailure error={failure} help={help} onGoToField={onGoToField} onSignedIn={onSignedIn} />
  ) : null;
  // The credentials work, but what the connection is restricted to is not there.
  const isElsewhere = shown.some(({ name, state }) => name === 'restriction' && state === 'warning');
  const failedStep = shown.find((step) => step.state === 'failed');
  const sectionRef = useRef<HTMLElement>(null);
  const knownCount = known.length;
  // The form may be longer than the window, and its end is what the person is waiting for; what a step found may take
  // a second line.
  useEffect(() => {
    sectionRef.current?.scrollIntoView({ block: ended ? 'end' : 'nearest' });
    // oxlint-disable-next-line react/exhaustive-effect-dependencies
  }, [ended, knownCount]);
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
              {step === failedStep ? (
                <div className={styles.stepFailure}>{why}</div>
              ) : (
                <span className={styles.stepDetail}>{stepWords(step, t, format.date) || emptyWords(step, t)}</span>
              )}
            </li>
          );
        })}
        {result?.ok && !isElsewhere ? <li className={styles.allFine}>{t('connection.testOk')}</li> : null}
      </ol>
      {failedStep ? null : why}
      {result?.permissions ? <PermissionTable permissions={result.permissions} onWriteProbe={onWriteProbe} /> : null}
    </section>
  );
}

/** A step that was never reached says so; one that runs has its sign. */
const emptyWords = (step: ShownStep, t: TFunction) =>
  step.state === 'skipped' ? t('connection.stepState.skipped') : '';
