import type { Locator, Page } from '@playwright/test';

/** One state of the window that a person can meet, on invented data (renderer/dev). */
export type WindowState = {
  readonly name: string;
  /** `?scene=` of dev.html. */
  readonly scene: string;
  /** What a person does to get there, without any word of a language: the texts differ from locale to locale. */
  readonly reach?: (page: Page) => Promise<void>;
  /** There once this is to be seen. */
  readonly shows: (page: Page) => Locator;
  /** Inside of this is the focus to be. Left out: anywhere but nowhere. */
  readonly focusIn?: string;
};

const grid = (page: Page) => page.getByRole('grid').first();
const rows = (page: Page) => page.locator('[data-row-index]').first();
const dialog = (page: Page) => page.getByRole('dialog');

/** Every state of the window's description, and those that later screens are made of. */
export const states: readonly WindowState[] = [
  { name: 'first-start', scene: 'welcome', shows: (page) => page.locator('main button').first() },
  { name: 'buckets', scene: 'browse', shows: rows },
  {
    name: 'conflict-question',
    scene: 'conflict',
    shows: dialog,
    focusIn: '[role="dialog"], [role="alertdialog"]',
  },
  { name: 'transfers', scene: 'transfers', shows: grid },
];
