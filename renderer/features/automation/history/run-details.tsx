import { RotateCcw, SkipForward, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { RunStep, RunView } from '../../../../shared/domain/rule.ts';
import { visibleText } from '../../../../shared/words/visible-text.ts';
import { Button, IconButton } from '../../../ui/button/button.tsx';
import { AppErrorView } from '../../../words/error-words.tsx';
import { Time } from '../../../words/time.tsx';
import { useFormat } from '../../../words/use-format.ts';
import styles from './history.module.css';
import { RunStatus, runName } from './history-columns.tsx';
import { linkStepOf, StepLink } from './step-link.tsx';

type Props = {
  readonly run: RunView;
  readonly onRetry: (run: RunView) => void;
  readonly onSkip: (run: RunView) => void;
  readonly onClose: () => void;
};

/** One run: each of its steps, what it did, why it did not. */
export function RunDetails({ run, onRetry, onSkip, onClose }: Props) {
  const { t } = useTranslation();
  const canSkip = run.state === 'failed' || run.state === 'waiting';
  return (
    <section className={styles.details} aria-label={t('ruleRun.details', { name: runName(run, t) })} data-testid="run">
      <div className={styles.detailsHead}>
        <h2>
          <bdi data-name title={runName(run, t)}>
            {runName(run, t)}
          </bdi>
        </h2>
        {run.state === 'failed' ? (
          <Button small onClick={() => onRetry(run)}>
            <RotateCcw size={14} aria-hidden />
            {t('ruleRun.retry')}
          </Button>
        ) : null}
        {canSkip ? (
          <Button small onClick={() => onSkip(run)}>
            <SkipForward size={14} aria-hidden />
            {t('ruleRun.skip')}
          </Button>
        ) : null}
        <IconButton small label={t('ruleRun.closeDetails')} icon={<X size={14} aria-hidden />} onClick={onClose} />
      </div>
      <p className={styles.soft}>
        <RunTimes run={run} />
      </p>
      <ol className={styles.steps}>
        {run.steps.map((step, at) => (
          // Steps have no other name than their place.
          // oxlint-disable-next-line react/no-array-index-key
          <Step key={at} step={step}>
            {run.link !== undefined && at === linkStepOf(run) ? <StepLink link={run.link} /> : null}
          </Step>
        ))}
      </ol>
      {run.error && !run.steps.some(({ error }) => error) ? <AppErrorView error={run.error} quiet /> : null}
    </section>
  );
}

function RunTimes({ run }: { readonly run: RunView }) {
  const { t } = useTranslation();
  const format = useFormat();
  const parts = [
    t('ruleRun.attempts', { count: run.attempts }),
    ...(run.nextTryMs === null ? [] : [t('ruleRun.nextTry', { time: format.until(run.nextTryMs) })]),
  ];
  return (
    <>
      <Time ms={run.seenMs} /> · {parts.join(' · ')}
    </>
  );
}

function Step({ step, children }: { readonly step: RunStep; readonly children: ReactNode }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <li className={styles.step}>
      <div className={styles.stepLine}>
        <RunStatus state={step.state} t={t} />
        <span>{t(`rulePicker.action.${step.action}`)}</span>
        {step.detail === null ? null : <bdi className={styles.stepDetail}>{visibleText(step.detail)}</bdi>}
        {step.bytes === null ? null : <span className={styles.soft}>{format.bytes(step.bytes)}</span>}
      </div>
      {children}
      {step.error ? <AppErrorView error={step.error} quiet /> : null}
    </li>
  );
}
