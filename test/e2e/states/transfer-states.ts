import type { Page } from '@playwright/test';
import { act, anyRow, closeMenu, dialog, inDialog, type WindowState } from './window-state.ts';

const job = (page: Page) => page.getByTestId('job').first();
const unfoldedJob = (page: Page) => page.getByTestId('job').locator('[aria-expanded="true"]').first();
const unfold = async (page: Page) => {
  await page.getByRole('treegrid').focus();
  await page.keyboard.press('Enter');
};
const unfolded = (name: string, scene: string): WindowState => ({
  name,
  scene,
  open: 'transfers',
  ready: anyRow,
  shows: job,
});

/** The transfers at the bottom of the window, and what they ask. */
export const transferStates: readonly WindowState[] = [
  {
    name: 'transfers-none',
    scene: 'browse',
    open: 'transfers',
    shows: (page) => page.locator('footer h2, footer h3').first(),
  },
  { name: 'transfers-folded', scene: 'transfers', ready: anyRow, shows: (page) => page.locator('footer svg').first() },
  unfolded('transfers-unfolded', 'transfers'),
  {
    ...unfolded('transfers-with-files', 'many-files'),
    reach: unfold,
    shows: unfoldedJob,
  },
  unfolded('transfers-planning', 'planning'),
  {
    ...unfolded('transfers-waiting-for-answer', 'conflict'),
    // What is asked about.
    shows: (page) => job(page).getByText('summary.pdf'),
  },
  unfolded('transfers-waiting-for-network', 'offline'),
  unfolded('transfers-paused', 'paused'),
  unfolded('transfers-failed', 'failed'),
  { ...unfolded('transfers-failed-with-files', 'failed'), reach: unfold, shows: unfoldedJob },
  unfolded('transfers-expired-credentials', 'expired'),
  unfolded('transfers-all-done', 'done'),
  unfolded('transfers-all-skipped', 'skipped'),
  unfolded('transfers-many-jobs', 'many-jobs'),
  {
    ...unfolded('transfers-filter-without-hits', 'transfers'),
    reach: (page) => page.locator('[data-pane="transfers"] input[type="search"]').fill('no such name'),
    shows: (page) => page.locator('footer h2, footer h3').first(),
  },
  {
    ...unfolded('toast-with-undo', 'done'),
    reach: async (page) => {
      await page.getByRole('treegrid').focus();
      await page.keyboard.press('Delete');
      // It does not leave from under the focus, however long it is looked at.
      await page.locator('[role="dialog"] button').first().focus();
    },
    shows: (page) => page.locator('[role="dialog"]').first(),
  },
  {
    ...unfolded('transfers-limited', 'limited'),
    shows: (page) => page.locator('[data-pane="transfers"] [data-limited]'),
  },
  {
    ...unfolded('transfers-limits-with-schedule', 'limited'),
    reach: (page) => act(page, 'transfers.limits'),
    shows: dialog,
    focusIn: inDialog,
  },
  {
    ...unfolded('transfers-job-menu-with-order', 'many-jobs'),
    reachAgain: async (page) => {
      await closeMenu(page);
      await job(page).click({ button: 'right', position: { x: 200, y: 12 } });
    },
    shows: (page) => page.getByRole('menu').first(),
  },
  {
    name: 'unfinished-uploads-hint',
    scene: 'unfinished',
    ready: anyRow,
    shows: (page) => page.locator('[data-pane="transfers"] [data-tone="neutral"]').first(),
  },
  {
    name: 'unfinished-uploads',
    scene: 'unfinished',
    place: 'conn-1/finance-eu/in/',
    ready: anyRow,
    reach: (page) => act(page, 'unfinishedHere'),
    shows: (page) => dialog(page).locator('li').first(),
    focusIn: inDialog,
  },
  {
    name: 'unfinished-uploads-none',
    scene: 'browse',
    ready: anyRow,
    reach: (page) => act(page, 'transfers.uploads'),
    shows: (page) => dialog(page).locator('h2').nth(1),
    focusIn: inDialog,
  },
  {
    name: 'unfinished-uploads-denied',
    scene: 'unfinished-denied',
    ready: anyRow,
    reach: (page) => act(page, 'transfers.uploads'),
    shows: (page) => dialog(page).locator('[role="alert"], details').first(),
    focusIn: inDialog,
  },
  {
    name: 'unfinished-uploads-clean-failed',
    scene: 'unfinished',
    ready: anyRow,
    reach: async (page) => {
      await act(page, 'transfers.uploads');
      // Until they are there the last button is another.
      await dialog(page).locator('li').first().waitFor();
      await dialog(page).locator('button').last().click();
    },
    shows: (page) => dialog(page).locator('ul[aria-label] li').first(),
    focusIn: inDialog,
  },
  {
    name: 'conflict-question',
    scene: 'conflict',
    ready: anyRow,
    reach: (page) => act(page, 'transfers.answer'),
    shows: dialog,
    focusIn: inDialog,
  },
];
