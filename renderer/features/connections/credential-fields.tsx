import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/button/button.tsx';
import { SelectField } from '../../ui/field/select-field.tsx';
import { PasswordField } from '../../ui/field/password-field.tsx';
import { TextField } from '../../ui/field/text-field.tsx';
import styles from './connections.module.css';
import { FieldOffer } from './field-offer.tsx';
import { type FieldsProps, secretWords, useFieldProps } from './field-props.ts';

type Props = FieldsProps & { readonly secretIsSaved: boolean };

/** Stands for a secret, however long that is. */
const mask = '•'.repeat(12);

/** Who the connection is: an access key with its secret, or a profile of this computer's AWS configuration. */
export function CredentialFields(props: Props) {
  const { draft, help, onChange, secretIsSaved } = props;
  const { t } = useTranslation();
  const { text, credential } = useFieldProps(props);
  const [replacing, setReplacing] = useState(false);
  const secretRef = useRef<HTMLInputElement>(null);
  const masked = secretIsSaved && !replacing;
  return (
    <>
      <SelectField
        label={t('connection.authType')}
        value={draft.authType}
        options={[
          { value: 'accessKey', label: t('connection.authAccessKey') },
          { value: 'profile', label: t('connection.authProfile') },
        ]}
        onValueChange={(authType) => onChange({ authType })}
      />
      {draft.authType === 'profile' ? (
        <FieldOffer field="profile" help={help} onChange={onChange}>
          <TextField label={t('connection.profile')} hint={t('connection.profileHint')} {...text('profile')} />
        </FieldOffer>
      ) : (
        <div className={styles.two}>
          <FieldOffer field="accessKeyId" help={help} onChange={onChange}>
            <TextField
              label={t('connection.accessKeyId')}
              hint={t('connection.pasteHint')}
              {...credential('accessKeyId')}
            />
          </FieldOffer>
          <FieldOffer field="secretAccessKey" help={help} onChange={onChange}>
            <div className={styles.secret} data-masked={masked ? '' : undefined}>
              <PasswordField
                ref={secretRef}
                label={t('connection.secretAccessKey')}
                hint={t(masked ? 'connection.secretSavedHint' : 'connection.secretHint')}
                autoComplete="new-password"
                readOnly={masked}
                {...secretWords(t)}
                placeholder={masked ? mask : ''}
                {...credential('secretAccessKey')}
              />
              {masked ? (
                <Button
                  aria-label={t('connection.replaceSecretLabel')}
                  onClick={() => {
                    setReplacing(true);
                    secretRef.current?.focus();
                  }}
                >
                  {t('connection.replaceSecret')}
                </Button>
              ) : null}
            </div>
          </FieldOffer>
        </div>
      )}
    </>
  );
}
