import { defineConfig } from '@playwright/test';
import { cephIsInstalled } from './test/servers/ceph.ts';
import { debianChromium } from './test/servers/chromium.ts';

// The workers inherit it: which stories are told today is the same in all of them (hands.ts).
process.env['TEST_DAY'] ??= String(Math.floor(Date.now() / 86_400_000));

/** Specs of pages on invented data: no engine, no server, and nothing that must happen within a time. All others are stories. */
const ofPages = ['**/gallery.spec.ts', '**/sign-in-dialogs.spec.ts', '**/states/*.spec.ts'];

export default defineConfig({
  testDir: 'test/e2e',
  projects: [
    {
      name: 'stories',
      // test/setup.mjs installs Ceph on Debian, else says what is left out.
      testIgnore: [...ofPages, ...(cephIsInstalled ? [] : ['**/ceph-*.spec.ts'])],
      outputDir: 'test-results/playwright',
    },
    // test/run.mjs gives these two workers, when the stories are over.
    { name: 'pages', testMatch: ofPages, outputDir: 'test-results/playwright-pages' },
  ],
  globalSetup: './test/e2e/global-setup.ts',
  // Two cores are shared with the server, the engine and the browser: with two workers the stories by keyboard were too slow.
  workers: 1,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  forbidOnly: true,
  reporter: [['list'], ['json', { outputFile: process.env['RESULTS_FILE'] ?? 'test-results/playwright.json' }]],
  use: {
    browserName: 'chromium',
    viewport: { width: 1280, height: 800 },
    actionTimeout: 15_000,
    // Motion is a tenth of what a story costs; main-story.spec.ts has it.
    contextOptions: { reducedMotion: 'reduce' },
    // Recording all that happens takes a good part of a small machine; what failed is also told in words.
    trace: process.env['TRACE'] === undefined ? 'off' : 'retain-on-failure',
    launchOptions: {
      // Elsewhere whatever Playwright finds itself.
      ...(debianChromium === undefined ? {} : { executablePath: debianChromium }),
      args: [
        '--no-sandbox',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-quic',
        '--disable-sync',
        '--no-first-run',
      ],
    },
  },
});
