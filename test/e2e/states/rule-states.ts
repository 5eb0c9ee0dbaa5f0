import type { Page } from '@playwright/test';
import { dragOver } from '../window-actions.ts';
import { act, anyRow, closeMenu, dialog, inDialog, type WindowState, withSidebar } from './window-state.ts';

const sentence = (page: Page) => page.getByTestId('sentence');
const popover = (page: Page) => page.getByRole('dialog').last();
const openSlot = async (page: Page, id: string) => page.locator(`[data-slot="${id}"]`).click();
/** What opens at a part of the sentence is opened again in another size. */
const slotAgain = (id: string) => async (page: Page) => {
  await page.keyboard.press('Escape');
  await openSlot(page, id);
};
const history = (page: Page) => page.getByTestId('history').locator('[data-row-index]').first();
const matches = (page: Page) => page.getByTestId('matches').locator('li bdi').first();
const template = (page: Page, name: string) => page.locator(`[data-template="${name}"]`);

const ruleState = (name: string, scene: string, page: string, shows: WindowState['shows'] = history): WindowState => ({
  name,
  scene,
  page,
  ready: (at) => at.locator('main h1'),
  shows,
});

/** The form of a template, filled in. */
const filledForm = async (page: Page) => {
  await template(page, 'folderToBucket').click();
  const fields = page.locator('main form input');
  await fields.nth(0).fill('/home/kim/Scans');
  await fields.nth(1).fill('finance-eu');
  await page.keyboard.press('Tab');
};

