import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { AppError } from '../../shared/errors.ts';
import { describeError } from '../../shared/words/describe-error.ts';
import { ErrorView } from '../ui/feedback/error-view.tsx';

type Props = {
  readonly error: AppError;
  /** Instead of what happened, where that is said already: the place where it stands. */
  readonly saidAt?: string | undefined;
  readonly actions?: ReactNode;
  readonly quiet?: boolean;
};

/** An error where it belongs, in words: what happened, what to do, details to copy. */
export function AppErrorView({ error, saidAt, actions, quiet = false }: Props) {
  const { t } = useTranslation();
  const { message, fix, details } = describeError(error);
  const labels = { details: t('common.details'), copy: t('common.copyDetails'), copied: t('common.copied') };
  return (
    <ErrorView words={{ what: saidAt ?? message, fix, details }} labels={labels} actions={actions} quiet={quiet} />
  );
}
