import type { Page } from '@playwright/test';
import { act, anyRow, dialog, inDialog, type WindowState, withInspector } from './window-state.ts';

const failure = (page: Page) => page.locator('[data-pane="list"] [role="alert"]').first();
const code = (page: Page) => dialog(page).locator('input[name="code"]');
const signIn = (page: Page) => act(page, 'signIn-conn-1');
const permissions = (page: Page) => dialog(page).getByTestId('permissions');

const guide = (scene: string, first: (page: Page) => Promise<void> = async () => undefined): WindowState => ({
  name: `guide-${scene}`,
  scene,
  ready: anyRow,
  reach: async (page) => {
    await act(page, 'guide-conn-1');
    await dialog(page).locator('[role="tabpanel"] li').first().waitFor();
    await first(page);
  },
  shows: (page) => dialog(page).locator('[role="tabpanel"] li').first(),
  focusIn: inDialog,
});

async function test(page: Page): Promise<void> {
  await act(page, 'add');
  await dialog(page).locator('input[name="accessKeyId"]').fill('AKIDEXAMPLE');
  await dialog(page).locator('input[name="secretAccessKey"]').fill('wJalrXUtnFEMIexampleK7MDENGbPxRfiCYEXAMPLE');
  await dialog(page).locator('button').nth(-3).click();
  await permissions(page).waitFor();
}

/** Everything around a connection: how to get one, signing in again, what it may do, what goes with it. */
export const signInStates: readonly WindowState[] = [
  guide('user-with-key'),
  guide('role'),
  {
    ...guide('role', async (page) => {
      await dialog(page).locator('li:has(input[name="callerArn"]) button').first().click();
      await dialog(page).locator('pre').filter({ hasText: 'user/kim' }).scrollIntoViewIfNeeded();
    }),
    name: 'guide-role-with-caller',
    shows: (page) => dialog(page).locator('pre').filter({ hasText: 'user/kim' }),
  },
  guide('roles-anywhere'),
  { name: 'sign-in-needed-mfa', scene: 'mfa', shows: failure },
  { name: 'sign-in-needed-sso', scene: 'sso-waiting', shows: failure },
  { name: 'mfa-code', scene: 'mfa', ready: failure, reach: signIn, shows: code, focusIn: inDialog },
  {
    name: 'mfa-code-refused',
    scene: 'mfa',
    ready: failure,
    reach: async (page) => {
      await signIn(page);
      await code(page).fill('123456');
    },
    shows: (page) => dialog(page).locator('input[name="code"][aria-invalid="true"]'),
    focusIn: inDialog,
  },
  {
    name: 'sso-waiting',
    scene: 'sso-waiting',
    ready: failure,
    reach: signIn,
    shows: (page) => dialog(page).locator('a[target="_blank"]'),
    focusIn: inDialog,
  },
  ...(['sso-expired', 'sso-denied'] as const).map(
    (scene): WindowState => ({
      name: scene,
      scene,
      ready: failure,
      reach: signIn,
      shows: (page) => dialog(page).locator('[role="alert"]'),
      focusIn: inDialog,
    }),
  ),
  {
    name: 'permissions-of-a-test',
    scene: 'test-ok',
    ready: anyRow,
    reach: test,
    shows: (page) => permissions(page).locator('button'),
    focusIn: inDialog,
  },
  {
    name: 'permissions-after-writing',
    scene: 'test-ok',
    ready: anyRow,
    reach: async (page) => {
      await test(page);
      await permissions(page).locator('button').click();
    },
    shows: (page) => permissions(page).locator(':scope > p').last(),
    focusIn: inDialog,
  },
  {
    name: 'delete-connection-in-use',
    scene: 'transfers',
    ready: anyRow,
    reach: (page) => act(page, 'remove-conn-1'),
    shows: (page) => dialog(page).locator('li').first(),
    focusIn: inDialog,
  },
  {
    name: 'import-result',
    scene: 'browse',
    ready: anyRow,
    reach: async (page) => {
      const chooser = page.waitForEvent('filechooser');
      await act(page, 'import');
      const text = Buffer.from('{"connections":[]}');
      await (await chooser).setFiles({ name: 'connections.json', mimeType: 'application/json', buffer: text });
    },
    shows: (page) => dialog(page).locator('h3'),
    focusIn: inDialog,
  },
  {
    name: 'transfers-waiting-for-sign-in',
    scene: 'sign-in',
    open: 'transfers',
    ready: anyRow,
    shows: (page) => page.locator('[data-state="signIn"]').first(),
  },
  {
    name: 'transfers-folded-waiting-for-sign-in',
    scene: 'sign-in',
    ready: anyRow,
    shows: (page) => page.locator('footer svg').first(),
  },
  ...(['user-with-key', 'role', 'roles-anywhere'] as const).map(
    (scene): WindowState => ({
      name: `inspector-connection-${scene}`,
      scene,
      place: 'conn-1/',
      ready: anyRow,
      reachAgain: withInspector,
      shows: (page) => page.locator('[data-pane="inspector"] dl').first(),
    }),
  ),
];
