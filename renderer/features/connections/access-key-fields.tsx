import { useTranslation } from 'react-i18next';
import { TextField } from '../../ui/field/text-field.tsx';
import styles from './connections.module.css';
import { FieldOffer } from './field-offer.tsx';
import { type FieldsProps, useFieldProps } from './field-props.ts';
import { keepsSecrets } from './draft-input.ts';
import { SecretField } from './secret-field.tsx';

/** An access key with its secret, and the session token of a temporary one. */
export function AccessKeyFields(props: FieldsProps) {
  const { draft, saved, help, onChange } = props;
  const { t } = useTranslation();
  const { credential } = useFieldProps(props);
  const isSaved = keepsSecrets(draft, saved);
  const savedKey = saved?.auth.type === 'role' ? saved.auth.base : saved?.auth;
  // A new secret takes its place together with the token of the old one.
  const hasToken =
    isSaved && savedKey?.type === 'accessKey' && savedKey.hasSessionToken && draft.secretAccessKey === '';
  return (
    <>
      <div className={styles.two}>
        <FieldOffer field="accessKeyId" help={help} onChange={onChange}>
          <TextField
            label={t('connection.accessKeyId')}
            hint={t('connection.pasteHint')}
            {...credential('accessKeyId')}
          />
        </FieldOffer>
        <FieldOffer field="secretAccessKey" help={help} onChange={onChange}>
          <SecretField
            label={t('connection.secretAccessKey')}
            hint={t('connection.secretHint')}
            isSaved={isSaved}
            replaceLabel={t('connection.replaceSecretLabel')}
            {...credential('secretAccessKey')}
          />
        </FieldOffer>
      </div>
      <FieldOffer field="sessionToken" help={help} onChange={onChange}>
        <SecretField
          label={t('connection.sessionToken')}
          mark={t('common.optional')}
          hint={t('connection.sessionTokenHint')}
          isSaved={hasToken}
          replaceLabel={t('connection.replaceTokenLabel')}
          {...credential('sessionToken')}
        />
      </FieldOffer>
    </>
  );
}
