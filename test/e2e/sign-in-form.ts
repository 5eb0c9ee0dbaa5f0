import { expect, type Locator, type Page, test } from '@playwright/test';
import { mouse, type Hand, takeOption } from './hands.ts';
import { picturesAreWanted } from './pictures.ts';
import { row } from './window-actions.ts';

/** The form of a connection, as people fill it in to sign in. */

export type Effort = { presses: number; fields: number };

/** A hand that counts what a person does with it: buttons and choices pressed, fields filled in. */
export function countEffort(hand: Hand): { readonly hand: Hand; readonly effort: Effort } {
  const effort = { presses: 0, fields: 0 };
  return {
    effort,
    hand: {
      ...hand,
      press: (control) => {
        effort.presses += 1;
        return hand.press(control);
      },
      fill: (field, text) => {
        effort.fields += 1;
        return hand.fill(field, text);
      },
    },
  };
}

/** What a newcomer needs from "Connect to a server" to the first list: no more than it says here. */
export function expectEffort(way: string, effort: Effort, needed: Effort): void {
  test.info().annotations.push({
    type: 'effort',
    description: `${way}: ${effort.presses} presses, ${effort.fields} fields`,
  });
  expect(effort, way).toEqual(needed);
}

export const form = (page: Page): Locator => page.getByRole('dialog').filter({ has: page.locator('[name="name"]') });
export const field = (page: Page, label: string): Locator => form(page).getByLabel(label, { exact: true });
export const fileField = (page: Page, label: string): Locator =>
  form(page).getByRole('group', { name: label, exact: true });
export const steps = (page: Page): Locator => page.getByTestId('test-steps');
export const sidebarItem = (page: Page, name: string): Locator =>
  page.getByRole('navigation', { name: 'Connections' }).getByRole('button', { name, exact: true });

/** From the first start to the form. */
export function openForm(page: Page, hand: Hand): Promise<void> {
  return hand.press(page.getByRole('button', { name: 'Connect to a server' }));
}

/** From a window that has connections. */
export async function openAnotherForm(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Add connection' }).click();
  await page.getByRole('menuitem', { name: 'Connect to a server' }).click();
}

/** Two presses of a hand that counts. */
export async function chooseOption(hand: Hand, choice: Locator, name: string, effort?: Effort): Promise<void> {
  if (effort) effort.presses += 2;
  await takeOption(hand, choice, name);
}

export const chooseWay = (page: Page, hand: Hand, way: string, effort?: Effort): Promise<void> =>
  chooseOption(hand, form(page).getByRole('combobox', { name: 'Authorization type' }), way, effort);

/** Where the test's own server is, which Amazon's customers are not asked. */
export async function nameServer(page: Page, hand: Hand, endpointUrl: string): Promise<void> {
  await chooseOption(hand, form(page).getByRole('combobox', { name: 'Service' }), 'Another S3 server');
  await hand.fill(field(page, 'Endpoint URL'), endpointUrl);
}

/** Likewise of whoever gives out the credentials; stands folded away. */
export async function nameSignInServer(page: Page, hand: Hand, label: string, url: string): Promise<void> {
  await hand.press(form(page).getByText('More settings'));
  await hand.fill(field(page, label), url);
}

export const runTest = (page: Page, hand: Hand = mouse): Promise<void> =>
  hand.press(form(page).getByRole('button', { name: 'Test connection' }));

export const expectPassed = (page: Page): Promise<void> =>
  expect(steps(page).getByText('The connection works.')).toBeVisible();

/** Saves, and is at the buckets. */
export async function save(page: Page, hand: Hand, bucket: string): Promise<void> {
  await hand.press(form(page).getByRole('button', { name: 'Save', exact: true }));
  await expect(form(page)).toBeHidden();
  await expect(row(page, bucket)).toBeVisible();
}

export async function chooseInSidebar(page: Page, name: string, entry: string): Promise<void> {
  await sidebarItem(page, name).click({ button: 'right' });
  await page.getByRole('menuitem', { name: entry, exact: true }).click();
}

/** A failed step that a field is to blame for says it there, once, and leads there. */
export async function expectBlamed(page: Page, hand: Hand, label: string, message: string | RegExp): Promise<void> {
  await expect(steps(page).getByRole('alert')).toContainText(`Look at the field “${label}”.`);
  await expect(form(page).getByText(message)).toHaveCount(1);
  await hand.press(steps(page).getByRole('button', { name: 'Go to the field' }));
  await expect(field(page, label)).toBeFocused();
}

const themes = ['light', 'dark'] as const;

/**
 * What is open, in both themes, and in the smallest window: test-results/screenshots/<name>-….png. For people to look at,
 * and so only when PICTURES is set in the environment.
 */
export async function takePictures(page: Page, name: string): Promise<void> {
  if (!picturesAreWanted) return;
  const size = page.viewportSize();
  for (const colorScheme of themes) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.screenshot({ path: `test-results/screenshots/${name}-${colorScheme}.png`, animations: 'disabled' });
  }
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'no-preference' });
  await page.setViewportSize({ width: 800, height: 600 });
  await page.screenshot({ path: `test-results/screenshots/${name}-small.png`, animations: 'disabled' });
  if (size) await page.setViewportSize(size);
}
