import { useTranslation } from 'react-i18next';
import type { Conditions } from '../../../../shared/domain/rule.ts';
import type { Draft } from '../../../stores/rule-draft.ts';
import { TextareaField } from '../../../ui/field/textarea-field.tsx';
import { NumberField } from './number-field.tsx';
import styles from './pickers.module.css';
import type { PickerProps } from './slot-picker.tsx';
import { pairs, useText } from './use-text.ts';

const megabyte = 1_000_000;
const hour = 3600;

type Change = { readonly [K in keyof Conditions]?: Conditions[K] | undefined };

/** Pure. An empty one asks for nothing. */
function withConditions(draft: Draft, change: Change): Draft {
  const given = Object.entries({ ...draft.conditions, ...change }).filter(
    ([, value]) => value !== undefined && (typeof value !== 'object' || Object.keys(value).length > 0),
  );
  return { ...draft, conditions: Object.fromEntries(given) };
}

const limits = [
  [
    ['minSizeBytes', 'rulePicker.minSize', megabyte],
    ['maxSizeBytes', 'rulePicker.maxSize', megabyte],
  ],
  [
    ['minAgeSeconds', 'rulePicker.minAge', hour],
    ['maxAgeSeconds', 'rulePicker.maxAge', hour],
  ],
] as const;

/** What must hold beside the patterns. An empty field asks for nothing. */
export function ConditionsPicker({ draft, onDraft }: PickerProps) {
  const { t } = useTranslation();
  const { conditions } = draft;
  const set = (change: Change) => onDraft((now) => withConditions(now, change));
  const tags = useText(conditions.tags ?? {}, { ...pairs, onChange: (next) => set({ tags: next }) });
  const metadata = useText(conditions.metadata ?? {}, { ...pairs, onChange: (next) => set({ metadata: next }) });
  const isBucket = draft.trigger.type === 'newObject';
  return (
    <>
      {limits.map((pair) => (
        <div key={pair[0][0]} className={styles.pair}>
          {pair.map(([id, label, per]) => (
            <NumberField
              key={id}
              draft={draft}
              onDraft={onDraft}
              id={id}
              label={t(label)}
              value={conditions[id]}
              set={(now, value) => withConditions(now, { [id]: value })}
              per={per}
              empty
            />
          ))}
        </div>
      ))}
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
