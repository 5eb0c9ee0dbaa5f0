import { useTranslation } from 'react-i18next';
import type { Conditions } from '../../../../shared/domain/rule.ts';
import { TextareaField } from '../../../ui/field/textarea-field.tsx';
import { TextField } from '../../../ui/field/text-field.tsx';
import styles from './pickers.module.css';
import type { PickerProps } from './slot-picker.tsx';
import { pairs, scaled, useText } from './use-text.ts';

const megabytes = scaled(1_000_000);
const hours = scaled(3600);

/** What must hold beside the patterns. An empty field asks for nothing. */
export function ConditionsPicker({ draft, onDraft }: PickerProps) {
  const { t } = useTranslation();
  const { conditions } = draft;
  const set = (change: { readonly [K in keyof Conditions]?: Conditions[K] | undefined }) => {
    const given = Object.entries({ ...conditions, ...change }).filter(
      ([, value]) => value !== undefined && (typeof value !== 'object' || Object.keys(value).length > 0),
    );
    onDraft({ ...draft, conditions: Object.fromEntries(given) });
  };
  const minSize = useText(conditions.minSizeBytes, { ...megabytes, onChange: (minSizeBytes) => set({ minSizeBytes }) });
  const maxSize = useText(conditions.maxSizeBytes, { ...megabytes, onChange: (maxSizeBytes) => set({ maxSizeBytes }) });
  const minAge = useText(conditions.minAgeSeconds, { ...hours, onChange: (minAgeSeconds) => set({ minAgeSeconds }) });
  const maxAge = useText(conditions.maxAgeSeconds, { ...hours, onChange: (maxAgeSeconds) => set({ maxAgeSeconds }) });
  const tags = useText(conditions.tags ?? {}, { ...pairs, onChange: (next) => set({ tags: next }) });
  const metadata = useText(conditions.metadata ?? {}, { ...pairs, onChange: (next) => set({ metadata: next }) });
  const isBucket = draft.trigger.type === 'newObject';
  return (
    <>
      <div className={styles.pair}>
        <TextField label={t('rulePicker.minSize')} inputMode="decimal" {...minSize} />
        <TextField label={t('rulePicker.maxSize')} inputMode="decimal" {...maxSize} />
      </div>
      <div className={styles.pair}>
        <TextField label={t('rulePicker.minAge')} inputMode="decimal" {...minAge} />
        <TextField label={t('rulePicker.maxAge')} inputMode="decimal" {...maxAge} />
      </div>
      <p className={styles.note}>{t('rulePicker.ageHint')}</p>
      {isBucket ? (
        <>
          <TextareaField label={t('rulePicker.tags')} hint={t('rulePicker.tagsHint')} mono {...tags} />
          <TextareaField label={t('rulePicker.metadata')} hint={t('rulePicker.metadataHint')} mono {...metadata} />
        </>
      ) : null}
    </>
  );
}
