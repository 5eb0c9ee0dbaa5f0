import base from '../../../playwright.config.ts';

// The workers inherit it.
process.env['PICTURES'] ??= '1';

/** `npm run states`: every state of the window in every pair of theme, size, zoom and language. */
// eslint-disable-next-line import/no-default-export -- Playwright takes the default export.
export default {
  ...base,
  use: { ...base.use, everyScreen: true },
  testDir: '.',
  projects: [{ name: 'states' }],
  globalSetup: '../global-setup.ts',
  reporter: [['list'], ['json', { outputFile: '../../../test-results/states.json' }]],
  outputDir: '../../../test-results/states-run',
};
