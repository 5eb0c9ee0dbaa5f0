import { useTranslation } from 'react-i18next';
import { cleanSessionName } from '../../../shared/domain/auth.ts';
import { SuggestField } from '../../ui/field/suggest-field.tsx';
import { TextField } from '../../ui/field/text-field.tsx';
import { useFormat } from '../../words/use-format.ts';
import { durationLimits } from './check-draft.ts';
import styles from './connections.module.css';
import { FieldOffer } from './field-offer.tsx';
import { type FieldsProps, useFieldProps } from './field-props.ts';

type Props = FieldsProps & {
  readonly nameIsOptional: boolean;
  /** It is taken with credentials that may be a role's: then it ends sooner than may be asked for. */
  readonly mayBeChained?: boolean;
};

const hours = [3600, 7200, 14_400, 28_800, 43_200] as const;

/** What a session is called and how long it lasts. */
export function SessionFields(props: Props) {
  const { draft, help, onChange, nameIsOptional, mayBeChained = false } = props;
  const { t } = useTranslation();
  const format = useFormat();
  const { text } = useFieldProps(props);
  const typed = draft.sessionName.trim();
  const cleaned = cleanSessionName(typed);
  const isSentOtherwise = typed !== cleaned && (typed !== '' || nameIsOptional);
  const limits = durationLimits(draft);
  const seconds = /^\d+$/.test(draft.durationSeconds.trim()) ? Number(draft.durationSeconds) : 0;
  const duration = format.longDuration(seconds);
  const { min, max } = limits;
  const durationHint =
    seconds === 0
      ? t('connection.durationLimits', { min, max })
      : mayBeChained
        ? t('connection.durationChained', { duration })
        : t('connection.durationHint', { duration, min, max });
  return (
    <div className={styles.two}>
      <FieldOffer field="sessionName" help={help} onChange={onChange}>
        <TextField
          label={t('connection.sessionName')}
          mark={nameIsOptional ? t('common.optional') : undefined}
          hint={isSentOtherwise ? t('connection.sessionNameSent', { name: cleaned }) : t('connection.sessionNameHint')}
          placeholder={nameIsOptional ? cleanSessionName('') : undefined}
          {...text('sessionName')}
        />
      </FieldOffer>
      <FieldOffer field="durationSeconds" help={help} onChange={onChange}>
        <SuggestField
          label={t('connection.durationSeconds')}
          hint={durationHint}
          suggestions={hours
            .filter((one) => one <= max)
            .map((one) => ({ value: String(one), hint: format.longDuration(one) }))}
          browseLabel={t('connection.durationsShow')}
          {...text('durationSeconds')}
        />
      </FieldOffer>
    </div>
  );
}
