import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FileField } from '../../ui/field/file-field.tsx';
import { useFormat } from '../../words/use-format.ts';
import type { ConnectionDraft, TextDraftField } from './connection-draft.ts';
import styles from './connections.module.css';
import { FieldOffer } from './field-offer.tsx';
import { type FieldsProps, useFieldProps } from './field-props.ts';
import {
  certificateCount,
  hasOwnKey,
  type KeyField,
  keyKind,
  keyTextOf,
  maxKeyFileBytes,
  takeKeyText,
} from './key-material.ts';
import { SavedCertificate } from './saved-certificate.tsx';
import { SecretField } from './secret-field.tsx';

const accepted: Readonly<Record<KeyField, string>> = {
  certificatePem: '.pem,.crt,.cer,.der,.p12,.pfx',
  privateKeyPem: '.pem,.key,.der,.p8,.p12,.pfx',
};
const cleared: Readonly<Record<KeyField, Partial<ConnectionDraft>>> = {
  certificatePem: { certificatePem: '', certificateName: '' },
  privateKeyPem: { privateKeyPem: '', privateKeyName: '' },
};

/** The certificate and its private key, from files or pasted; of saved ones only what is public is shown. */
export function CertificateFields(props: FieldsProps) {
  const { draft, saved, help, onChange, onLeave, onMoved } = props;
  const { t } = useTranslation();
  const format = useFormat();
  const { text, errorOf } = useFieldProps(props);
  const [replacing, setReplacing] = useState(false);
  const [refused, setRefused] = useState<Partial<Record<KeyField, string>>>({});
  const fieldsRef = useRef<HTMLDivElement>(null);
  const certificate = saved?.auth.type === 'rolesAnywhere' ? saved.auth.certificate : null;
  const isSaved = certificate !== null;

  const take = (field: KeyField, taken: string, name: string) => {
    const change = takeKeyText(draft, field, taken, name);
    setRefused({});
    const fields = (['certificatePem', 'privateKeyPem'] as const).filter((one) => Boolean(change[one]));
    if (fields.length === 1 && fields[0] === field) onChange(change);
    else onMoved(change, fields);
    for (const one of fields) onLeave(one);
  };
  const takeFile = async (field: KeyField, file: File) => {
    if (file.size === 0 || file.size > maxKeyFileBytes) {
      return setRefused({
        [field]:
          file.size === 0
            ? t('connection.keyFileEmpty', { name: file.name })
            : t('connection.keyFileTooLarge', { name: file.name, size: format.bytes(file.size) }),
      });
    }
    const bytes = await file.arrayBuffer().catch(() => null);
    if (bytes === null) return setRefused({ [field]: t('connection.keyFileUnreadable', { name: file.name }) });
    return take(field, keyTextOf(new Uint8Array(bytes)), file.name);
  };

  if (isSaved && !replacing) {
    return (
      <SavedCertificate
        certificate={certificate}
        errorOf={errorOf}
        onReplace={() => {
          setReplacing(true);
          // Once the fields stand in its place.
          setTimeout(() => fieldsRef.current?.querySelector('textarea')?.focus());
        }}
      />
    );
  }
  const ownKey = hasOwnKey(draft.certificatePem);
  const hintOf = (field: KeyField) => {
    if (isSaved) return t('connection.keepSavedHint');
    return t(field === 'certificatePem' ? 'connection.certificateHint' : 'connection.privateKeyHint');
  };
  const fileField = (field: KeyField, name: string, detail: string) => (
    <FieldOffer field={field} help={help} onChange={onChange}>
      <FileField
        label={t(`connection.${field}`)}
        name={field}
        hint={hintOf(field)}
        error={refused[field] ?? errorOf(field)}
        accept={accepted[field]}
        taken={draft[field] === '' ? null : { name: name || t('connection.pastedText'), detail }}
        words={{
          placeholder: t('connection.dropOrPaste'),
          choose: t('connection.chooseFile'),
          chooseLabel: t('connection.chooseFileOf', { field: t(`connection.${field}`) }),
          remove: t('connection.removeFile', { field: t(`connection.${field}`) }),
        }}
        onFile={(file) => void takeFile(field, file)}
        onText={(pasted) => take(field, pasted, '')}
        onRemove={() => {
          setRefused({});
          onChange(cleared[field]);
        }}
      />
    </FieldOffer>
  );
  const certificateDetail = ownKey
    ? t('connection.withOwnKey')
    : keyKind(draft.certificatePem) === 'certificates'
      ? t('connection.certificates', { count: certificateCount(draft.certificatePem) })
      : t('connection.notRecognised');
  const privateKeyDetail = t(
    keyKind(draft.privateKeyPem) === 'privateKey' ? 'connection.keyNotShown' : 'connection.notRecognised',
  );
  return (
    <div ref={fieldsRef} className={styles.body}>
      <div className={styles.two}>
        {fileField('certificatePem', draft.certificateName, certificateDetail)}
        {ownKey ? (
          <FieldInOther field="privateKeyPem" text={t('connection.keyInCertificateFile')} />
        ) : (
          fileField('privateKeyPem', draft.privateKeyName, privateKeyDetail)
        )}
      </div>
      <FieldOffer field="privateKeyPassphrase" help={help} onChange={onChange}>
        <SecretField
          label={t('connection.privateKeyPassphrase')}
          mark={t('common.optional')}
          hint={t('connection.passphraseHint')}
          isSaved={false}
          replaceLabel=""
          {...text('privateKeyPassphrase')}
        />
      </FieldOffer>
    </div>
  );
}

/** In place of a field whose content another one has brought along. */
function FieldInOther({ field, text }: { readonly field: TextDraftField; readonly text: string }) {
  const { t } = useTranslation();
  return (
    <div className={styles.inOther}>
      <span>{t(`connection.${field}`)}</span>
      <p className={styles.soft}>{text}</p>
    </div>
  );
}
