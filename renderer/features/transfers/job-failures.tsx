import { useTranslation } from 'react-i18next';
import type { JobView } from '../../../shared/domain/transfer.ts';
import { describeError } from '../../../shared/words/describe-error.ts';
import { visibleText } from '../../../shared/words/visible-text.ts';
import type { FailureGroup } from '../../stores/transfer-list.ts';
import { classNames } from '../../ui/class-names.ts';
import { AppErrorView } from '../../words/error-words.tsx';
import { useFormat } from '../../words/use-format.ts';
import styles from './transfers.module.css';
import { useJobFailures } from './use-job-failures.ts';

const namesShown = 5;

type Props = { readonly job: JobView; readonly unfolded: boolean };

/**
 * Why files of a job failed: while it is folded the first reason in a line, and what to do where that is the only one; else
 * that there are others. Unfolded every reason with its files and its fix.
 */
export function JobFailures({ job, unfolded }: Props) {
  const { t } = useTranslation();
  const groups = useJobFailures(job);
  const [first] = groups;
  const advice = classNames(styles.reason, styles.advice);
  // Their place is kept while the reason is read.
  if (!first) {
    return (
      <>
        <p className={styles.reason}>&nbsp;</p>
        <p className={advice}>&nbsp;</p>
      </>
    );
  }
  if (!unfolded) {
    const { message, fix } = describeError(first.error);
    return (
      <>
        <p className={styles.reason} title={message}>
          {t('transfers.failedBecause', { name: first.names[0] ?? '', reason: message })}
        </p>
        <p className={advice} title={groups.length === 1 ? fix : undefined}>
          {groups.length === 1 ? fix : t('transfers.otherReasons', { count: groups.length - 1 })}
        </p>
      </>
    );
  }
  return (
    <div className={styles.failures}>
      {groups.map((group) => (
        <AppErrorView
          key={`${group.error.code} ${group.names[0]}`}
          quiet
          error={group.error}
          actions={<FailedNames group={group} />}
        />
      ))}
    </div>
  );
}

function FailedNames({ group }: { readonly group: FailureGroup }) {
  const { t } = useTranslation();
  const format = useFormat();
  const shown = group.names.slice(0, namesShown).map(visibleText);
  const more = group.names.length - shown.length;
  const names = format.list(shown, 'unit');
  return (
    <span className={styles.failedNames}>
      {more > 0 ? t('transfers.failedNamesMore', { names, count: more }) : names}
    </span>
  );
}
