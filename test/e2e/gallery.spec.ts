import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, type Page } from '@playwright/test';
import { test } from './states/dev-pages-test.ts';
import type { DevPages } from './states/dev-pages.ts';
import { layoutFindings } from './states/layout-findings.ts';
import { picturesAreWanted } from './pictures.ts';
import { accessibilityFindings, rulesOfColours, settle } from './window-actions.ts';

/** Every primitive in every state (renderer/dev/gallery): found accessible by axe, nothing cut off, driven by keyboard. */
const picturesDir = join('test-results', 'gallery');
const variants = [
  { name: 'light', theme: 'light', locale: 'en', width: 1280, height: 3800 },
  { name: 'rtl', theme: 'light', locale: 'rtl', width: 1280, height: 3800 },
  { name: 'rtl-dark', theme: 'dark', locale: 'rtl', width: 800, height: 600 },
  { name: 'pseudo', theme: 'dark', locale: 'pseudo', width: 800, height: 5200 },
  // What 1280x800 leaves at a zoom of 200 %.
  { name: 'zoom-200', theme: 'light', locale: 'en', width: 640, height: 400 },
] as const;
type Variant = Omit<(typeof variants)[number], 'height'> & { readonly height: number };
/** What is only driven need not be drawn whole. */
const driven: Variant = { ...variants[0], height: 800 };

async function show(page: Page, pages: DevPages, variant: Variant): Promise<string[]> {
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.setViewportSize(variant);
  await page.goto(`${pages.url}/dev/gallery.html?theme=${variant.theme}&locale=${variant.locale}`);
  await page.locator('section').last().waitFor();
  await page.evaluate(() => document.fonts.ready);
  return problems;
}

async function keepPicture(page: Page, name: string): Promise<void> {
  if (!picturesAreWanted) return;
  await mkdir(picturesDir, { recursive: true });
  await writeFile(join(picturesDir, `${name}.png`), await page.screenshot());
}

const section = (page: Page, index: number) => page.locator('section').nth(index);
const opens = (page: Page) => section(page, 3).getByRole('button');

/**
 * What is wrong with the page as it is, in words. Where it is light and of the usual size, it is looked at in the dark too:
 * nothing but its colours changes.
 */
async function findings(page: Page, pages: DevPages, variant: Variant, name: string): Promise<string[]> {
  await keepPicture(page, `${variant.name}${name}`);
  await pages.loadAxe(page);
  const found = [...(await accessibilityFindings(page)), ...(await layoutFindings(page))];
  if (variant.name !== 'light') return found;
  const setTheme = (theme: string) =>
    page.evaluate((theme) => void (document.documentElement.dataset['theme'] = theme), theme);
  await setTheme('dark');
  await settle(page);
  await keepPicture(page, `dark${name}`);
  const inTheDark = await accessibilityFindings(page, rulesOfColours);
  await setTheme('light');
  await settle(page);
  return [...found, ...inTheDark.map((finding) => `dark: ${finding}`)];
}

for (const variant of variants) {
  test(`the primitives, ${variant.name}`, async ({ page, gallery: pages }) => {
    const problems = await show(page, pages, variant);
    expect([...problems, ...(await findings(page, pages, variant, ''))]).toEqual([]);
  });
}

for (const variant of variants.slice(0, 2)) {
  test(`what opens, ${variant.name}`, async ({ page, gallery: pages }) => {
    const problems = await show(page, pages, { ...variant, height: 800 });
    const look = async (what: string) =>
      expect([...problems, ...(await findings(page, pages, variant, `-${what}`))]).toEqual([]);

    await opens(page).nth(0).press('Enter');
    await expect(page.getByRole('menu')).toBeVisible();
    await expect(page.getByRole('menuitemcheckbox')).toHaveAttribute('aria-checked', 'true');
    await expect(page.getByRole('menuitemradio', { checked: true })).toHaveCount(1);
    const submenu = page.getByRole('menu').getByRole('menuitem', { expanded: false });
    await submenu.focus();
    await submenu.press(variant.locale === 'rtl' ? 'ArrowLeft' : 'ArrowRight');
    await expect(page.getByRole('menu')).toHaveCount(2);
    await look('menu');
    await page.keyboard.press('Escape');
    await expect(page.getByRole('menu')).toHaveCount(1);
    await page.keyboard.press('Escape');
    await expect(page.getByRole('menu')).toHaveCount(0);

    await opens(page).nth(1).press('Enter');
    await expect(page.getByRole('dialog')).toBeVisible();
    await look('popover');
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await expect(opens(page).nth(1)).toBeFocused();

    await opens(page).nth(4).press('Enter');
    await expect(page.getByRole('dialog').getByRole('textbox')).toBeFocused();
    await look('dialog');
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);

    const choices = section(page, 1).getByRole('combobox');
    const options = page.locator('[data-base-ui-portal]').getByRole('option');
    await choices.nth(0).press('Enter');
    await expect(options).toHaveCount(2);
    await look('select');
    await page.keyboard.press('Escape');
    await expect(options).toHaveCount(0);
    await choices.nth(4).press('Enter');
    await page.keyboard.type('irel');
    await expect(options).toHaveCount(1);
    await look('combobox');
    await page.keyboard.press('Enter');
    await expect(options).toHaveCount(0);
    await expect(choices.nth(4)).toHaveText('eu-west-1');
    await expect(choices.nth(4)).toBeFocused();

    await opens(page).nth(6).press('Enter');
    await expect(page.getByRole('dialog')).toBeVisible();
    await look('toast');
  });
}

