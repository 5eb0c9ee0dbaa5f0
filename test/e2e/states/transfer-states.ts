import type { Page } from '@playwright/test';
import { act, anyRow, dialog, inDialog, type WindowState } from './window-state.ts';

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
    name: 'conflict-question',
    scene: 'conflict',
    ready: anyRow,
    reach: (page) => act(page, 'transfers.answer'),
    shows: dialog,
    focusIn: inDialog,
  },
];
