import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { describeError } from '../../../../shared/words/describe-error.ts';
import { CheckboxField } from '../../../ui/field/checkbox-field.tsx';
import { ComboboxField } from '../../../ui/field/combobox-field.tsx';
import { SelectField } from '../../../ui/field/select-field.tsx';
import { TextField } from '../../../ui/field/text-field.tsx';
import { useFormat } from '../../../words/use-format.ts';
import { cronPresets, describeCron } from '../cron-words.ts';
import styles from './pickers.module.css';
import type { PickerProps } from './slot-picker.tsx';
import { useNextTimes } from './use-next-times.ts';

const own = 'own';

/** When a schedule runs: in words, as cron, and the next times as the engine reads it. */
export function TimesPicker({ draft, onDraft }: PickerProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { trigger } = draft;
  const isSchedule = trigger.type === 'schedule';
  const cron = isSchedule ? trigger.cron : '';
  const zone = isSchedule ? trigger.timeZone : undefined;
  const next = useNextTimes(cron, zone);
  const zones = useMemo(() => Intl.supportedValuesOf('timeZone').map((value) => ({ value, label: value })), []);
  if (!isSchedule) return null;
  const set = (change: Partial<typeof trigger>) => onDraft({ ...draft, trigger: { ...trigger, ...change } });
  const known = cronPresets.find((preset) => preset === cron.trim());
  return (
    <>
      <SelectField
        label={t('rulePicker.times')}
        value={known ?? own}
        options={[
          ...cronPresets.map((preset) => ({ value: preset as string, label: describeCron(preset, t, format) })),
          { value: own, label: t('rulePicker.ownTimes') },
        ]}
        onValueChange={(value) => value !== own && set({ cron: value })}
      />
      <TextField
        label={t('rulePicker.cron')}
        dir="ltr"
        hint={t('rulePicker.cronHint')}
        error={next.state === 'failed' ? describeError(next.error).message : undefined}
        value={cron}
        onValueChange={(text) => set({ cron: text })}
      />
      <ComboboxField
        label={t('rulePicker.timeZone')}
        value={zone ?? null}
        placeholder={t('rulePicker.machineZone')}
        emptyText={t('rulePicker.noZone')}
        options={zones}
        onValueChange={(value) => {
          const { timeZone: _, ...rest } = trigger;
          onDraft({ ...draft, trigger: value === null ? rest : { ...rest, timeZone: value } });
        }}
      />
      <CheckboxField
        label={t('rulePicker.catchUp')}
        hint={t('rulePicker.catchUpHint')}
        checked={trigger.catchUp}
        onCheckedChange={(catchUp) => set({ catchUp })}
      />
      <div className={styles.next} aria-live="polite">
        <h3>{t('rulePicker.nextTimes')}</h3>
        {next.state === 'known' ? (
          <ol>
            {next.timesMs.map((ms) => (
              <li key={ms}>{format.moment(ms, next.timeZone)}</li>
            ))}
          </ol>
        ) : (
          <p>{t(next.state === 'failed' ? 'rulePicker.noTimes' : 'rulePicker.countingTimes')}</p>
        )}
      </div>
    </>
  );
}
