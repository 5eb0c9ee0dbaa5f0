import type { ClipboardEvent } from 'react';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { maxThreads, minThreads } from '../../../shared/domain/connection.ts';
import { describeError } from '../../../shared/words/describe-error.ts';
import type { ConnectionDraft, DraftField, DraftProblems, TextDraftField } from './connection-draft.ts';
import type { FieldHelp } from './field-help.ts';
import { type PastedCredentials, readCredentials } from './pasted-credentials.ts';

export type FieldsProps = {
  readonly draft: ConnectionDraft;
  /** Only those that are to be shown already. */
  readonly problems: DraftProblems;
  /** What the last test or save said of one field. */
  readonly help: FieldHelp | null;
  readonly onChange: (change: Partial<ConnectionDraft>) => void;
  readonly onLeave: (field: DraftField) => void;
  readonly onPasted: (found: PastedCredentials) => void;
};

/** What all text fields of the form have in common. */
export function useFieldProps({ draft, problems, help, onChange, onLeave, onPasted }: FieldsProps) {
  const { t } = useTranslation();
  /** What a server said of the field. */
  const said = (field: TextDraftField) => {
    if (help?.field !== field) return undefined;
    if (help.error.code === 'AccessDenied') return t('connection.invalid.restrictionNeeded');
    return describeError(help.error).message;
  };
  const text = (field: TextDraftField) => {
    const problem = problems[field];
    return {
      name: field,
      value: draft[field],
      error: problem === undefined ? said(field) : t(problem, { min: minThreads, max: maxThreads }),
      onValueChange: (value: string) => onChange({ [field]: value }),
      onBlur: () => onLeave(field),
    };
  };
  /** A field of a key: takes a whole block of credentials and fills in all that is in it. */
  const credential = (field: TextDraftField) => ({
    ...text(field),
    onPaste: (event: ClipboardEvent) => {
      const found = readCredentials(event.clipboardData.getData('text/plain'));
      if (found === null) return;
      event.preventDefault();
      onPasted(found);
    },
  });
  return { text, credential };
}

/** What the button of every secret does. */
export const secretWords = (t: TFunction) => ({
  showLabel: t('connection.showSecret'),
  hideLabel: t('connection.hideSecret'),
});