/** The rules: none, all, one, a new one, and how they go. */
export const ruleStates: readonly WindowState[] = [
  ruleState('rules-none', 'browse', 'all', (page) => page.locator('main h2').first()),
  ruleState('rules-all', 'rules', 'all', (page) => page.locator('main [data-row-index]').first()),
  ruleState('rules-five-hundred', 'rules-huge', 'all', (page) => page.locator('main [data-row-index]').first()),
  ruleState('rules-paused-all', 'rules-paused', 'all', (page) => page.locator('main [role="alert"]').first()),
  ruleState('rule-templates', 'rules', 'new', (page) => template(page, 'nightly')),
  {
    ...ruleState('rule-template-form', 'rules-first', 'new', (page) => page.getByTestId('preview')),
    reach: (page) => template(page, 'downloadAndMove').click(),
  },
  { ...ruleState('rule-template-form-with-matches', 'rules-first', 'new', matches), reach: filledForm },
  {
    ...ruleState('rule-form-incomplete', 'rules', 'new', (page) => sentence(page).locator('[data-missing]').first()),
    reach: (page) => template(page, 'scratch').click(),
  },
  {
    ...ruleState('rule-form-with-matches', 'rules', 'rule-1', matches),
    reach: async (page) => {
      await openSlot(page, 'change');
      await popover(page).locator('input[type="checkbox"]').nth(1).check();
      await page.keyboard.press('Escape');
    },
  },
  {
    ...ruleState('rule-form-nothing-matches', 'rules-test-none', 'rule-1', (page) =>
      page.getByTestId('matches').locator('h2'),
    ),
    reach: (page) => act(page, 'rule.test'),
  },
  {
    ...ruleState('rule-form-test-failed', 'rules-test-failed', 'rule-1', (page) =>
      page.locator('main [role="tabpanel"] [role="alert"]'),
    ),
    reach: (page) => act(page, 'rule.test'),
  },
  {
    ...ruleState('rule-form-test-running', 'rules-slow', 'rule-1', (page) =>
      page.getByTestId('matches').locator('[role="status"]'),
    ),
    reach: (page) => act(page, 'rule.test'),
  },
  ruleState('rule-with-history', 'rules', 'rule-1'),
  ruleState('rule-history-loading', 'rules-slow', 'rule-1', (page) => page.locator('main [aria-busy="true"]').first()),
  ruleState('rule-history-empty', 'rules-empty-history', 'rule-2', (page) => page.getByTestId('history').locator('h2')),
  {
    ...ruleState('rule-failed-runs', 'rules-failed', 'rule-1', (page) => page.getByTestId('run')),
    reach: async (page) => {
      await page.locator('[data-filter="failed"]').click();
      await page.getByTestId('history').locator('[aria-rowcount="15"]').waitFor();
      await history(page).click();
      await page.keyboard.press('Enter');
    },
  },
  {
    ...ruleState('rule-history-no-hits', 'rules', 'rule-1', (page) => page.getByTestId('history').locator('h2')),
    reach: (page) => page.getByTestId('history').locator('input[type="search"]').fill('no such key'),
  },
  ruleState('rule-with-long-names', 'rules-huge', 'rule-1'),
  ruleState('rule-stopped', 'rules-stopped', 'rule-1', (page) => page.locator('main [role="alert"]').first()),
  ruleState('rule-with-problem', 'rules', 'rule-4', sentence),
  ruleState('rule-paused-all', 'rules-paused', 'rule-1'),
  {
    ...ruleState('rule-schedule-next-times', 'rules', 'rule-3', (page) => popover(page).locator('ol li').nth(4)),
    reachAgain: slotAgain('times'),
    focusIn: inDialog,
  },
  ...(['kind', 'what', 'change', 'place', 'interval', 'start', 'conditions', 'action.0', 'action.1'] as const).map(
    (slot): WindowState => ({
      ...ruleState(`rule-picker-${slot.replace('.', '-')}`, 'rules', 'rule-1', popover),
      reachAgain: slotAgain(slot),
      focusIn: inDialog,
    }),
  ),
  {
    ...ruleState('rule-picker-source', 'rules', 'rule-3', popover),
    reachAgain: slotAgain('source.0'),
    focusIn: inDialog,
  },
  {
    ...ruleState('rule-picker-folder', 'rules', 'rule-2', popover),
    reachAgain: slotAgain('folder'),
    focusIn: inDialog,
  },
  {
    ...ruleState('rule-folder-dialog', 'rules-first', 'new', (page) => dialog(page).getByRole('option').first()),
    reach: async (page) => {
      await template(page, 'folderToBucket').click();
      await page.locator('main form button').first().click();
    },
    focusIn: inDialog,
  },
  {
    ...ruleState('rule-removal', 'rules', 'rule-1', dialog),
    reach: (page) => act(page, 'rule.remove'),
    focusIn: inDialog,
  },
  {
    ...ruleState('rule-notice-with-copy', 'rules', 'rule-1', (page) => page.locator('[role="dialog"]').first()),
    reach: async (page) => {
      await act(page, 'rule.run');
      // It does not leave from under the focus, however long it is looked at.
      await page.locator('[role="dialog"] button').first().focus();
    },
  },
  {
    name: 'menu-of-rule',
    scene: 'rules',
    ready: anyRow,
    reachAgain: async (page) => {
      await closeMenu(page);
      await withSidebar(page);
      await page.locator('[data-rule="rule-3"]').click({ button: 'right', position: { x: 60, y: 10 } });
    },
    shows: (page) => page.getByRole('menu').first(),
    focusIn: '[role="menu"]',
  },
  {
    name: 'sidebar-with-rule-stopped',
    scene: 'rules-stopped',
    ready: anyRow,
    reachAgain: async (page) => {
      await page.mouse.move(0, 0);
      await withSidebar(page);
      await page.locator('[data-rule="rule-1"]').hover();
    },
    shows: (page) => page.locator('[data-side]').last(),
  },
  {
    name: 'drop-to-keep-in-step',
    scene: 'rules',
    place: 'conn-1/finance-eu/2026/',
    ready: anyRow,
    reachAgain: async (page) => {
      await dragOver(page, {
        paths: [import.meta.dirname],
        over: page.locator('[data-testid="drop-area"]'),
        alt: true,
      });
    },
    shows: (page) => page.locator('[data-testid="drop-area"] [role="status"]').last(),
  },
];

/** What is asked before a rule deletes, goes back, or is written down elsewhere. */
export const ruleDialogStates: readonly WindowState[] = [
  {
    ...ruleState('rule-mirror-begins', 'rules-first', 'new', (page) => dialog(page).getByRole('listitem').first()),
    reach: async (page) => {
      await filledForm(page);
      await page.locator('main form input[type="checkbox"]').check();
      await page.locator('main form [type="submit"]').click();
    },
    focusIn: inDialog,
  },
  ...(['rule.backfill', 'rules.audit'] as const).map(
    (action): WindowState => ({
      ...ruleState(`rule-dialog-${action.replace('.', '-')}`, 'rules', 'rule-1', dialog),
      reach: (page) => act(page, action),
      focusIn: inDialog,
    }),
  ),
];
