import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CommandOutput } from '../../../shared/contract/commands.ts';
import type { RuleView } from '../../../shared/domain/rule.ts';
import type { AppError } from '../../../shared/errors.ts';
import { useEngine } from '../../bridge/engine-context.ts';
import { draftOf } from '../../stores/rule-draft.ts';
import { Button } from '../../ui/button/button.tsx';
import { Dialog } from '../../ui/dialog/dialog.tsx';
import { TextField } from '../../ui/field/text-field.tsx';
import { useToast } from '../../ui/toast/toast.tsx';
import { AppErrorView } from '../../words/error-words.tsx';
import { useDescribeContext } from './automation-context.ts';
import styles from './automation.module.css';
import { describeRule, sentenceText } from './describe-rule.ts';
import { dayOf, startOfDay } from './history/history-query.ts';

type Props = { readonly rule: RuleView; readonly onClose: () => void; readonly onStarted: () => void };
type Counted = CommandOutput<'rules.test'>;

/** As many as the engine looks at. */
const mostLooked = 1_000_000;
const weekMs = 7 * 86_400_000;

/** A rule acts once more on what was modified in some days: those are counted first. */
export function BackfillDialog({ rule, onClose, onStarted }: Props) {
  const { t } = useTranslation();
  const context = useDescribeContext();
  const engine = useEngine();
  const toast = useToast();
  const [fromDay, setFromDay] = useState(() => dayOf(Date.now() - weekMs));
  const [toDay, setToDay] = useState(() => dayOf(Date.now()));
  const [counted, setCounted] = useState<Counted | null>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<AppError | null>(null);
  const fromMs = startOfDay(fromDay, 0);
  const nextMs = startOfDay(toDay, 1);
  const isValid = fromMs !== null && nextMs !== null && fromMs < nextMs;
  const change = (set: (day: string) => void) => (day: string) => {
    set(day);
    setCounted(null);
    setError(null);
  };
  const go = async () => {
    if (!isValid || busy) return;
    const time = { fromMs, toMs: nextMs - 1 };
    setBusy(true);
    if (counted === null) {
      const answer = await engine.call('rules.test', { rule: rule.id, trials: 1, look: mostLooked, ...time });
      setBusy(false);
      if (answer.ok) setCounted(answer.value);
      else setError(answer.error);
      return;
    }
    const answer = await engine.call('rules.backfill', { ruleId: rule.id, ...time });
    setBusy(false);
    if (!answer.ok) return setError(answer.error);
    toast(t('rules.ran', { count: answer.value.started, name: rule.name }));
    onClose();
    onStarted();
  };
  return (
    <Dialog
      title={t('ruleBackfill.title', { name: rule.name })}
      description={t('ruleBackfill.text')}
      onClose={onClose}
      onSubmit={() => void go()}
      actions={
        <>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button type="submit" look="primary" busy={busy} disabled={!isValid || counted?.matched === 0}>
            {counted === null ? t('ruleBackfill.count') : t('ruleBackfill.run', { count: counted.matched })}
          </Button>
        </>
      }
    >
      <div className={styles.days}>
        <TextField label={t('ruleRun.fromDay')} type="date" value={fromDay} onValueChange={change(setFromDay)} />
        <TextField
          label={t('ruleRun.toDay')}
          type="date"
          value={toDay}
          error={isValid ? undefined : t('ruleBackfill.noDays')}
          onValueChange={change(setToDay)}
        />
      </div>
      <div role="status">
        {counted === null ? null : (
          <p>
            {t(counted.complete ? 'ruleBackfill.fit' : 'ruleBackfill.fitSoFar', {
              count: counted.matched,
              looked: counted.looked,
            })}
          </p>
        )}
        {counted === null || counted.matched === 0 ? null : (
          <p className={styles.soft}>
            {t('ruleBackfill.each', { sentence: sentenceText(describeRule(draftOf(rule), context)) })}
          </p>
        )}
      </div>
      {error ? <AppErrorView error={error} /> : null}
    </Dialog>
  );
}
