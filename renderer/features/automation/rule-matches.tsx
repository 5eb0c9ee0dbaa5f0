import type { TFunction } from 'i18next';
import { FileSearch, SearchX } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { RuleTrial } from '../../../shared/domain/rule.ts';
import type { Trigger } from '../../../shared/domain/rule-trigger.ts';
import { visibleText } from '../../../shared/words/visible-text.ts';
import { EmptyState } from '../../ui/feedback/empty-state.tsx';
import { Skeleton } from '../../ui/feedback/skeleton.tsx';
import { Spinner } from '../../ui/feedback/spinner.tsx';
import { AppErrorView } from '../../words/error-words.tsx';
import { useFormat } from '../../words/use-format.ts';
import styles from './automation.module.css';
import type { RuleTest } from './use-rule-test.ts';

type Props = {
  readonly test: RuleTest;
  /** The rule is not complete: there is nothing to try. */
  readonly incomplete: boolean;
  readonly trigger: Trigger;
};

/** What the rule would do with what is there now, without doing it. */
export function RuleMatches({ test, incomplete, trigger }: Props) {
  const { t } = useTranslation();
  const { trials, asking, error } = test;
  if (incomplete) {
    return (
      <EmptyState
        icon={<FileSearch size={28} aria-hidden />}
        title={t('ruleTest.incomplete')}
        text={t('ruleTest.incompleteText')}
      />
    );
  }
  if (error) {
    return (
      <div className={styles.failure}>
        <AppErrorView error={error} saidAt={t('ruleTest.failed')} />
      </div>
    );
  }
  const brings = trigger.type === 'newObject' || trigger.type === 'folder';
  return (
    <div className={styles.matches} data-testid="matches" aria-busy={asking}>
      <p className={styles.matchesHead} role="status">
        {asking ? (
          <>
            <Spinner />
            {t('ruleTest.looking')}
          </>
        ) : trials?.matched === 0 && brings ? null : trials && brings ? (
          `${t(trials.complete ? 'ruleTest.matched' : 'ruleTest.matchedSoFar', {
            count: trials.matched,
            looked: trials.looked,
          })} ${followText(trigger, t)}`
        ) : (
          t('ruleTest.onRun')
        )}
      </p>
      {trials === null ? (
        <ul aria-hidden>
          {[0, 1, 2].map((at) => (
            <li key={at} className={styles.trial}>
              <Skeleton widthPercent={60 - at * 12} />
            </li>
          ))}
        </ul>
      ) : trials.trials.length === 0 ? (
        asking ? null : (
          <EmptyState
            icon={<SearchX size={28} aria-hidden />}
            title={trials.complete ? t('ruleTest.none') : t('ruleTest.noneSoFar', { count: trials.looked })}
            text={t(trials.complete && beginsLater(trigger) ? 'ruleTest.noneText' : 'ruleTest.noneTextLook')}
          />
        )
      ) : (
        <ul className={asking ? styles.old : undefined}>
          {trials.trials.map((trial) => (
            <Trial key={trial.event.key ?? trial.event.type} trial={trial} />
          ))}
        </ul>
      )}
    </div>
  );
}

/** Pure. It does nothing with what is there when it begins. */
const beginsLater = (trigger: Trigger): boolean => 'startFrom' in trigger && trigger.startFrom === 'now';

/** What becomes of what fits, by where the rule begins and what it is about. */
function followText(trigger: Trigger, t: TFunction): string {
  if (!('startFrom' in trigger)) return '';
  const { on, startFrom } = trigger;
  if (on.every((change) => change === 'removed')) return t('ruleTest.whenGone');
  if (startFrom === 'now') return t('ruleTest.later');
  return startFrom === 'all' ? t('ruleTest.now') : t('ruleTest.since', { date: startFrom });
}

function Trial({ trial }: { readonly trial: RuleTrial }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { event, steps, skipped } = trial;
  return (
    <li className={styles.trial}>
      {event.key === null ? null : (
        <p className={styles.trialHead}>
          <bdi className={styles.trialKey} title={visibleText(event.key)} data-name>
            {visibleText(event.key)}
          </bdi>
          {event.sizeBytes === null ? null : <span className={styles.soft}>{format.bytes(event.sizeBytes)}</span>}
        </p>
      )}
      {skipped === undefined ? (
        <ol className={styles.trialSteps}>
          {steps.map((step, at) => (
            // Steps have no other name than their place.
            // oxlint-disable-next-line react/no-array-index-key
            <li key={at}>
              <span>{t(`ruleTest.would.${step.action}`)}</span> <bdi>{visibleText(step.detail)}</bdi>
            </li>
          ))}
        </ol>
      ) : (
        <p className={styles.soft}>{t('ruleTest.wouldSkip', { reason: skipped })}</p>
      )}
    </li>
  );
}
