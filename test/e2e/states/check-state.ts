import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { picturesAreWanted } from '../pictures.ts';
import { accessibilityFindings } from '../window-actions.ts';
import { type Combination, combinationName } from './combinations.ts';
import { layoutFindings } from './layout-findings.ts';
import type { DevPages } from './dev-pages.ts';
import type { WindowState } from './window-state.ts';

export const picturesDir = join('test-results', 'states');

/**
 * What is wrong with the state in these combinations, all of one locale, in words. A picture is kept of what is wrong, or
 * of each where they are wanted.
 */
export async function checkState(
  page: Page,
  pages: DevPages,
  state: WindowState,
  combinations: readonly Combination[],
): Promise<string[]> {
  const findings: string[] = [];
  let shown = false;
  for (const combination of combinations) {
    if (combination.width / combination.zoom < (state.narrowestPx ?? 0)) continue;
    const name = combinationName(combination);
    await setScreen(page, combination);
    if (!shown) await show(page, pages.url, state, combination.locale);
    shown = true;
    await state.reachAgain?.(page);
    await state.shows(page).waitFor();
    await settled(page);
    if (combination.withAxe) await pages.loadAxe(page);
    const found = [
      ...(await layoutFindings(page)),
      ...(combination.withAxe ? await accessibilityFindings(page) : []),
      ...(await focusFindings(page, state)),
    ];
    if (found.length > 0 || picturesAreWanted) await keepPicture(page, state, name);
    findings.push(...found.map((finding) => `${name}: ${finding}`));
  }
  return findings;
}

async function setScreen(page: Page, { theme, width, height, zoom }: Combination): Promise<void> {
  await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
  await page.setViewportSize({ width: Math.round(width / zoom), height: Math.round(height / zoom) });
  // Panes that have no room any more go with the next picture: whether they are there is asked after that.
  await twoFrames(page);
}

async function show(page: Page, url: string, state: WindowState, locale: string): Promise<void> {
  const search = new URLSearchParams({ scene: state.scene, locale });
  for (const key of ['place', 'page', 'open', 'closed', 'folder'] as const) {
    const value = state[key];
    if (value !== undefined) search.set(key, value);
  }
  // What the state before holds is let go: the first click would only end that.
  await page.mouse.up();
  await page.goto(`${url}/dev.html?${search}`);
  await (state.ready ?? defaultReady)(page).waitFor();
  await state.reach?.(page);
}

const defaultReady = (page: Page) => page.locator('main');

const twoFrames = (page: Page) =>
  page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));

/** Fonts are there, what another size or theme has set in motion has arrived, and two frames have been drawn since. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
  await twoFrames(page);
  await page.evaluate(() => {
    for (const animation of document.getAnimations()) {
      if (animation.effect?.getComputedTiming().iterations !== Number.POSITIVE_INFINITY) animation.finish();
    }
  });
  await twoFrames(page);
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
