import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { dragOver } from '../window-actions.ts';
import { act, anyRow, closeMenu, dialog, inDialog, row, select, type WindowState } from './window-state.ts';

const finance = 'conn-1/finance-eu/';
const project = fileURLToPath(new URL('../../../', import.meta.url));
const desktopFiles = ['README.md', 'package.json'].map((name) => project + name);
const dropSign = (page: Page) => page.locator('[data-pane="list"] [data-testid="drop-area"] [role="status"]').last();
const failure = (page: Page) => page.locator('[data-pane="list"] [role="alert"]').first();
const over = (page: Page) => page.locator('[data-testid="drop-area"] h2').first();
const folders = (page: Page) => dialog(page).getByRole('listbox');
const menu = (page: Page) => page.getByRole('menu').first();

/** The list of buckets and objects, in every state that it has. */
export const listStates: readonly WindowState[] = [
  { name: 'buckets', scene: 'browse', shows: anyRow },
  {
    name: 'objects',
    scene: 'browse',
    place: finance,
    reach: (page) => select(page, 'invoice-00001.csv'),
    shows: anyRow,
  },
  { name: 'empty-bucket', scene: 'browse', place: 'conn-1/empty-bucket/', shows: over },
  { name: 'empty-folder', scene: 'browse', place: 'conn-1/previews/nothing here/', shows: over },
  { name: 'no-permission-to-list-buckets', scene: 'browse', place: 'conn-6/', shows: failure },
  { name: 'no-permission-to-list-folder', scene: 'browse', place: 'conn-1/denied/', shows: failure },
  { name: 'no-such-bucket', scene: 'browse', place: 'conn-1/gone/', shows: failure },
  {
    name: 'loading',
    scene: 'browse',
    place: 'conn-1/slow/',
    shows: (page) => page.locator('[data-pane="list"] [aria-rowindex="3"]'),
  },
  {
    name: 'huge-folder-still-listing',
    scene: 'browse',
    place: 'conn-1/endless/',
    reach: async (page) => {
      await row(page, '2026').click();
      await row(page, 'invoice-00002.png').click({ modifiers: ['Shift'] });
    },
    shows: (page) => page.locator('[data-pane="list"] [aria-selected="true"]').nth(4),
  },
  {
    name: 'filter-with-hits',
    scene: 'browse',
    place: finance,
    reach: (page) => page.locator('input[type="search"]').first().fill('0001'),
    shows: (page) => row(page, 'invoice-00010'),
  },
  {
    name: 'filter-without-hits',
    scene: 'browse',
    place: finance,
    reach: (page) => page.locator('input[type="search"]').first().fill('no such name'),
    shows: over,
  },
  {
    name: 'path-as-text',
    scene: 'browse',
    place: `${finance}in/2026/`,
    ready: anyRow,
    reach: (page) => page.keyboard.press('Control+l'),
    shows: (page) => page.locator('[data-pane="list"] input:not([type="search"])').first(),
    focusIn: 'input',
  },
  {
    name: 'long-path',
    scene: 'browse',
    place: `${finance}in/2026/10/scanned by the office in Lisbon/`,
    shows: anyRow,
  },
  {
    name: 'drop-on-list-from-desktop',
    scene: 'browse',
    place: `${finance}2026/`,
    ready: anyRow,
    reachAgain: async (page) => {
      await dragOver(page, { paths: desktopFiles, over: page.locator('[data-testid="drop-area"]') });
    },
    shows: dropSign,
  },
  {
    name: 'drop-on-folder-from-desktop',
    scene: 'browse',
    place: finance,
    ready: anyRow,
    reachAgain: async (page) => {
      await dragOver(page, { paths: desktopFiles, over: row(page, '2025') });
    },
    shows: dropSign,
  },
  {
    name: 'drop-on-buckets-refused',
    scene: 'browse',
    place: 'conn-6/',
    reachAgain: async (page) => {
      await dragOver(page, { paths: desktopFiles, over: page.locator('[data-testid="drop-area"]') });
    },
    shows: failure,
  },
  {
    name: 'rename',
    scene: 'browse',
    place: finance,
    reach: async (page) => {
      await select(page, 'invoice-00002.png');
      await page.keyboard.press('F2');
    },
    shows: (page) => page.locator('[data-grid-editor] input'),
    focusIn: '[data-grid-editor]',
  },
  {
    name: 'rename-with-error',
    scene: 'browse',
    place: finance,
    reach: async (page) => {
      await select(page, 'invoice-00002.png');
      await page.keyboard.press('F2');
      await page.locator('[data-grid-editor] input').fill('invoice-00001.csv');
      await page.keyboard.press('Enter');
    },
    shows: (page) => page.locator('[data-grid-editor] [aria-invalid="true"]'),
    focusIn: '[data-grid-editor]',
  },
  {
    name: 'new-folder',
    scene: 'browse',
    place: finance,
    ready: anyRow,
    reach: (page) => act(page, 'folder'),
    shows: dialog,
    focusIn: inDialog,
  },
  {
    name: 'new-folder-with-error',
    scene: 'browse',
    place: finance,
    ready: anyRow,
    reach: async (page) => {
      await act(page, 'folder');
      await dialog(page).locator('input').fill('in/out');
    },
    shows: (page) => dialog(page).locator('[aria-invalid="true"]'),
    focusIn: inDialog,
  },
  {
    name: 'new-bucket',
    scene: 'browse',
    ready: anyRow,
    reach: (page) => act(page, 'bucket'),
    shows: dialog,
    focusIn: inDialog,
  },
  {
    name: 'link',
    scene: 'browse',
    place: finance,
    reach: async (page) => {
      await select(page, 'invoice-00002.png');
      await act(page, 'link');
    },
    shows: (page) => dialog(page).locator('textarea'),
    focusIn: inDialog,
  },
  {
    name: 'link-for-another-time',
    scene: 'browse',
    place: finance,
    reach: async (page) => {
      await select(page, 'invoice-00002.png');
      await act(page, 'link');
      await dialog(page).getByRole('combobox').click();
      await page.getByRole('option').last().click();
      await dialog(page).getByRole('textbox').first().fill('8');
    },
    shows: (page) => dialog(page).locator('[aria-invalid="true"]'),
    focusIn: inDialog,
  },
  {
    name: 'tags',
    scene: 'browse',
    place: finance,
    reach: async (page) => {
      await select(page, 'invoice-00002.png');
      await act(page, 'tags');
      await dialog(page).getByRole('group').first().getByRole('textbox').first().fill('aws:reserved');
    },
    shows: (page) => dialog(page).locator('[aria-invalid="true"]'),
    focusIn: inDialog,
  },
  {
    name: 'tags-of-several',
    scene: 'browse',
    place: finance,
    reach: async (page) => {
      await select(page, 'invoice-00002.png', '2026');
      await act(page, 'tags');
    },
    shows: (page) => dialog(page).getByRole('group').first(),
    focusIn: inDialog,
  },
  {
    name: 'metadata',
    scene: 'browse',
    place: finance,
    reach: async (page) => {
      await select(page, 'invoice-00002.png');
      await act(page, 'metadata');
    },
    shows: (page) => dialog(page).getByRole('group').first(),
    focusIn: inDialog,
  },
  {
    name: 'folder-picker',
    scene: 'browse',
    place: finance,
    reach: async (page) => {
      await select(page, 'invoice-00002.png', '2026');
      await act(page, 'download');
      await folders(page).focus();
      await page.keyboard.press('Backspace');
    },
    shows: (page) => folders(page).getByRole('option').first(),
    focusIn: '[role="listbox"]',
  },
  {
    name: 'folder-picker-missing',
    scene: 'browse',
    place: finance,
    reach: async (page) => {
      await select(page, 'invoice-00002.png');
      await act(page, 'download');
      await dialog(page).locator('input').fill('/home/kim/gone/2026');
      await page.keyboard.press('Enter');
    },
    shows: (page) => dialog(page).locator('[role="alert"] button').last(),
    focusIn: inDialog,
  },
  {
    name: 'delete-counting',
    scene: 'counting',
    place: finance,
    reach: async (page) => {
      await select(page, '2026', 'invoice-00002.png');
      await page.keyboard.press('Delete');
    },
    shows: (page) => dialog(page).locator('[role="progressbar"]'),
    focusIn: inDialog,
  },
  {
    name: 'delete-counted',
    scene: 'browse',
    place: finance,
    reach: async (page) => {
      await select(page, '2024', '2025', '2026', 'in', 'out', 'invoice-00002.png');
      await page.keyboard.press('Delete');
    },
    shows: (page) => dialog(page).locator('button:not([disabled])').nth(1),
    focusIn: inDialog,
  },
  {
    name: 'deletion-taken-back',
    scene: 'undeleting',
    place: finance,
    reach: async (page) => {
      await select(page, '2024');
      await page.keyboard.press('Control+a');
      await page.keyboard.press('Delete');
      await dialog(page).locator('button:not([disabled])').nth(1).click();
      // The news that it is done, which can be taken back.
      await page.locator('[role="region"] button').first().click();
    },
    shows: (page) => dialog(page).locator('[role="progressbar"]'),
    focusIn: inDialog,
  },
  {
    name: 'delete-of-buckets-failed',
    scene: 'browse',
    reach: async (page) => {
      await select(page, 'finance-eu', 'media-raw');
      await page.keyboard.press('Delete');
      await dialog(page).locator('button:not([disabled])').nth(1).click();
    },
    shows: (page) => dialog(page).locator('[role="alert"]'),
    focusIn: inDialog,
  },
  {
    name: 'menu-of-row',
    scene: 'browse',
    place: finance,
    reachAgain: async (page) => {
      await closeMenu(page);
      await row(page, 'invoice-00000.pdf').click({ button: 'right', position: { x: 60, y: 10 } });
    },
    shows: menu,
    focusIn: '[role="menu"]',
  },
  {
    name: 'menu-of-empty-area',
    scene: 'browse',
    place: 'conn-1/previews/',
    ready: anyRow,
    reachAgain: async (page) => {
      await closeMenu(page);
      const area = page.locator('[data-testid="drop-area"]');
      await area.click({ button: 'right', position: { x: 40, y: ((await area.boundingBox())?.height ?? 0) - 20 } });
    },
    shows: menu,
    focusIn: '[role="menu"]',
  },
  {
    name: 'menu-of-column',
    scene: 'browse',
    place: finance,
    ready: anyRow,
    reachAgain: async (page) => {
      await closeMenu(page);
      await page.locator('[data-pane="list"] [role="columnheader"] button').first().click({ button: 'right' });
    },
    shows: menu,
    focusIn: '[role="menu"]',
  },
];
