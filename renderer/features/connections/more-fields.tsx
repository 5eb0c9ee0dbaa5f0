import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CheckboxField } from '../../ui/field/checkbox-field.tsx';
import { TextField } from '../../ui/field/text-field.tsx';
import { type ConnectionDraft, emptyDraft, type TextDraftField } from './connection-draft.ts';
import styles from './connections.module.css';
import { FieldOffer } from './field-offer.tsx';
import { type FieldsProps, useFieldProps } from './field-props.ts';

const ofAll: readonly TextDraftField[] = ['restrictToBucket', 'restrictToPath', 'downloadThreads', 'uploadThreads'];
const ofAuthType: Partial<Record<ConnectionDraft['authType'], 'stsEndpointUrl' | 'signInEndpointUrl'>> = {
  role: 'stsEndpointUrl',
  rolesAnywhere: 'signInEndpointUrl',
};

/** What most connections leave as it is. Unfolds by itself when something in it is set, or wrong. */
export function MoreFields(props: FieldsProps) {
  const { draft, problems, help, onChange } = props;
  const { t } = useTranslation();
  const { text } = useFieldProps(props);
  const signInField = ofAuthType[draft.authType];
  const fields = signInField === undefined ? ofAll : [...ofAll, signInField];
  const [unfolded, setUnfolded] = useState(() => fields.some((field) => draft[field] !== emptyDraft[field]));
  const needed = fields.some((field) => problems[field] !== undefined || help?.field === field);
  const optional = t('common.optional');
  const isHere = draft.service === 'thisComputer';
  return (
    <details
      className={styles.more}
      open={unfolded || needed}
      onToggle={(event) => setUnfolded(event.currentTarget.open)}
    >
      <summary>{t('connection.more')}</summary>
      <div className={styles.moreFields}>
        <div className={styles.two}>
          <FieldOffer field="restrictToBucket" help={help} onChange={onChange}>
            <TextField
              label={t('connection.restrictToBucket')}
              mark={optional}
              hint={t('connection.restrictToBucketHint')}
              {...text('restrictToBucket')}
            />
          </FieldOffer>
          <FieldOffer field="restrictToPath" help={help} onChange={onChange}>
            <TextField
              label={t('connection.restrictToPath')}
              mark={optional}
              hint={t('connection.restrictToPathHint')}
              {...text('restrictToPath')}
            />
          </FieldOffer>
          <TextField label={t('connection.downloadThreads')} inputMode="numeric" {...text('downloadThreads')} />
          <TextField label={t('connection.uploadThreads')} inputMode="numeric" {...text('uploadThreads')} />
        </div>
        {signInField === undefined ? null : (
          <FieldOffer field={signInField} help={help} onChange={onChange}>
            <TextField
              label={t(`connection.${signInField}`)}
              mark={optional}
              hint={t(`connection.${signInField}Hint`)}
              placeholder={t(`connection.${signInField}Placeholder`)}
              inputMode="url"
              {...text(signInField)}
            />
          </FieldOffer>
        )}
        {isHere ? null : (
          <CheckboxField
            label={t('connection.pathStyle')}
            hint={t('connection.pathStyleHint')}
            checked={draft.pathStyle}
            onCheckedChange={(pathStyle) => onChange({ pathStyle })}
          />
        )}
      </div>
    </details>
  );
}
