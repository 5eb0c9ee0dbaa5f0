import type { Locator, Page } from '@playwright/test';
import { dropPaths, row } from './window-actions.ts';
import { expect } from './fixtures.ts';

/** The two ways in which a story is told: with a mouse, and by keyboard alone. Neither does what the other does. */
export type Hand = {
  readonly name: 'mouse' | 'keyboard';
  /** A button, a checkbox, a link. */
  press(control: Locator): Promise<void>;
  /** Replaces what is in a field. */
  fill(field: Locator, text: string): Promise<void>;
  /** Makes it the only row that is selected, in the list or in the pane of this computer's files. */
  pick(page: Page, name: string, pane?: ListPane): Promise<void>;
  open(page: Page, name: string, pane?: ListPane): Promise<void>;
  /** Takes an entry of the menu that belongs to a row. */
  menu(page: Page, name: string, entry: string | RegExp, pane?: ListPane): Promise<void>;
  /** Takes an entry of the menu that belongs to the place, wherever nothing is selected. */
  placeMenu(page: Page, entry: string | RegExp): Promise<void>;
  /** A button in a row of the transfers, which are unfolded. */
  pressInJob(page: Page, job: Locator, name: string): Promise<void>;
  /** Takes an entry of the menu of a row of the transfers, which are unfolded. */
  menuOfJob(page: Page, job: Locator, entry: string): Promise<void>;
  /** Brings files and folders of this machine to the place that is open. All of them files, or one folder. */
  upload(page: Page, what: 'files' | 'folder', paths: readonly string[]): Promise<void>;
};

export type ListPane = 'list' | 'localPane';

const paneOf = (page: Page, pane: ListPane): Locator => page.locator(`[data-pane="${pane}"]`);
export const rowIn = (page: Page, pane: ListPane, name: string): Locator =>
  paneOf(page, pane)
    .locator('[data-row-index]')
    .filter({ has: page.getByText(name, { exact: true }) });

/** More than there are stops in any window of the stories. */
const stopsAtMost = 80;

const holdsFocus = (target: Locator): Promise<boolean> =>
  target.evaluate((element) => element === document.activeElement);

