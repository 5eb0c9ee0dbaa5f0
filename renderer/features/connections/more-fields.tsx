import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CheckboxField } from '../../ui/field/checkbox-field.tsx';
import { PasswordField } from '../../ui/field/password-field.tsx';
import { TextField } from '../../ui/field/text-field.tsx';
import { type DraftField, emptyDraft } from './connection-draft.ts';
import styles from './connections.module.css';
import { FieldOffer } from './field-offer.tsx';
import { type FieldsProps, secretWords, useFieldProps } from './field-props.ts';

const fields: readonly DraftField[] = [
  'sessionToken',
  'restrictToBucket',
  'restrictToPath',
  'downloadThreads',
  'uploadThreads',
];

/** What most connections leave as it is. Unfolds by itself when something in it is set, or wrong. */
export function MoreFields(props: FieldsProps) {
  const { draft, problems, help, onChange } = props;
  const { t } = useTranslation();
  const { text, credential } = useFieldProps(props);
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
        {draft.authType === 'accessKey' && !isHere ? (
          <FieldOffer field="sessionToken" help={help} onChange={onChange}>
            <PasswordField
              label={t('connection.sessionToken')}
              mark={optional}
              hint={t('connection.sessionTokenHint')}
              autoComplete="new-password"
              {...secretWords(t)}
              {...credential('sessionToken')}
            />
          </FieldOffer>
        ) : null}
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
