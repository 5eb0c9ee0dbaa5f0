import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, type Page, test as base } from '@playwright/test';
import { accessibilityFindings } from '../window-actions.ts';
import { type Combination, combinationName, combinations } from './combinations.ts';
import { type DevPages, serveDevPages } from './dev-pages.ts';
import { layoutFindings } from './layout-findings.ts';
import { states, type WindowState } from './states.ts';

const test = base.extend<object, { readonly pages: DevPages }>({
  pages: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads the fixtures a function needs from this pattern.
    async ({}, use) => {
      const pages = await serveDevPages(['dev.html']);
      await use(pages);
      await pages.stop();
    },
    { scope: 'worker', timeout: 120_000 },
  ],
});

// A dozen pictures of each state are kept anyway.
test.use({ trace: 'off' });

const picturesDir = join('test-results', 'states');

for (const state of states) {
  test(`${state.name}: accessible, nothing overflows or is cut off, focus is somewhere`, async ({ page, pages }) => {
    test.setTimeout(180_000);
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(error.message));
    const findings: string[] = [];
    let shownLocale: string | null = null;
    for (const combination of combinations) {
      const name = combinationName(combination);
      await setScreen(page, combination);
      if (shownLocale !== combination.locale) await show(page, pages.url, state, combination.locale);
      shownLocale = combination.locale;
      await settled(page);
      const found = [
        ...(await layoutFindings(page)),
        ...(await accessibilityFindings(page)),
        ...(await focusFindings(page, state)),
      ];
      await keepPicture(page, state, name);
      findings.push(...found.map((finding) => `${name}: ${finding}`));
    }
    expect([...problems, ...findings]).toEqual([]);
  });
}

async function setScreen(page: Page, { theme, width, height, zoom }: Combination): Promise<void> {
  await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
  const size = { width: Math.round(width / zoom), height: Math.round(height / zoom) };
  await page.setViewportSize(size);
}

async function show(page: Page, url: string, state: WindowState, locale: string): Promise<void> {
  await page.goto(`${url}/dev.html?scene=${state.scene}&locale=${locale}`);
  await state.shows(page).waitFor();
  await state.reach?.(page);
}

/** Fonts are there, what was on its way has arrived, and two frames have been drawn since. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await document.fonts.ready;
    for (const animation of document.getAnimations()) {
      if (animation.effect?.getComputedTiming().iterations !== Number.POSITIVE_INFINITY) animation.finish();
    }
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  });
}

function focusFindings(page: Page, { focusIn }: WindowState): Promise<string[]> {
  return page.evaluate((within) => {
    const at = document.activeElement;
    if (at === null || at === document.body) return ['the focus is nowhere'];
    return within === null || at.closest(within) ? [] : [`the focus is on ${at.outerHTML.slice(0, 120)}`];
  }, focusIn ?? null);
}

async function keepPicture(page: Page, state: WindowState, name: string): Promise<void> {
  await mkdir(join(picturesDir, state.name), { recursive: true });
  await writeFile(join(picturesDir, state.name, `${name}.png`), await page.screenshot());
}
