import { useTranslation } from 'react-i18next';
import type { ProfileSummary } from '../../../shared/domain/aws-profile.ts';
import { Button } from '../../ui/button/button.tsx';
import { CheckboxField } from '../../ui/field/checkbox-field.tsx';
import { SuggestField } from '../../ui/field/suggest-field.tsx';
import { AppErrorView } from '../../words/error-words.tsx';
import { chooseProfile, proposeProfile } from './choose-profile.ts';
import styles from './connections.module.css';
import { FieldOffer } from './field-offer.tsx';
import { type FieldsProps, useFieldProps } from './field-props.ts';
import { useProfiles } from './use-profiles.ts';

type Props = FieldsProps & {
  /** Whether its keys can be taken over instead of looked up each time. */
  readonly offersCopy: boolean;
};

/** A profile of the AWS files on this computer: one of those that are in them, or a name that will be. */
export function ProfileFields(props: Props) {
  const { draft, saved, help, onChange, offersCopy } = props;
  const { t } = useTranslation();
  const { text } = useFieldProps(props);
  const { profiles, again } = useProfiles(({ profiles: list }) => {
    const savedAuth = saved?.auth.type === 'role' ? saved.auth.base : saved?.auth;
    if (savedAuth?.type === 'profile') return;
    const proposed = proposeProfile(draft, list);
    if (Object.keys(proposed).length > 0) onChange(proposed);
  });
  const list = profiles.state === 'read' ? profiles.found.profiles : [];
  const chosen = list.find(({ name }) => name === draft.profile.trim());
  const isMissing = list.length > 0 && chosen === undefined && draft.profile.trim() !== '';
  const hint = isMissing
    ? t('connection.profileMissing')
    : chosen === undefined
      ? t('connection.profileHint')
      : t(`connection.profileSays.${chosen.kind}`, { detail: chosen.detail });
  const suggest = ({ name, kind, detail }: ProfileSummary) => ({
    value: name,
    hint: [t(`connection.profileKind.${kind}`), detail].filter(Boolean).join(' · '),
  });
  return (
    <>
      <FieldOffer field="profile" help={help} onChange={onChange}>
        <SuggestField
          label={t('connection.profile')}
          hint={hint}
          suggestions={list.map(suggest)}
          browseLabel={t('connection.profilesShow')}
          {...text('profile')}
          onValueChange={(name) => onChange(chooseProfile(draft, name, list))}
        />
      </FieldOffer>
      {profiles.state === 'failed' ? (
        <AppErrorView
          error={profiles.error}
          actions={
            <Button small onClick={again}>
              {t('connection.profilesAgain')}
            </Button>
          }
        />
      ) : null}
      {profiles.state === 'read' && list.length === 0 ? (
        <div className={styles.note}>
          <p>{t('connection.profilesNone')}</p>
          <ul className={styles.paths}>
            <li>{profiles.found.configFile}</li>
            <li>{profiles.found.credentialsFile}</li>
          </ul>
          <div>
            <Button small onClick={again}>
              {t('connection.profilesAgain')}
            </Button>
          </div>
        </div>
      ) : null}
      {offersCopy && chosen?.canImport === true ? (
        <CheckboxField
          label={t('connection.copyKeys')}
          hint={t(draft.copyKeys ? 'connection.copyKeysHint' : 'connection.copyKeysNotHint')}
          checked={draft.copyKeys}
          onCheckedChange={(copyKeys) => onChange({ copyKeys })}
        />
      ) : null}
    </>
  );
}
