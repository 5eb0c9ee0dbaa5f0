import { expect, test as base, type Page } from '@playwright/test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serveBrigade, type ServedBrigade } from '../servers/brigade.ts';
import { useSharedCeph } from '../servers/shared-ceph.ts';
import type { CephAddress } from '../servers/ceph.ts';
import { picturesAreWanted } from './pictures.ts';

export type Brigade = {
  /** Of the running `brigade serve`, its token not used yet. */
  readonly url: string;
  readonly dataDir: string;
  /** Pid of the process that holds the engine. */
  readonly pid: number;
  stderr(): string;
  /** SIGKILL, as in a crash; what it held stays in dataDir. */
  kill(): Promise<void>;
  /** SIGTERM. */
  stop(): Promise<void>;
  /** Starts it again on the same data folder (ends it first if it still runs); the new URL. */
  restart(): Promise<string>;
};

export type Fixtures = {
  /** A folder for the test's own files, removed afterwards. */
  readonly workFolder: string;
  readonly brigade: Brigade;
  /** Errors of the page and of its console. None may be left at the end of a test, but those it says it expects. */
  readonly problems: { readonly expect: (pattern: RegExp) => void };
  /** A page with the window open and its session started. */
  readonly window: Page;
  /** What lies in the first bucket on this computer, an ordinary folder, by its path. */
  readonly bucketFolder: string;
  readonly ceph: CephAddress;
  /** Takes a picture of the window, where pictures are wanted: test-results/screenshots/<name>.png. */
  readonly takePicture: (name: string) => Promise<void>;
};

/** The environment of the engine under test, beside what test/servers/brigade.ts sets: `test.use({ engineEnv: {…} })`. */
export type FixtureOptions = { readonly engineEnv: Readonly<Record<string, string>> };

export const test = base.extend<Fixtures & FixtureOptions>({
  engineEnv: [{}, { option: true }],

  // eslint-disable-next-line no-empty-pattern -- Playwright reads the fixtures a function needs from this pattern.
  workFolder: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'brigade-e2e-'));
    await use(folder);
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  },

  brigade: async ({ workFolder, engineEnv }, use) => {
    const dataDir = join(workFolder, 'data');
    const env = { HOME: workFolder, ...engineEnv };
    let served: ServedBrigade = await serveBrigade({ dataDir, env });
    await use({
      get url() {
        return served.url;
      },
      get pid() {
        return served.pid;
      },
      dataDir,
      stderr: () => served.stderr(),
      kill: () => served.kill(),
      stop: () => served.stop(),
      restart: async () => {
        await served.stop();
        served = await serveBrigade({ dataDir, env });
        return served.url;
      },
    });
    await served.stop();
  },

  problems: async ({ page }, use) => {
    const seen: string[] = [];
    const expected: RegExp[] = [];
    page.on('pageerror', (error) => seen.push(error.stack ?? error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') seen.push(message.text());
    });
    await use({ expect: (pattern) => void expected.push(pattern) });
    expect(seen.filter((text) => !expected.some((pattern) => pattern.test(text)))).toEqual([]);
  },

  bucketFolder: async ({ brigade }, use) => {
    await use(join(brigade.dataDir, 'local-bucket-folder', 'my-bucket'));
  },

  // Errors are listened for before the window is there.
  window: async ({ page, brigade, problems }, use) => {
    void problems;
    await page.goto(brigade.url);
    await use(page);
  },

  // eslint-disable-next-line no-empty-pattern
  ceph: async ({}, use) => {
    await use(await useSharedCeph());
  },

  takePicture: async ({ page }, use) => {
    await use(async (name) => {
      if (picturesAreWanted) await page.screenshot({ path: join('test-results', 'screenshots', `${name}.png`) });
    });
  },
});

export { expect };
