import { useTranslation } from 'react-i18next';
import type { AppError } from '../../../shared/errors.ts';
import { Button } from '../../ui/button/button.tsx';
import { AppErrorView } from '../../words/error-words.tsx';
import type { FieldHelp } from './field-help.ts';
import type { TextDraftField } from './connection-draft.ts';

type Props = {
  readonly error: AppError;
  /** The field that is to blame, if it is for this. */
  readonly help: FieldHelp | null;
  readonly onGoToField: (field: TextDraftField) => void;
};

/** Why a test or a save failed, and how to mend it. What its field says already is not said twice: here is the way there. */
export function FormFailure({ error, help, onGoToField }: Props) {
  const { t } = useTranslation();
  if (help?.error !== error) return <AppErrorView error={error} />;
  const { field } = help;
  return (
    <AppErrorView
      error={error}
      saidAt={t('connection.lookAtField', { field: t(`connection.${field}`) })}
      actions={
        <Button small onClick={() => onGoToField(field)}>
          {t('connection.goToField')}
        </Button>
      }
    />
  );
}
