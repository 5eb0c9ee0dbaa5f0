import type { ErrorTexts } from '../../shared/words/describe-error.ts';
import errors from '../../shared/words/en/errors.json' with { type: 'json' };
import { english } from './english.ts';
import type { englishLater } from './english-later.ts';

/** A language of the window: its texts, and how they run. */
export type Language = {
  /** BCP 47; numbers and dates follow it. */
  readonly code: string;
  readonly direction: 'ltr' | 'rtl';
  readonly words: typeof english;
  readonly later: () => Promise<typeof englishLater>;
  readonly errors: ErrorTexts;
};

export const englishLanguage: Language = {
  code: 'en',
  direction: 'ltr',
  words: english,
  later: async () => (await import('./english-later.ts')).englishLater,
  errors,
};
