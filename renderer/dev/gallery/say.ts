import { createContext, useContext } from 'react';

/** The gallery's own texts, changed as the pseudo-locales change the catalogue. */
export const SayContext = createContext<(text: string) => string>((text) => text);

export const useSay = () => useContext(SayContext);

export const longText =
  'A text that is a good deal longer than whoever drew this thought that it would ever be, quarterly-report-final-really-final-2026-11-24.tar.zst';
