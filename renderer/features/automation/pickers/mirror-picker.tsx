import { useTranslation } from 'react-i18next';
import { type Draft, mirrorKind, withMirror } from '../../../stores/rule-draft.ts';
import { CheckboxField } from '../../../ui/field/checkbox-field.tsx';
import { NumberField } from './number-field.tsx';
import styles from './pickers.module.css';
import type { PickerProps } from './slot-picker.tsx';

const withPercent = (draft: Draft, maxDeletePercent = 50): Draft =>
  draft.mirror === undefined ? draft : { ...draft, mirror: { ...draft.mirror, maxDeletePercent } };
const withMost = (draft: Draft, maxDeletes = 1000): Draft =>
  draft.mirror === undefined ? draft : { ...draft, mirror: { ...draft.mirror, maxDeletes } };

/** Whether what disappears in the source is deleted at the target, and how much of it at once. */
export function MirrorPicker({ draft, onDraft }: PickerProps) {
  const { t } = useTranslation();
  const { mirror } = draft;
  const kind = mirrorKind(draft);
  return (
    <>
      <CheckboxField
        label={t(`ruleMirror.on.${kind}`)}
        hint={t(`ruleMirror.hint.${kind}`)}
        checked={mirror !== undefined}
        onCheckedChange={(isMirror) => onDraft(withMirror(draft, isMirror))}
      />
      {mirror === undefined ? null : (
        <>
          <div className={styles.pair}>
            <NumberField
              draft={draft}
              onDraft={onDraft}
              id="maxDeletePercent"
              label={t('ruleMirror.percent')}
              value={mirror.maxDeletePercent}
              set={withPercent}
              most={100}
            />
            <NumberField
              draft={draft}
              onDraft={onDraft}
              id="maxDeletes"
              label={t('ruleMirror.most')}
              value={mirror.maxDeletes}
              set={withMost}
              most={1_000_000}
            />
          </div>
          <p className={styles.note}>{t('ruleMirror.limitHint')}</p>
        </>
      )}
    </>
  );
}
