import 'i18next';
import type { english } from './english.ts';
import type { englishLater } from './english-later.ts';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'window';
    resources: { window: typeof english & typeof englishLater };
  }
}
