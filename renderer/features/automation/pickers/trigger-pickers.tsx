import { useTranslation } from 'react-i18next';
import { maxPollSeconds, minPollSeconds } from '../../../../shared/domain/rule-trigger.ts';
import { type Draft, type TriggerType, triggerTypes, withTriggerType, withUnread } from '../../../stores/rule-draft.ts';
import { CheckboxField } from '../../../ui/field/checkbox-field.tsx';
import { RadioField } from '../../../ui/field/radio-field.tsx';
import { SelectField } from '../../../ui/field/select-field.tsx';
import { TextareaField } from '../../../ui/field/textarea-field.tsx';
import { TextField } from '../../../ui/field/text-field.tsx';
import { useFormat } from '../../../words/use-format.ts';
import { everyText } from '../cron-words.ts';
import { FolderField } from './folder-field.tsx';
import { NumberField } from './number-field.tsx';
import { PlaceFields } from './place-fields.tsx';
import type { PickerProps } from './slot-picker.tsx';
import { lines, useText } from './use-text.ts';

type Of<T extends TriggerType> = Extract<PickerProps['draft']['trigger'], { readonly type: T }>;

export function KindPicker({ draft, onDraft }: PickerProps) {
  const { t } = useTranslation();
  return (
    <RadioField
      label={t('rulePicker.kindLabel')}
      value={draft.trigger.type}
      options={triggerTypes.map((value) => ({
        value,
        label: t(`rulePicker.kind.${value}`),
        hint: t(`rulePicker.kindHint.${value}`),
      }))}
      onValueChange={(type) => onDraft(withTriggerType(draft, type))}
    />
  );
}

export function WhatPicker({ draft, onDraft }: PickerProps) {
  const { t } = useTranslation();
  const { trigger } = draft;
  const given = 'match' in trigger ? trigger : { match: [], ignore: [] };
  const set = (change: Partial<Pick<Of<'folder'>, 'match' | 'ignore'>>) =>
    'match' in trigger && onDraft({ ...draft, trigger: { ...trigger, ...change } });
  const match = useText(given.match, { ...lines, onChange: (next) => set({ match: [...next] }) });
  const ignore = useText(given.ignore, { ...lines, onChange: (next) => set({ ignore: [...next] }) });
  return (
    <>
      <TextareaField label={t('rulePicker.match')} hint={t('rulePicker.matchHint')} mono {...match} />
      <TextareaField label={t('rulePicker.ignore')} hint={t('rulePicker.ignoreHint')} mono {...ignore} />
    </>
  );
}

export function ChangePicker({ draft, onDraft }: PickerProps) {
  const { t } = useTranslation();
  const { trigger } = draft;
  if (trigger.type !== 'newObject' && trigger.type !== 'folder') return null;
  return (
    <>
      {(['created', 'updated', 'removed'] as const).map((change) => (
        <CheckboxField
          key={change}
          label={t(`rulePicker.change.${change}`)}
          checked={trigger.on.includes(change)}
          onCheckedChange={(checked) => {
            const on = checked ? [...trigger.on, change] : trigger.on.filter((one) => one !== change);
            onDraft({ ...draft, trigger: { ...trigger, on } });
          }}
        />
      ))}
      {trigger.type === 'newObject' ? (
        <CheckboxField
          label={t('rulePicker.alsoMoved')}
          hint={t('rulePicker.alsoMovedHint')}
          checked={trigger.alsoMoved}
          onCheckedChange={(alsoMoved) => onDraft({ ...draft, trigger: { ...trigger, alsoMoved } })}
        />
      ) : null}
    </>
  );
}

export function TriggerPlacePicker({ draft, onDraft }: PickerProps) {
  const { t } = useTranslation();
  const { trigger } = draft;
  if (trigger.type !== 'newObject') return null;
  return (
    <>
      <PlaceFields
        connection={draft.connection}
        place={trigger}
        prefixLabel={t('rulePicker.prefix')}
        prefixHint={t('rulePicker.prefixHint')}
        onPlace={(place) => onDraft({ ...draft, trigger: { ...trigger, ...place } })}
        onConnection={(connection) => onDraft({ ...draft, connection })}
      />
      <CheckboxField
        label={t('rulePicker.recursive')}
        checked={trigger.recursive}
        onCheckedChange={(recursive) => onDraft({ ...draft, trigger: { ...trigger, recursive } })}
      />
    </>
  );
}

