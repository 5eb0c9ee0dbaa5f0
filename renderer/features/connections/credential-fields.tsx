import { useTranslation } from 'react-i18next';
import { AccessKeyFields } from './access-key-fields.tsx';
import { AuthTypeField } from './auth-type-field.tsx';
import styles from './connections.module.css';
import type { FieldsProps } from './field-props.ts';
import { FormGuide } from './form-guide.tsx';
import { ProfileFields } from './profile-fields.tsx';
import { RoleFields } from './role-fields.tsx';
import { RolesAnywhereFields } from './roles-anywhere-fields.tsx';

/** How the connection signs in, and what that takes. */
export function CredentialFields(props: FieldsProps) {
  const { draft, saved, onChange } = props;
  const { t } = useTranslation();
  return (
    <>
      <AuthTypeField draft={draft} onChange={onChange}>
        <FormGuide draft={draft} saved={saved} onChange={onChange} />
      </AuthTypeField>
      {draft.authType === 'accessKey' ? <AccessKeyFields {...props} /> : null}
      {draft.authType === 'accessKey' && draft.service === 'amazon' ? (
        <p className={styles.soft}>{t('connection.roleIsSafer')}</p>
      ) : null}
      {draft.authType === 'role' ? <RoleFields {...props} /> : null}
      {draft.authType === 'rolesAnywhere' ? <RolesAnywhereFields {...props} /> : null}
      {draft.authType === 'profile' ? <ProfileFields {...props} offersCopy /> : null}
    </>
  );
}
