import type { ClipboardEvent } from 'react';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { ConnectionView } from '../../../shared/domain/connection.ts';
import { describeError } from '../../../shared/words/describe-error.ts';
import { problemValues } from './check-draft.ts';
import type { ConnectionDraft, DraftField, DraftProblems, TextDraftField } from './connection-draft.ts';
import type { FieldHelp } from './field-help.ts';
import { type ArnField, readArns } from './pasted-arns.ts';
import { type PastedCredentials, readCredentials } from './pasted-credentials.ts';

export type FieldsProps = {
  readonly draft: ConnectionDraft;
  /** The connection that is edited; null: a new one. */
  readonly saved: ConnectionView | null;
  /** Only those that are to be shown already. */
  readonly problems: DraftProblems;
  /** What the last test or save said of one field. */
  readonly help: FieldHelp | null;
  readonly onChange: (change: Partial<ConnectionDraft>) => void;
  readonly onLeave: (field: DraftField) => void;
  readonly onPasted: (found: PastedCredentials) => void;
  /** What was put into one field went to these: the person is told. */
  readonly onMoved: (change: Partial<ConnectionDraft>, fields: readonly TextDraftField[]) => void;
};

/** What all text fields of the form have in common. */
export function useFieldProps({ draft, problems, help, onChange, onLeave, onPasted, onMoved }: FieldsProps) {
  const { t } = useTranslation();
  /** What a server said of the field. */
  const said = (field: TextDraftField) => {
    if (help?.field !== field) return undefined;
    if (help.error.code === 'AccessDenied') return t('connection.invalid.restrictionNeeded');
    return describeError(help.error).message;
  };
  const errorOf = (field: TextDraftField) => {
    const problem = problems[field];
    return problem === undefined ? said(field) : t(problem, problemValues(field, draft));
  };
  const text = (field: TextDraftField) => ({
    name: field,
    value: draft[field],
    error: errorOf(field),
    onValueChange: (value: string) => onChange({ [field]: value }),
    onBlur: () => onLeave(field),
  });
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
  /** The field of an ARN: one of another kind goes to the field of its kind. */
  const arn = (field: ArnField) => ({
    ...text(field),
    onPaste: (event: ClipboardEvent) => {
      const found = readArns(event.clipboardData.getData('text/plain'), field, draft.authType);
      if (found === null) return;
      event.preventDefault();
      onMoved(found, Object.keys(found) as ArnField[]);
    },
  });
  return { text, credential, arn, errorOf };
}

/** What the button of every secret does. */
export const secretWords = (t: TFunction) => ({
  showLabel: t('connection.showSecret'),
  hideLabel: t('connection.hideSecret'),
});
