import { useTranslation } from 'react-i18next';
import { CopyButton } from '../../ui/button/copy-button.tsx';
import { SelectField } from '../../ui/field/select-field.tsx';
import { TextField } from '../../ui/field/text-field.tsx';
import { AccessKeyFields } from './access-key-fields.tsx';
import styles from './connections.module.css';
import { FieldOffer } from './field-offer.tsx';
import { type FieldsProps, useFieldProps } from './field-props.ts';
import { ProfileFields } from './profile-fields.tsx';
import { SessionFields } from './session-fields.tsx';

/** A role, and the credentials that it is taken with. */
export function RoleFields(props: FieldsProps) {
  const { draft, help, onChange } = props;
  const { t } = useTranslation();
  const { text, arn } = useFieldProps(props);
  const optional = t('common.optional');
  return (
    <>
      <FieldOffer field="roleArn" help={help} onChange={onChange}>
        <TextField
          label={t('connection.roleArn')}
          placeholder={t('connection.roleArnPlaceholder')}
          hint={t('connection.roleArnHint')}
          {...arn('roleArn')}
        />
      </FieldOffer>
      <FieldOffer field="externalId" help={help} onChange={onChange}>
        <div className={draft.externalId === '' ? undefined : styles.withAction}>
          <TextField
            label={t('connection.externalId')}
            mark={optional}
            hint={t('connection.externalIdHint')}
            {...text('externalId')}
          />
          {draft.externalId === '' ? null : (
            <div>
              <CopyButton
                text={draft.externalId}
                label={t('connection.copyExternalId')}
                copiedLabel={t('common.copied')}
              />
            </div>
          )}
        </div>
      </FieldOffer>
      <fieldset className={styles.base}>
        <legend>{t('connection.base')}</legend>
        <div className={styles.baseFields}>
          <SelectField
            label={t('connection.baseType')}
            value={draft.baseType}
            options={[
              { value: 'accessKey', label: t('connection.authAccessKey') },
              { value: 'profile', label: t('connection.authProfile') },
            ]}
            onValueChange={(baseType) => onChange({ baseType })}
          />
          {draft.baseType === 'profile' ? (
            <ProfileFields {...props} offersCopy={false} />
          ) : (
            <AccessKeyFields {...props} />
          )}
        </div>
      </fieldset>
      <SessionFields
        {...props}
        nameIsOptional
        mayBeChained={draft.baseType === 'profile' || draft.sessionToken.trim() !== ''}
      />
      <FieldOffer field="mfaSerial" help={help} onChange={onChange}>
        <TextField
          label={t('connection.mfaSerial')}
          mark={optional}
          placeholder={t('connection.mfaSerialPlaceholder')}
          hint={t('connection.mfaSerialHint')}
          {...text('mfaSerial')}
        />
      </FieldOffer>
    </>
  );
}
