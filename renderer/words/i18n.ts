import { createInstance, type i18n } from 'i18next';
import { initReactI18next } from 'react-i18next';
import { english } from './english.ts';
import { visibleText } from '../../shared/words/visible-text.ts';

/** The texts, ready for the first render; English is the only language so far and the fallback of all later ones. */
export async function startWords(): Promise<i18n> {
  const words = createInstance();
  await words.use(initReactI18next).init({
    lng: 'en',
    fallbackLng: 'en',
    ns: ['window'],
    defaultNS: 'window',
    resources: { en: { window: english } },
    // React escapes what it renders; names in the texts must not show as others than they are.
    interpolation: { escape: visibleText },
    returnNull: false,
  });
  document.documentElement.lang = words.language;
  document.documentElement.dir = words.dir();
  return words;
}
