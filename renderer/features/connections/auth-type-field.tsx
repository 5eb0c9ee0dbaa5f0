import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { SelectField } from '../../ui/field/select-field.tsx';
import { authTypesOf } from './change-draft.ts';
import type { AuthType } from './connection-draft.ts';
import styles from './connections.module.css';
import type { FieldsProps } from './field-props.ts';

type Props = Pick<FieldsProps, 'draft' | 'onChange'> & {
  /** Stands beside it: where to get what the chosen way asks for. */
  readonly children?: ReactNode;
};

/** How the connection signs in. */
export function AuthTypeField({ draft, onChange, children }: Props) {
  const { t } = useTranslation();
  const offered = authTypesOf(draft.service);
  // A connection that came from elsewhere may have one that is not offered.
  const types = offered.includes(draft.authType) ? offered : [...offered, draft.authType];
  const labels: Readonly<Record<AuthType, string>> = {
    accessKey: t('connection.authAccessKey'),
    role: t('connection.authRole'),
    rolesAnywhere: t('connection.authRolesAnywhere'),
    profile: t('connection.authProfile'),
  };
  return (
    <div className={styles.authType} data-field="authType">
      <SelectField
        label={t('connection.authType')}
        value={draft.authType}
        options={types.map((value) => ({ value, label: labels[value] }))}
        onValueChange={(authType) => onChange({ authType })}
      />
      {children}
    </div>
  );
}
