import type { Page } from '@playwright/test';
import {
  act,
  anyRow,
  closeMenu,
  dialog,
  inDialog,
  row,
  select,
  type WindowState,
  withInspector,
  withLocalPane,
  withSidebar,
} from './window-state.ts';

const previews = 'conn-1/previews/';
const inspector = (page: Page) => page.locator('[data-pane="inspector"]');
const hostRow = (page: Page, name: string) =>
  page.locator('[data-pane="localPane"] [data-row-index]').filter({ hasText: name }).first();

/** The inspector beside the list, on one object of the bucket whose objects have insides. */
const inspected = (name: string, object: string, inside: string): WindowState => ({
  name,
  scene: 'browse',
  place: previews,
  open: 'inspector',
  reach: (page) => select(page, object),
  reachAgain: withInspector,
  shows: (page) => inspector(page).locator(inside).first(),
});

const looked = (name: string, object: string, inside: string): WindowState => ({
  name,
  scene: 'browse',
  place: previews,
  reach: async (page) => {
    await select(page, object);
    await page.keyboard.press('Space');
  },
  shows: (page) => dialog(page).locator(inside).first(),
  focusIn: inDialog,
});

/** Drags with the mouse, as a person does, and holds. */
async function dragTo(page: Page, from: ReturnType<typeof row>, to: ReturnType<typeof row>): Promise<void> {
  // What is still held from the size before is let go where nothing takes it.
  await page.mouse.move(2, 2);
  await page.mouse.up();
  await from.hover();
  await page.mouse.down();
  await to.hover();
  await to.hover({ position: { x: 20, y: 12 } });
}

/** What stands beside the list, over it, and around it. */
export const paneStates: readonly WindowState[] = [
  { name: 'sidebar-collapsed', scene: 'browse', closed: 'sidebar', shows: anyRow },
  {
    name: 'menu-of-connection',
    scene: 'browse',
    ready: anyRow,
    reachAgain: async (page) => {
      await closeMenu(page);
      await withSidebar(page);
      await page.locator('[data-connection="conn-2"]').click({ button: 'right', position: { x: 60, y: 10 } });
    },
    shows: (page) => page.getByRole('menu').first(),
    focusIn: '[role="menu"]',
  },
  {
    name: 'two-panes',
    scene: 'browse',
    place: 'conn-1/finance-eu/',
    open: 'localPane',
    reachAgain: withLocalPane,
    shows: (page) => hostRow(page, 'Documents'),
  },
  {
    name: 'local-folder-denied',
    scene: 'browse',
    place: 'conn-1/finance-eu/',
    open: 'localPane',
    folder: '/root',
    reachAgain: withLocalPane,
    shows: (page) => page.locator('[data-pane="localPane"] [role="alert"]'),
  },
  {
    name: 'local-folder-empty',
    scene: 'browse',
    place: 'conn-1/finance-eu/',
    open: 'localPane',
    folder: '/home/kim/Scans',
    reachAgain: withLocalPane,
    shows: (page) => page.locator('[data-pane="localPane"] h2, [data-pane="localPane"] h3').first(),
  },
  {
    name: 'drop-on-folder-from-local-pane',
    scene: 'browse',
    place: 'conn-1/finance-eu/',
    open: 'localPane',
    ready: (page) => hostRow(page, 'budget.xlsx'),
    narrowestPx: 660,
    reachAgain: (page) => dragTo(page, hostRow(page, 'budget.xlsx'), row(page, '2025')),
    shows: (page) => page.locator('[data-testid="drop-area"] [role="status"]').last(),
  },
  {
    name: 'drop-on-local-pane',
    scene: 'browse',
    place: 'conn-1/finance-eu/',
    open: 'localPane',
    ready: (page) => hostRow(page, 'budget.xlsx'),
    narrowestPx: 660,
    reachAgain: (page) => dragTo(page, row(page, 'invoice-00001.csv'), hostRow(page, 'budget.xlsx')),
    shows: (page) => page.locator('[data-pane="localPane"] [role="status"]').last(),
  },
  {
    name: 'inspector-nothing-selected',
    scene: 'browse',
    place: previews,
    open: 'inspector',
    reachAgain: withInspector,
    shows: (page) => inspector(page).locator('h2, h3').first(),
  },
  inspected('inspector-image', 'harbour.png', 'img'),
  inspected('inspector-text', 'ledger.csv', 'pre'),
  inspected('inspector-no-preview', 'program.bin', 'dl'),
  {
    ...inspected('inspector-versions', 'program.bin', 'li button >> nth=-1'),
    reach: async (page) => {
      await select(page, 'program.bin');
      await act(page, 'versions');
    },
  },
  inspected('inspector-error', 'denied.png', '[role="alert"]'),
  inspected('inspector-folder', 'nothing here', 'dl'),
  {
    ...inspected('inspector-several', 'harbour.png', 'dl'),
    reach: (page) => select(page, 'harbour.png', 'ledger.csv', 'nothing here'),
  },
  {
    name: 'inspector-connection',
    scene: 'browse',
    place: 'conn-3/',
    open: 'inspector',
    reachAgain: withInspector,
    shows: (page) => inspector(page).locator('dl').first(),
  },
  {
    name: 'inspector-bucket',
    scene: 'browse',
    open: 'inspector',
    reach: (page) => select(page, 'finance-eu'),
    reachAgain: withInspector,
    shows: (page) => inspector(page).locator('dl').first(),
  },
  looked('quick-look-image', 'harbour.png', 'img'),
  looked('quick-look-text', 'ledger.csv', 'pre'),
  looked('quick-look-pdf', 'contract.pdf', 'iframe, p'),
  looked('quick-look-none', 'program.bin', 'p'),
  looked('quick-look-folder', 'nothing here', 'p'),
  {
    name: 'command-palette',
    scene: 'browse',
    place: 'conn-1/finance-eu/',
    ready: anyRow,
    reach: (page) => page.keyboard.press('Control+k'),
    shows: (page) => dialog(page).getByRole('option').first(),
    focusIn: inDialog,
  },
  {
    name: 'command-palette-with-hits',
    scene: 'browse',
    place: 'conn-1/finance-eu/',
    ready: anyRow,
    reach: async (page) => {
      await page.keyboard.press('Control+k');
      // An address says the same in every language.
      await dialog(page).getByRole('combobox').fill('s3://media-raw/in/');
    },
    shows: (page) => dialog(page).getByRole('option').first(),
    focusIn: inDialog,
  },
  {
    name: 'command-palette-without-hits',
    scene: 'browse',
    place: 'conn-1/finance-eu/',
    ready: anyRow,
    reach: async (page) => {
      await page.keyboard.press('Control+k');
      await dialog(page).getByRole('combobox').fill('qqqqqqqq');
    },
    shows: (page) => dialog(page).getByRole('combobox'),
    focusIn: inDialog,
  },
  {
    name: 'keyboard-shortcuts',
    scene: 'browse',
    ready: anyRow,
    reach: (page) => act(page, 'shortcuts'),
    shows: (page) => dialog(page).locator('kbd').first(),
    focusIn: inDialog,
  },
  {
    name: 'menu-of-settings',
    scene: 'browse',
    ready: anyRow,
    reachAgain: async (page) => {
      await closeMenu(page);
      await page.locator('[data-pane="list"] [aria-haspopup="menu"]').first().click();
    },
    shows: (page) => page.getByRole('menu').first(),
    focusIn: '[role="menu"]',
  },
];
