import { createInstance, type i18n } from 'i18next';
import { initReactI18next } from 'react-i18next';
import { speakErrorsIn } from '../../shared/words/describe-error.ts';
import { isolatedText, visibleText } from '../../shared/words/visible-text.ts';
import { englishLanguage, type Language } from './language.ts';
import { bringLaterWordsBy } from './later-words.ts';

/** The texts, ready for the first render; English is the only language so far and the fallback of all later ones. */
export async function startWords(language: Language = englishLanguage): Promise<i18n> {
  const words = createInstance();
  await words.use(initReactI18next).init({
    lng: language.code,
    fallbackLng: 'en',
    ns: ['window'],
    defaultNS: 'window',
    resources: { en: { window: englishLanguage.words }, [language.code]: { window: language.words } },
    // React escapes what it renders; names in the texts must not show as others than they are, nor be torn apart.
    interpolation: { escape: language.direction === 'rtl' ? isolatedText : visibleText },
    returnNull: false,
  });
  bringLaterWordsBy(async () => {
    words.addResourceBundle(language.code, 'window', await language.later());
  });
  speakErrorsIn(language.errors, language.direction);
  document.documentElement.lang = language.code;
  document.documentElement.dir = language.direction;
  return words;
}
