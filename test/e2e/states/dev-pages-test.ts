import { type Browser, type Page, test as base } from '@playwright/test';
import type { combinations } from './combinations.ts';
import { type DevPages, serveDevPages } from './dev-pages.ts';

type Locale = (typeof combinations)[number]['locale'];

export type DevPagesFixtures = {
  /** `dev.html`: the window on invented data. */
  readonly pages: DevPages;
  /** `dev/gallery.html`: the primitives. */
  readonly gallery: DevPages;
  /** Kept for all tests; what a window remembers of the page before is forgotten when another is opened. */
  readonly windows: { readonly [L in Locale]: Page };
};

const served = (page: string) =>
  [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads the fixtures a function needs from this pattern.
    async ({}, use: (pages: DevPages) => Promise<void>) => {
      const pages = await serveDevPages(page);
      await use(pages);
      await pages.stop();
    },
    { scope: 'worker', timeout: 120_000 },
  ] as const;

/** Specs with the same worker fixtures share a worker, and so what it has built and opened. */
export const test = base.extend<object, DevPagesFixtures>({
  pages: [...served('dev.html')],
  gallery: [...served('dev/gallery.html')],
  windows: [
    async ({ browser }, use) => {
      const [en, pseudo, rtl] = await Promise.all([openWindow(browser), openWindow(browser), openWindow(browser)]);
      await use({ en, pseudo, rtl });
      await Promise.all([en, pseudo, rtl].map((page) => page.context().close()));
    },
    { scope: 'worker' },
  ],
});

async function openWindow(browser: Browser): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await page.addInitScript(() => {
    // The frames of previews have no storage.
    if (globalThis.origin === 'null') return;
    localStorage.clear();
    sessionStorage.clear();
  });
  return page;
}
