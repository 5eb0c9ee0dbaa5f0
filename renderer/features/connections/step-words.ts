import type { TFunction } from 'i18next';
import type { TestStep } from '../../../shared/domain/connection-test.ts';
import { describeError } from '../../../shared/words/describe-error.ts';

/** Pure. What a step found, in one line of the window's language; empty when there is nothing to say. `date` formats milliseconds. */
export function stepWords(
  { note, error }: Pick<TestStep, 'note' | 'error'>,
  t: TFunction,
  date: (ms: number) => string,
): string {
  const reason = error === undefined ? '' : describeError(error).message;
  if (note === undefined) return reason;
  const count = Number(note.values['count'] ?? 0);
  const { time } = note.values;
  const when = typeof time === 'string' ? { time: date(Date.parse(time)) } : {};
  const found = t(`connection.stepNote.${note.code}`, { ...note.values, ...when, count });
  return reason === '' ? found : t('connection.stepNoteWithReason', { note: found, reason });
}
