import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Draft, type NumberId, withUnread } from '../../../stores/rule-draft.ts';
import { TextField } from '../../../ui/field/text-field.tsx';
import type { PickerProps } from './slot-picker.tsx';
import { readNumber } from './use-text.ts';

type Props = Pick<PickerProps, 'draft' | 'onDraft'> & {
  readonly id: NumberId;
  readonly label: string;
  readonly hint?: string;
  readonly value: number | undefined;
  /** The draft with this number; undefined, for fields that may be `empty`: without one. */
  readonly set: (draft: Draft, value: number | undefined) => Draft;
  /** How many of what the rule keeps are one of what is typed. */
  readonly per?: number;
  readonly least?: number;
  readonly most?: number;
  /** Parts of one as well. */
  readonly broken?: boolean;
  /** Nothing typed asks for nothing; else it is no number. */
  readonly empty?: boolean;
};

/** A number of a rule. What cannot be read as one stays as it is typed, says so, and keeps the rule from being saved. */
export function NumberField({ draft, onDraft, id, label, hint, value, set, per = 1, ...limits }: Props) {
  const { t } = useTranslation();
  const { least = 0, most = Number.MAX_SAFE_INTEGER / per, broken = per > 1, empty = false } = limits;
  const [typed, setTyped] = useState<{ readonly text: string; readonly value: number | undefined } | null>(null);
  const unread = draft.unread?.[id];
  // Its value may be changed elsewhere as well.
  const written = typed !== null && typed.value === value ? typed.text : writeNumber(value, per);
  const change = (text: string) => {
    const read = text.trim() === '' ? (empty ? undefined : null) : readNumber(text, least, most);
    if (read === null || (read !== undefined && !broken && !Number.isInteger(read)))
      return onDraft((now) => withUnread(now, id, text));
    const next = read === undefined || per === 1 ? read : Math.round(read * per);
    setTyped({ text, value: next });
    onDraft((now) => withUnread(set(now, next), id, null));
  };
  return (
    <TextField
      label={label}
      hint={hint}
      inputMode="decimal"
      value={unread ?? written}
      error={
        unread === undefined
          ? undefined
          : limits.most === undefined
            ? t('ruleProblem.aNumber')
            : t(broken ? 'ruleProblem.aNumberTo' : 'ruleProblem.aWholeNumberTo', { least, most })
      }
      onValueChange={change}
    />
  );
}

const writeNumber = (value: number | undefined, per: number) => (value === undefined ? '' : String(value / per));