export function TriggerFolderPicker({ draft, onDraft, onPicked }: PickerProps) {
  const { t } = useTranslation();
  const { trigger } = draft;
  if (trigger.type !== 'folder') return null;
  return (
    <>
      <FolderField
        label={t('rulePicker.folder')}
        value={trigger.folder}
        onValueChange={(folder) =>
          onDraft((now) => (now.trigger.type === 'folder' ? { ...now, trigger: { ...now.trigger, folder } } : now))
        }
        onPicked={onPicked}
      />
      <CheckboxField
        label={t('rulePicker.recursive')}
        checked={trigger.recursive}
        onCheckedChange={(recursive) => onDraft({ ...draft, trigger: { ...trigger, recursive } })}
      />
    </>
  );
}

const withPollSeconds = (draft: Draft, pollSeconds = 60): Draft =>
  draft.trigger.type === 'newObject' ? { ...draft, trigger: { ...draft.trigger, pollSeconds } } : draft;
const withSettleSeconds = (draft: Draft, settleSeconds = 2): Draft =>
  draft.trigger.type === 'folder' ? { ...draft, trigger: { ...draft.trigger, settleSeconds } } : draft;

const intervals = [15, 30, 60, 300, 900, 3600, 6 * 3600, 24 * 3600];

export function IntervalPicker({ draft, onDraft, cost }: PickerProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { trigger } = draft;
  if (trigger.type !== 'newObject') return null;
  const offered = [...new Set([...intervals, trigger.pollSeconds])].sort((a, b) => a - b);
  return (
    <>
      <SelectField
        label={t('rulePicker.interval')}
        value={String(trigger.pollSeconds)}
        options={offered.map((seconds) => ({
          value: String(seconds),
          label: everyText(seconds, t, format),
        }))}
        onValueChange={(seconds) => onDraft(withUnread(withPollSeconds(draft, Number(seconds)), 'pollSeconds', null))}
      />
      <NumberField
        draft={draft}
        onDraft={onDraft}
        id="pollSeconds"
        label={t('rulePicker.seconds')}
        hint={t('rulePicker.secondsHint', { least: minPollSeconds })}
        value={trigger.pollSeconds}
        set={withPollSeconds}
        least={minPollSeconds}
        most={maxPollSeconds}
      />
      {cost}
    </>
  );
}

export function SettlePicker({ draft, onDraft }: PickerProps) {
  const { t } = useTranslation();
  const { trigger } = draft;
  if (trigger.type !== 'folder') return null;
  return (
    <>
      <NumberField
        draft={draft}
        onDraft={onDraft}
        id="settleSeconds"
        label={t('rulePicker.settle')}
        hint={t('rulePicker.settleHint')}
        value={trigger.settleSeconds}
        set={withSettleSeconds}
        broken
        most={3600}
      />
      <CheckboxField
        label={t('rulePicker.usePolling')}
        hint={t('rulePicker.usePollingHint')}
        checked={trigger.usePolling}
        onCheckedChange={(usePolling) => onDraft({ ...draft, trigger: { ...trigger, usePolling } })}
      />
    </>
  );
}

export function StartPicker({ draft, onDraft }: PickerProps) {
  const { t } = useTranslation();
  const { trigger } = draft;
  if (trigger.type !== 'newObject' && trigger.type !== 'folder') return null;
  const { startFrom } = trigger;
  const isDate = startFrom !== 'now' && startFrom !== 'all';
  const kinds = trigger.type === 'folder' ? (['now', 'all'] as const) : (['now', 'all', 'since'] as const);
  const set = (next: string) =>
    onDraft({
      ...draft,
      trigger:
        trigger.type === 'folder'
          ? { ...trigger, startFrom: next === 'now' ? 'now' : 'all' }
          : { ...trigger, startFrom: next },
    });
  const today = () => new Date().toISOString().slice(0, 10);
  return (
    <>
      <RadioField
        label={t('rulePicker.start')}
        value={isDate ? 'since' : startFrom === 'now' ? 'now' : 'all'}
        options={kinds.map((value) => ({ value, label: t(`rulePicker.startFrom.${value}`) }))}
        onValueChange={(kind) => set(kind === 'since' ? today() : kind)}
      />
      {isDate ? (
        <TextField label={t('rulePicker.since')} type="date" value={startFrom.slice(0, 10)} onValueChange={set} />
      ) : null}
    </>
  );
}
