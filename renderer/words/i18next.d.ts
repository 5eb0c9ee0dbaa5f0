import 'i18next';
import type words from '../../shared/words/en/window.json';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'window';
    resources: { window: typeof words };
  }
}
