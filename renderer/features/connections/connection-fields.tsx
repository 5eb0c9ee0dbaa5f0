import { useTranslation } from 'react-i18next';
import { SelectField } from '../../ui/field/select-field.tsx';
import { SuggestField } from '../../ui/field/suggest-field.tsx';
import { TextField } from '../../ui/field/text-field.tsx';
import styles from './connections.module.css';
import { CredentialFields } from './credential-fields.tsx';
import { FieldOffer } from './field-offer.tsx';
import { type FieldsProps, useFieldProps } from './field-props.ts';
import { MoreFields } from './more-fields.tsx';
import { serviceIds, type ServiceId, services } from './services.ts';
import { useServiceName } from './use-service-name.ts';

type Props = FieldsProps & { readonly suggestedName: string };

/** Fits a server that does not care. */
const exampleRegion = 'us-east-1';

/** What a connection needs, in the order in which somebody has it at hand; what is seldom needed stands folded below. */
export function ConnectionFields(props: Props) {
  const { draft, saved, help, onChange, suggestedName } = props;
  const { t } = useTranslation();
  const serviceName = useServiceName();
  const { text } = useFieldProps(props);
  const service = services[draft.service];
  const isNew = saved === null;
  const optional = t('common.optional');
  const choices = serviceIds.filter((id) => isNew || id !== 'thisComputer');
  const isHere = draft.service === 'thisComputer';
  return (
    <>
      {isHere && !isNew ? null : (
        <SelectField<ServiceId>
          label={t('connection.serviceLabel')}
          value={draft.service}
          options={choices.map((id) => ({ value: id, label: serviceName(id) }))}
          onValueChange={(chosen) => onChange({ service: chosen })}
        />
      )}
      {isHere && isNew ? (
        <p className={styles.soft}>{t('welcome.tryItText')}</p>
      ) : (
        <>
          <FieldOffer field="name" help={help} onChange={onChange}>
            <TextField label={t('connection.name')} placeholder={suggestedName} {...text('name')} />
          </FieldOffer>
          {isHere ? null : (
            <>
              <div className={service.endpoint === null ? undefined : styles.two}>
                {service.endpoint === null ? null : (
                  <FieldOffer field="endpointUrl" help={help} onChange={onChange}>
                    <TextField
                      label={t('connection.endpointUrl')}
                      hint={t(
                        service.endpoint.includes('{account}')
                          ? 'connection.endpointAccountHint'
                          : 'connection.endpointUrlHint',
                      )}
                      placeholder={t('connection.endpointPlaceholder')}
                      inputMode="url"
                      {...text('endpointUrl')}
                    />
                  </FieldOffer>
                )}
                <FieldOffer field="region" help={help} onChange={onChange}>
                  <SuggestField
                    label={t('connection.region')}
                    mark={optional}
                    hint={t(draft.service === 'amazon' ? 'connection.regionHintAmazon' : 'connection.regionHint')}
                    placeholder={service.region === '' ? exampleRegion : service.region}
                    suggestions={service.regions}
                    {...text('region')}
                  />
                </FieldOffer>
              </div>
              <CredentialFields {...props} />
            </>
          )}
          <MoreFields {...props} />
        </>
      )}
    </>
  );
}
