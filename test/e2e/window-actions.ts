import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Locator, Page } from '@playwright/test';
import { expect } from './fixtures.ts';

/** What people do with the window, in terms of the window. */

export const axeFile = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

type AxeResults = {
  readonly violations: readonly { readonly id: string; readonly nodes: readonly { html: string }[] }[];
};

/** What is on its way to its place or colour is judged, and pictured, once it is there. */
export async function settle(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    const ending = document
      .getAnimations()
      .filter((animation) => animation.effect?.getComputedTiming().iterations !== Number.POSITIVE_INFINITY);
    for (const animation of ending) animation.finish();
  });
}

/** axe's own, and what opens from a control and is read from there: it lies at the end of the document, in no landmark. */
const needsNoLandmark = 'dialog, [role=dialog], [role=alertdialog], svg, [data-base-ui-portal]';

/** All that axe has to say about colours, which are what differs between light and dark. */
export const rulesOfColours = ['color-contrast', 'link-in-text-block'];

/** What axe finds in the window as it is, in words. `rules`: only these are looked at. */
export async function accessibilityFindings(page: Page, rules?: readonly string[]): Promise<string[]> {
  // The window's content policy forbids inline scripts, not what the browser's own tools evaluate.
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(await readFile(axeFile, 'utf8'));
  const options = {
    // What is loaded beforehand is for rules that are not on; the passes would only be sent over to be thrown away.
    resultTypes: ['violations'],
    preload: false,
    ...(rules === undefined ? {} : { runOnly: { type: 'rule', values: rules } }),
  };
  const found = await page.evaluate(
    async ([openedFrom, options]) => {
      const { axe } = globalThis as unknown as {
        axe: { configure: (spec: object) => void; run: (root: Document, options: object) => Promise<AxeResults> };
      };
      axe.configure({ checks: [{ id: 'region', options: { regionMatcher: openedFrom } }] });
      return axe.run(document, options);
    },
    [needsNoLandmark, options] as const,
  );
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

/** No accessibility findings in the window as it is, in light and in dark. */
export async function expectAccessible(page: Page): Promise<void> {
  const movesLess = await page.evaluate(() => matchMedia('(prefers-reduced-motion: reduce)').matches);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await settle(page);
    // Nothing but its colours has changed since it was light.
    const rules = colorScheme === 'dark' ? rulesOfColours : undefined;
    expect(await accessibilityFindings(page, rules), colorScheme).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: movesLess ? 'reduce' : 'no-preference' });
  await settle(page);
}

/** How it is done: see hands.ts. */
type Presses = {
  readonly press: (control: Locator) => Promise<void>;
  readonly fill: (field: Locator, text: string) => Promise<void>;
};
const clicks: Presses = { press: (control) => control.click(), fill: (field, text) => field.fill(text) };

export const row = (page: Page, name: string): Locator =>
  page
    .getByRole('grid')
    .getByRole('row')
    .filter({ has: page.getByText(name, { exact: true }) });

export const job = (page: Page, state: string): Locator => page.locator(`[data-testid="job"][data-state="${state}"]`);

/** Names in the list, without the header. */
export async function rowNames(page: Page): Promise<string[]> {
  return page.locator('[data-row-index] [role="gridcell"]:first-child').allInnerTexts();
}

export async function openTransfers(page: Page, hand: Presses = clicks): Promise<void> {
  const toggle = page.getByRole('button', { name: 'Transfers', exact: true });
  // A window that has just been opened may still be about to unfold what was unfolded before: a press then folds it.
  await expect(async () => {
    if ((await toggle.getAttribute('aria-expanded')) === 'false') await hand.press(toggle);
    await expect(toggle).toHaveAttribute('aria-expanded', 'true', { timeout: 1000 });
  }).toPass();
}

/** To the top of the connection, from wherever a window that was reloaded has gone back to. */
export async function openRoot(page: Page, connection: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Path' }).getByRole('button', { name: connection }).click();
}

type Drag = { readonly paths: readonly string[]; readonly over: Locator; readonly alt?: boolean };

/** Drags files and folders of this machine over an element, as from the desktop: the browser reads them itself. */
export async function dragOver(page: Page, { paths, over, alt = false }: Drag): Promise<{ drop: () => Promise<void> }> {
  const box = await over.boundingBox();
  if (!box) throw new Error('Nothing to drop on.');
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: [...paths], dragOperationsMask: 1 };
  const at = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  const send = (type: 'dragEnter' | 'dragOver' | 'drop') =>
    session.send('Input.dispatchDragEvent', { type, ...at, data, modifiers: alt ? 1 : 0 });
  await send('dragEnter');
  await send('dragOver');
  return {
    drop: async () => {
      await send('drop');
      await session.detach();
    },
  };
}

export async function dropPaths(page: Page, paths: readonly string[], over: Locator): Promise<void> {
  const drag = await dragOver(page, { paths, over });
  await drag.drop();
}

/** Downloads what is selected into a folder of the engine's machine, by its path. */
export async function downloadInto(page: Page, folder: string): Promise<void> {
  await page.getByRole('button', { name: 'Download', exact: true }).click();
  await chooseFolder(page, folder);
}

export async function chooseFolder(page: Page, folder: string, hand: Presses = clicks): Promise<void> {
  const dialog = page.getByRole('dialog');
  const field = dialog.getByLabel('Folder on the computer');
  // Filling selects what is there and then types: the first folder that is listed may come in between.
  await expect(async () => {
    await hand.fill(field, folder);
    await expect(field).toHaveValue(folder, { timeout: 1000 });
  }).toPass();
  await hand.press(dialog.getByRole('button', { name: 'Download here' }));
}
