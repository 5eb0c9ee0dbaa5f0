import type { AppError } from '../../shared/errors.ts';
import { describeError } from '../../shared/words/describe-error.ts';
import words from '../../shared/words/en/shell.json' with { type: 'json' };
import type { FailureWords } from './start-failure-page.ts';

/** The shell's few texts, from the same catalogue as the window's. */
export const menuWords = words.menu;

export const crashWords = {
  title: words.crash.title,
  text: words.crash.text,
  whereDetailsAre: (file: string): string => words.crash.whereDetailsAre.replace('{{file}}', () => file),
};

/** What the start-failure page says. */
export function describeStartFailure(error: AppError, dataFolder: string): FailureWords {
  const { message, fix, details } = describeError(error);
  return {
    heading: words.startFailure.heading,
    whatHappened: message,
    whatToDo: fix,
    details: `${details}\n${words.startFailure.dataFolder} ${dataFolder}`,
  };
}