test('news with undo: waits while the pointer is on it, its action takes it away', async ({ page, gallery: pages }) => {
  await page.clock.install();
  await show(page, pages, driven);
  await opens(page).nth(6).click();
  const news = page.getByText('“a.txt” is now “b.txt”.').last();
  await news.hover();
  await page.clock.runFor(60_000);
  await expect(news).toBeVisible();
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await expect(page.getByText('It is “a.txt” again.').last()).toBeVisible();
  await expect(page.getByText('“a.txt” is now “b.txt”.')).toHaveCount(0);
});

test('the line between two panes: arrows, limits, closing, default, in both directions', async ({
  page,
  gallery: pages,
}) => {
  for (const variant of [driven, { ...variants[1], height: 800 }]) {
    await show(page, pages, variant);
    const line = section(page, 5).getByRole('separator').first();
    const [grow, shrink] = variant.locale === 'rtl' ? ['ArrowLeft', 'ArrowRight'] : ['ArrowRight', 'ArrowLeft'];
    await line.focus();
    await expect(line).toHaveAttribute('aria-valuenow', '180');
    await line.press(grow);
    await expect(line).toHaveAttribute('aria-valuenow', '196');
    await line.press(shrink);
    await line.press('End');
    await expect(line).toHaveAttribute('aria-valuenow', '360');
    await line.press('Home');
    await expect(line).toHaveAttribute('aria-valuenow', '120');
    await line.press('Enter');
    await expect(line).toHaveAttribute('aria-valuenow', '0');
    await expect(line).toBeFocused();
    await line.press('Enter');
    await expect(line).toHaveAttribute('aria-valuenow', '120');
    await line.dblclick();
    await expect(line).toHaveAttribute('aria-valuenow', '180');
    const box = await line.boundingBox();
    if (!box) throw new Error('the line has no place');
    const towards = variant.locale === 'rtl' ? -1 : 1;
    await page.mouse.move(box.x, box.y + 40);
    await page.mouse.down();
    await page.mouse.move(box.x + 50 * towards, box.y + 40);
    await expect(line).toHaveAttribute('aria-valuenow', '230');
    await page.mouse.move(box.x - 150 * towards, box.y + 40);
    await expect(line).toHaveAttribute('aria-valuenow', '0');
    await page.mouse.move(box.x - 20 * towards, box.y + 40);
    await page.mouse.up();
    await expect(line).toHaveAttribute('aria-valuenow', '160');
  }
});

test('the combobox with its list below: typing finds, arrows move, the focus stays in the input', async ({
  page,
  gallery: pages,
}) => {
  await show(page, pages, driven);
  const input = section(page, 6).getByRole('combobox').first();
  await input.fill('side');
  await expect(section(page, 6).getByRole('option', { name: 'Hide the sidebar' })).toBeVisible();
  await input.fill('');
  await input.press('ArrowDown');
  const active = await input.getAttribute('aria-activedescendant');
  await expect(page.locator(`[id="${active}"]`)).toHaveText(/Dark appearance/);
  await expect(input).toBeFocused();
});

test('the tree: arrows open, close and move, letters find', async ({ page, gallery: pages }) => {
  await show(page, pages, driven);
  const tree = section(page, 6).getByRole('tree');
  const photos = tree.getByRole('treeitem', { name: 'Photos' });
  await photos.focus();
  await photos.press('ArrowLeft');
  const home = tree.getByRole('treeitem', { name: 'Home' });
  await expect(home).toBeFocused();
  await home.press('ArrowLeft');
  await expect(home).toHaveAttribute('aria-expanded', 'false');
  await expect(photos).toHaveCount(0);
  await home.press('n');
  await expect(tree.getByRole('treeitem', { name: /Network/ })).toBeFocused();
});

for (const [name, media] of [
  ['forced-colours', { forcedColors: 'active' }],
  ['more-contrast', { contrast: 'more' }],
] as const) {
  test(`the primitives, ${name}`, async ({ page, gallery: pages }) => {
    await page.emulateMedia(media);
    const problems = await show(page, pages, variants[0]);
    await keepPicture(page, name);
    await pages.loadAxe(page);
    expect([...problems, ...(await accessibilityFindings(page))]).toEqual([]);
  });
}
