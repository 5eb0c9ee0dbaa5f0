import { CircleCheck, CircleDashed, CircleX } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { PermissionResult, TestResult } from '../../../shared/domain/connection-test.ts';
import type { AppError } from '../../../shared/errors.ts';
import { describeError } from '../../../shared/words/describe-error.ts';
import { visibleText } from '../../../shared/words/visible-text.ts';
import { Button } from '../../ui/button/button.tsx';
import { Status } from '../../ui/feedback/status.tsx';
import styles from './permission-table.module.css';

export type TestedPermissions = NonNullable<TestResult['permissions']>;

const looks = {
  allowed: { icon: CircleCheck, tone: 'good' },
  denied: { icon: CircleX, tone: 'bad' },
  notTested: { icon: CircleDashed, tone: 'neutral' },
} as const;

type Props = {
  readonly permissions: TestedPermissions;
  /** Tests once more and also writes, which the person agrees to by the button; left out where that cannot be done. */
  readonly onWriteProbe?: (() => void) | undefined;
};

/** What a tested connection may do: each action with its result, what IAM calls it, and why not. */
export function PermissionTable({ permissions, onWriteProbe }: Props) {
  const { t } = useTranslation();
  const { bucket, prefix, wrote, results } = permissions;
  const outcomeOf = (action: PermissionResult['action']) => results.find((one) => one.action === action)?.outcome;
  const place = visibleText(`${bucket}/${prefix}`);
  return (
    <section className={styles.frame} aria-label={t('permission.title')} data-testid="permissions">
      <table className={styles.table}>
        <caption>
          <strong>{t('permission.title')}</strong> <span>{t('permission.place', { place })}</span>
        </caption>
        <thead>
          <tr>
            <th scope="col">{t('permission.action')}</th>
            <th scope="col">{t('permission.outcome')}</th>
            <th scope="col">{t('permission.name')}</th>
          </tr>
        </thead>
        <tbody>
          {results.map((result) => (
            <Row key={result.action} result={result} />
          ))}
        </tbody>
      </table>
      {/* What could not be deleted again is said by the step of the test. */}
      {wrote && outcomeOf('delete') === 'allowed' ? <p className={styles.soft}>{t('permission.wrote')}</p> : null}
      {outcomeOf('upload') === 'notTested' && onWriteProbe ? (
        <div className={styles.consent}>
          <p>{t('permission.probe', { place })}</p>
          <Button small onClick={onWriteProbe}>
            {t('permission.probeDo')}
          </Button>
        </div>
      ) : null}
    </section>
  );
}

/** That the permission of the row is missing stands there already; of another one, such as a key's, it is news. */
function saysTheSame({ code, context }: AppError, permission: string): boolean {
  const missing = context['permission'];
  return code === 'AccessDenied' && (missing === undefined || permission.split(/,\s*/).includes(String(missing)));
}

function Row({ result: { action, outcome, permission, error } }: { readonly result: PermissionResult }) {
  const { t } = useTranslation();
  const { icon: Icon, tone } = looks[outcome];
  return (
    <tr data-outcome={outcome}>
      <th scope="row">{t(`connection.permission.${action}`)}</th>
      <td>
        <Status tone={tone} icon={<Icon size={14} aria-hidden />} word={t(`connection.outcome.${outcome}`)} />
      </td>
      <td>
        {permission.split(/,\s*/).map((name) => (
          <code key={name} dir="ltr">
            {name}
          </code>
        ))}
        {error && !saysTheSame(error, permission) ? (
          <p className={styles.reason}>{describeError(error).message}</p>
        ) : null}
      </td>
    </tr>
  );
}