/** The nearer way to a control among the stops of the document, or of the dialog that both are in. */
const nearerKey = (control: Locator): Promise<'Tab' | 'Shift+Tab'> =>
  control.evaluate((target) => {
    const root = target.closest('[role="dialog"], [role="alertdialog"]') ?? document;
    const stops = [
      ...root.querySelectorAll<HTMLElement>('a[href], button, input, select, textarea, [tabindex]'),
    ].filter((stop) => stop.tabIndex >= 0 && stop.checkVisibility({ visibilityProperty: true }));
    const here = document.activeElement;
    if (here === null || here === document.body) return 'Tab';
    // What has the focus may be no stop itself, as a pane is.
    const isBehind = (stop: Element) => (stop.compareDocumentPosition(here) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0;
    const before = stops.filter((stop) => stop !== here && isBehind(stop)).length;
    const at = stops.some((stop) => stop === here) ? before : before - 0.5;
    const to = stops.findIndex((stop) => stop === target);
    const forwards = (to - at + stops.length) % stops.length;
    return forwards > stops.length / 2 ? 'Shift+Tab' : 'Tab';
  });

/** Walks with Tab until the control has the focus; fails when it is no stop. */
export async function tabTo(control: Locator): Promise<void> {
  const page = control.page();
  await expect(control).toBeVisible();
  const key = await nearerKey(control);
  for (let stop = 0; stop < stopsAtMost; stop++) {
    if (await holdsFocus(control)) return;
    await page.keyboard.press(key);
  }
  await expect(control, `is reached with ${key}`).toBeFocused();
}

/** Walks with one key until one of the targets has the focus. */
async function walkTo(target: Locator, key: string): Promise<void> {
  for (let step = 0; step < stopsAtMost; step++) {
    if (await holdsFocus(target)) return;
    await target.page().keyboard.press(key);
  }
  await expect(target, `is reached with ${key}`).toBeFocused();
}

/** The focus into the rows of a list, or on the list while it is empty: F6 to its pane, Tab or Shift+Tab to the rows. */
export async function toRows(page: Page, pane: ListPane = 'list'): Promise<void> {
  const keyFromHere = () =>
    page.evaluate((name) => {
      const at = document.activeElement;
      if (at?.closest(`[data-pane="${name}"]`) == null) return 'F6';
      if (at.matches('[data-row-index], [role="grid"]')) return null;
      // F6 goes back to where the focus was in the pane, which may be behind the list.
      const grid = document.querySelector(`[data-pane="${name}"] [role="grid"]`);
      const isBehind = grid !== null && (at.compareDocumentPosition(grid) & Node.DOCUMENT_POSITION_PRECEDING) !== 0;
      return isBehind && !grid.contains(at) ? 'Shift+Tab' : 'Tab';
    }, pane);
  for (let step = 0; step < stopsAtMost; step++) {
    const key = await keyFromHere();
    if (key === null) return;
    await page.keyboard.press(key);
  }
  throw new Error(`The rows of ${pane} are not reached by keyboard.`);
}

async function walkToRow(page: Page, name: string, pane: ListPane): Promise<void> {
  await expect(rowIn(page, pane, name)).toBeVisible();
  await toRows(page, pane);
  await page.keyboard.press('Home');
  await walkTo(rowIn(page, pane, name), 'ArrowDown');
  await expect(rowIn(page, pane, name)).toHaveAttribute('aria-selected', 'true');
}

async function walkToJob(page: Page, job: Locator): Promise<void> {
  const list = page.getByRole('treegrid', { name: 'Transfers' });
  await tabTo(list);
  await page.keyboard.press('Home');
  const id = await job.getByRole('row').first().getAttribute('id');
  for (let step = 0; step < stopsAtMost; step++) {
    if ((await list.getAttribute('aria-activedescendant')) === id) break;
    await page.keyboard.press('ArrowDown');
  }
}

async function takeEntry(page: Page, entry: string | RegExp): Promise<void> {
  await expect(page.getByRole('menu')).toBeVisible();
  await walkTo(menuItem(page, entry), 'ArrowDown');
  await page.keyboard.press('Enter');
}

const menuItem = (page: Page, entry: string | RegExp): Locator =>
  page.getByRole('menuitem', { name: entry, exact: true });

async function giveFiles(page: Page, paths: readonly string[], choose: () => Promise<void>): Promise<void> {
  const choosing = page.waitForEvent('filechooser');
  await choose();
  await (await choosing).setFiles([...paths]);
}

export const mouse: Hand = {
  name: 'mouse',
  press: (control) => control.click(),
  fill: async (field, text) => {
    await field.click();
    await field.page().keyboard.press('ControlOrMeta+a');
    await field.page().keyboard.insertText(text);
  },
  pick: (page, name, pane = 'list') => rowIn(page, pane, name).click(),
  open: (page, name, pane = 'list') => rowIn(page, pane, name).dblclick(),
  menu: async (page, name, entry, pane = 'list') => {
    await rowIn(page, pane, name).click({ button: 'right' });
    await menuItem(page, entry).click();
  },
  placeMenu: async (page, entry) => {
    const box = await page.getByTestId('drop-area').boundingBox();
    if (!box) throw new Error('There is no list.');
    // Below the last row.
    await page.mouse.click(box.x + box.width / 2, box.y + box.height - 12);
    await page.mouse.click(box.x + box.width / 2, box.y + box.height - 12, { button: 'right' });
    await menuItem(page, entry).click();
  },
  pressInJob: (_page, job, name) => job.getByRole('button', { name, exact: true }).click(),
  menuOfJob: async (page, job, entry) => {
    await job.click({ button: 'right' });
    await menuItem(page, entry).click();
  },
  upload: (page, _what, paths) => dropPaths(page, paths, page.getByTestId('drop-area')),
};

export const keyboard: Hand = {
  name: 'keyboard',
  press: async (control) => {
    await tabTo(control);
    const isCheckbox = await control.evaluate((element) => element.matches('[type="checkbox"], [role="checkbox"]'));
    await control.page().keyboard.press(isCheckbox ? 'Space' : 'Enter');
  },
  fill: async (field, text) => {
    await tabTo(field);
    await field.page().keyboard.press('ControlOrMeta+a');
    await field.page().keyboard.insertText(text);
  },
  pick: (page, name, pane = 'list') => walkToRow(page, name, pane),
  open: async (page, name, pane = 'list') => {
    await walkToRow(page, name, pane);
    await page.keyboard.press('Enter');
  },
  menu: async (page, name, entry, pane = 'list') => {
    await walkToRow(page, name, pane);
    await page.keyboard.press('Shift+F10');
    await takeEntry(page, entry);
  },
  placeMenu: async (page, entry) => {
    await toRows(page);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Shift+F10');
    await takeEntry(page, entry);
  },
  pressInJob: async (page, job, name) => {
    await walkToJob(page, job);
    await walkTo(job.getByRole('button', { name, exact: true }), 'ArrowRight');
    await page.keyboard.press('Enter');
  },
  menuOfJob: async (page, job, entry) => {
    await walkToJob(page, job);
    await page.keyboard.press('Shift+F10');
    await takeEntry(page, entry);
  },
  upload: (page, what, paths) =>
    giveFiles(page, paths, async () => {
      await keyboard.press(page.getByRole('button', { name: 'Upload', exact: true }));
      await takeEntry(page, what === 'files' ? 'Upload files…' : 'Upload folder…');
    }),
};

const hands = [mouse, keyboard] as const;

/**
 * Of a story that is told by mouse and by keyboard the one whose turn it is: each day the other one, and each day some by
 * either. `HANDS=all`: both.
 */
export function handsFor(story: string): readonly Hand[] {
  if (process.env['HANDS'] === 'all') return hands;
  const first = Array.from(story).reduce((sum, letter) => sum + (letter.codePointAt(0) ?? 0), 0);
  return hands.filter((_, index) => (index + first + Number(process.env['TEST_DAY'])) % 2 === 0);
}

/** Finds something in the command palette and takes it. `label`: how what is found is called, when it is not what is typed. */
export async function command(page: Page, hand: Hand, text: string, label = text): Promise<void> {
  if (hand.name === 'mouse') await page.getByRole('button', { name: 'Search actions and places' }).click();
  else await page.keyboard.press('ControlOrMeta+k');
  const field = page.getByRole('combobox', { name: 'Command palette' });
  await expect(field).toBeFocused();
  await page.keyboard.insertText(text);
  const option = page.getByRole('option').first();
  await expect(option).toContainText(label);
  if (hand.name === 'mouse') await option.click();
  else await page.keyboard.press('Enter');
  await expect(field).toBeHidden();
}

/** Takes an option of a field that is not typed into. */
export async function takeOption(hand: Hand, field: Locator, name: string): Promise<void> {
  const option = field.page().getByRole('option', { name, exact: true });
  if (hand.name === 'mouse') {
    await field.click();
    return option.click();
  }
  await tabTo(field);
  await field.page().keyboard.press('Enter');
  await expect(option).toBeVisible();
  await walkTo(option, 'ArrowDown');
  await field.page().keyboard.press('Enter');
}

/** From the first start into the empty bucket on this computer. */
export async function startInBucket(page: Page, hand: Hand): Promise<void> {
  await hand.press(page.getByRole('button', { name: 'Try it with a bucket on this computer' }));
  await expect(row(page, 'my-bucket')).toBeVisible();
  await hand.open(page, 'my-bucket');
  await expect(page.getByText('This bucket is empty')).toBeVisible();
}
