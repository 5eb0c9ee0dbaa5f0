import base from '../../../playwright.config.ts';

/** `npm run states`: every state of the window in every pair of theme, size, zoom and language. */
// eslint-disable-next-line import/no-default-export -- Playwright takes the default export.
export default {
  ...base,
  use: { ...base.use, everyScreen: true },
  testDir: '.',
  testIgnore: [],
  globalSetup: '../global-setup.ts',
  outputDir: '../../../test-results/states-run',
};
