import type { Locator, Page } from '@playwright/test';

/** One state of the window that a person can meet, on invented data (renderer/dev). */
export type WindowState = {
  readonly name: string;
  /** `?scene=` of dev.html. */
  readonly scene: string;
  /** Where the window begins: `conn-1/finance-eu/in/`. Left out: at the buckets of the first connection. */
  readonly place?: string;
  /** Which page of the rules stands in front of it: `all`, `new`, `rule-1`. */
  readonly page?: string;
  /** Panes that are open from the start: `inspector,transfers`. */
  readonly open?: string;
  /** Panes that are not. */
  readonly closed?: string;
  /** What the local pane shows. */
  readonly folder?: string;
  /** What a person does to get there, without any word of a language: the texts differ from locale to locale. */
  readonly reach?: (page: Page) => Promise<void>;
  /** What is done again in every size of the window: what lies under the pointer, panes that have no room beside the list. */
  readonly reachAgain?: (page: Page) => Promise<void>;
  /** There once the window can be used. */
  readonly ready?: (page: Page) => Locator;
  /** There once this is to be seen. */
  readonly shows: (page: Page) => Locator;
  /** Inside of this is the focus to be. Left out: anywhere but nowhere. */
  readonly focusIn?: string;
  /** In narrower windows there is no such state: two panes side by side. */
  readonly narrowestPx?: number;
};

type Sample = { readonly sample: { readonly act: (id: string) => void } };

export const row = (page: Page, name: string): Locator =>
  page.locator('[data-pane="list"] [data-row-index]').filter({ hasText: name }).first();
export const anyRow = (page: Page): Locator => page.locator('[data-pane="list"] [data-row-index]').first();
export const dialog = (page: Page): Locator => page.locator('[role="dialog"], [role="alertdialog"]').last();
export const inDialog = '[role="dialog"], [role="alertdialog"]';

/** Does what the action of that id does in the menus and the palette. */
export async function act(page: Page, id: string): Promise<void> {
  await page.waitForFunction((wanted) => {
    try {
      (globalThis as unknown as Sample).sample.act(wanted);
      return true;
    } catch {
      // Not offered yet: what is selected is on its way.
      return false;
    }
  }, id);
}

export async function select(page: Page, ...names: string[]): Promise<void> {
  for (const [index, name] of names.entries()) {
    await row(page, name).click(index === 0 ? {} : { modifiers: ['Control'] });
  }
}

/** The menu of the size before. */
export async function closeMenu(page: Page): Promise<void> {
  const menu = page.getByRole('menu').first();
  if (!(await menu.isVisible())) return;
  await page.keyboard.press('Escape');
  await menu.waitFor({ state: 'hidden' });
}

/** Opens a pane over the list where it has no room beside it. */
export function withPane(pane: 'sidebar' | 'inspector' | 'localPane', keys: string): (page: Page) => Promise<void> {
  return async (page) => {
    const shown = page.locator(`[data-pane="${pane}"]`);
    if (await shown.isVisible()) return;
    await page.keyboard.press(keys);
    await shown.waitFor();
  };
}
export const withSidebar = withPane('sidebar', 'Control+b');
export const withInspector = withPane('inspector', 'Control+i');
export const withLocalPane = withPane('localPane', 'Control+Shift+L');
