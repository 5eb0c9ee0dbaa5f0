import { useTranslation } from 'react-i18next';
import { maxThreads, minThreads } from '../../../shared/domain/connection.ts';
import { CheckboxField } from '../../ui/field/checkbox-field.tsx';
import { SelectField } from '../../ui/field/select-field.tsx';
import { SuggestField } from '../../ui/field/suggest-field.tsx';
import { TextField } from '../../ui/field/text-field.tsx';
import { awsRegions } from './aws-regions.ts';
import type { ConnectionDraft, DraftField, DraftProblems } from './connection-draft.ts';
import styles from './connections.module.css';

type Props = {
  readonly draft: ConnectionDraft;
  /** Only those that are to be shown already. */
  readonly problems: DraftProblems;
  readonly secretIsSaved: boolean;
  readonly onChange: (change: Partial<ConnectionDraft>) => void;
};

export function ConnectionFields({ draft, problems, secretIsSaved, onChange }: Props) {
  const { t } = useTranslation();
  const optional = t('common.optional');
  /** What all text fields have in common. */
  const text = (field: Exclude<DraftField, 'pathStyle' | 'authType'>) => {
    const problem = problems[field];
    return {
      name: field,
      value: draft[field],
      error: problem === undefined ? undefined : t(problem, { min: minThreads, max: maxThreads }),
      onValueChange: (value: string) => onChange({ [field]: value }),
    };
  };
  return (
    <>
      <TextField label={t('connection.name')} {...text('name')} />
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
        <TextField label={t('connection.profile')} hint={t('connection.profileHint')} {...text('profile')} />
      ) : (
        <>
          <div className={styles.two}>
            <TextField label={t('connection.accessKeyId')} {...text('accessKeyId')} />
            <TextField
              label={t('connection.secretAccessKey')}
              type="password"
              autoComplete="new-password"
              placeholder={secretIsSaved ? t('connection.secretUnchanged') : ''}
              {...text('secretAccessKey')}
            />
          </div>
          <details className={styles.more}>
            <summary>{t('connection.moreCredentials')}</summary>
            <TextField
              label={t('connection.sessionToken')}
              mark={optional}
              hint={t('connection.sessionTokenHint')}
              type="password"
              autoComplete="new-password"
              {...text('sessionToken')}
            />
          </details>
        </>
      )}
      <div className={styles.two}>
        <TextField
          label={t('connection.endpointUrl')}
          mark={optional}
          hint={t('connection.endpointUrlHint')}
          inputMode="url"
          {...text('endpointUrl')}
        />
        <SuggestField
          label={t('connection.region')}
          mark={optional}
          hint={t('connection.regionHint')}
          placeholder={t('connection.regionPlaceholder')}
          suggestions={awsRegions}
          {...text('region')}
        />
      </div>
      <CheckboxField
        label={t('connection.pathStyle')}
        hint={t('connection.pathStyleHint')}
        checked={draft.pathStyle}
        onCheckedChange={(pathStyle) => onChange({ pathStyle })}
      />
      <div className={styles.two}>
        <TextField
          label={t('connection.restrictToBucket')}
          mark={optional}
          hint={t('connection.restrictToBucketHint')}
          {...text('restrictToBucket')}
        />
        <TextField
          label={t('connection.restrictToPath')}
          mark={optional}
          hint={t('connection.restrictToPathHint')}
          {...text('restrictToPath')}
        />
        <TextField label={t('connection.downloadThreads')} inputMode="numeric" {...text('downloadThreads')} />
        <TextField label={t('connection.uploadThreads')} inputMode="numeric" {...text('uploadThreads')} />
      </div>
    </>
  );
}
