import base from '../../playwright.config.ts';

/** All of the stories, those too that do not hold yet. */
// eslint-disable-next-line import/no-default-export -- Playwright takes the default export.
export default {
  ...base,
  testDir: '.',
  testMatch: '**/story-*.spec.ts',
  testIgnore: [],
  globalSetup: './global-setup.ts',
  outputDir: '../../test-results/stories',
};
