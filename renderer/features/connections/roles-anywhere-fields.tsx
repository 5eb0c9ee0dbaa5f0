import { useTranslation } from 'react-i18next';
import { awsRegions } from '../../../shared/domain/aws-regions.ts';
import { regionOfArn } from '../../../shared/domain/auth.ts';
import { ComboboxField } from '../../ui/field/combobox-field.tsx';
import { TextField } from '../../ui/field/text-field.tsx';
import { CertificateFields } from './certificate-fields.tsx';
import { proposedRegion } from './connection-draft.ts';
import styles from './connections.module.css';
import { FieldOffer } from './field-offer.tsx';
import { type FieldsProps, useFieldProps } from './field-props.ts';
import type { ArnField } from './pasted-arns.ts';
import { SessionFields } from './session-fields.tsx';

const arnFields = ['trustAnchorArn', 'profileArn', 'roleArn'] as const satisfies readonly ArnField[];

/** A certificate in the place of an access key. */
export function RolesAnywhereFields(props: FieldsProps) {
  const { draft, help, onChange } = props;
  const { t } = useTranslation();
  const { text, arn, errorOf } = useFieldProps(props);
  const region = draft.signInRegion || proposedRegion(draft);
  const arnRegion = regionOfArn(draft.trustAnchorArn);
  const used = draft.customRegion.trim() || region;
  const known = awsRegions.some(({ value }) => value === region)
    ? awsRegions
    : [{ value: region, hint: '' }, ...awsRegions];
  return (
    <>
      {arnFields.map((field) => (
        <FieldOffer key={field} field={field} help={help} onChange={onChange}>
          <TextField
            label={t(`connection.${field}`)}
            placeholder={t(`connection.${field}Placeholder`)}
            {...arn(field)}
          />
        </FieldOffer>
      ))}
      <div className={styles.two}>
        <FieldOffer field="signInRegion" help={help} onChange={onChange}>
          <ComboboxField
            label={t('connection.signInRegion')}
            hint={
              arnRegion === null || arnRegion === used
                ? t('connection.signInRegionHint')
                : t('connection.signInRegionOther', { region: arnRegion })
            }
            error={errorOf('signInRegion')}
            value={region}
            options={known.map(({ value, hint }) => ({ value, label: value, hint }))}
            onValueChange={(chosen) => onChange({ signInRegion: chosen ?? '' })}
            emptyText={t('connection.noSuchRegion')}
          />
        </FieldOffer>
        <FieldOffer field="customRegion" help={help} onChange={onChange}>
          <TextField
            label={t('connection.customRegion')}
            mark={t('common.optional')}
            hint={t('connection.customRegionHint')}
            {...text('customRegion')}
          />
        </FieldOffer>
      </div>
      <CertificateFields {...props} />
      <SessionFields {...props} nameIsOptional={false} />
    </>
  );
}
