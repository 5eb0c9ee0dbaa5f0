import type { Page } from '@playwright/test';
import { act, anyRow, dialog, inDialog, type WindowState, withSidebar } from './window-state.ts';

const failure = (page: Page) => page.locator('[data-pane="list"] [role="alert"]').first();
const steps = (page: Page) => dialog(page).getByTestId('test-steps');

/** A new connection that could be right. */
async function fillIn(page: Page): Promise<void> {
  await act(page, 'add');
  await dialog(page).locator('input[name="accessKeyId"]').fill('AKIDEXAMPLE');
  await dialog(page).locator('input[name="secretAccessKey"]').fill('wJalrXUtnFEMIexampleK7MDENGbPxRfiCYEXAMPLE');
}

async function runTest(page: Page): Promise<void> {
  await fillIn(page);
  await dialog(page).locator('button').nth(-3).click();
}

/** From nothing to a connection, and what can be wrong with one. */
export const connectionStates: readonly WindowState[] = [
  { name: 'first-start', scene: 'welcome', shows: (page) => page.locator('main button').first(), focusIn: 'main' },
  {
    name: 'no-connection-picked',
    scene: 'browse',
    place: 'conn-removed/',
    shows: (page) => page.locator('[data-pane="list"] h2').first(),
  },
  {
    name: 'signing-in',
    scene: 'signing-in',
    shows: (page) => page.locator('[data-pane="list"] [aria-rowindex="3"]'),
  },
  { name: 'expired-sign-in', scene: 'expired-sign-in', shows: failure },
  { name: 'network-down', scene: 'network-down', shows: failure },
  { name: 'link-lost', scene: 'lost', shows: (page) => page.locator('header button').first() },
  {
    name: 'failing-connection-with-reason',
    scene: 'failing-connection',
    ready: failure,
    reachAgain: async (page) => {
      await page.mouse.move(0, 0);
      await withSidebar(page);
      await page.locator('[data-connection="conn-1"]').hover();
    },
    shows: (page) => page.locator('[data-side]').last(),
  },
  {
    name: 'connection-form',
    scene: 'browse',
    ready: anyRow,
    reach: (page) => act(page, 'add'),
    shows: (page) => dialog(page).locator('input[name="accessKeyId"]'),
    focusIn: inDialog,
  },
  {
    name: 'connection-form-filled',
    scene: 'browse',
    ready: anyRow,
    reach: fillIn,
    shows: dialog,
    focusIn: inDialog,
  },
  {
    name: 'connection-form-with-field-errors',
    scene: 'browse',
    ready: anyRow,
    reach: async (page) => {
      await act(page, 'add');
      await dialog(page).locator('[type="submit"]').click();
    },
    shows: (page) => dialog(page).locator('[aria-invalid="true"]').first(),
    focusIn: inDialog,
  },
  {
    name: 'connection-form-edit',
    scene: 'browse',
    ready: anyRow,
    reach: (page) => act(page, 'edit-conn-1'),
    shows: (page) => dialog(page).locator('input[name="accessKeyId"]'),
    focusIn: inDialog,
  },
  {
    name: 'connection-test-running',
    scene: 'test-running',
    ready: anyRow,
    reach: runTest,
    shows: (page) => steps(page).locator('[data-state="ok"] + [data-state="ok"] + [data-state="running"]'),
    focusIn: inDialog,
  },
  {
    name: 'connection-test-failed',
    scene: 'browse',
    ready: anyRow,
    reach: runTest,
    shows: (page) => steps(page).locator('[data-state="failed"]'),
    focusIn: inDialog,
  },
  {
    name: 'connection-test-failed-at-no-field',
    scene: 'test-unreachable',
    ready: anyRow,
    reach: runTest,
    shows: (page) => steps(page).locator('[data-state="failed"] [role="alert"]'),
    focusIn: inDialog,
  },
  {
    name: 'connection-test-ok',
    scene: 'test-ok',
    ready: anyRow,
    reach: runTest,
    shows: (page) => steps(page).locator('li:not([data-state])'),
    focusIn: inDialog,
  },
];
