import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '../../main/system-clock.ts';
import { startFakeSso } from '../fakes/fake-sso.ts';
import { startTemporaryS3 } from '../fakes/temporary-s3.ts';
import { startTestLocalS3, testKeys } from '../servers/local-s3.ts';
import { expect, test } from './fixtures.ts';
import { mouse } from './hands.ts';
import * as signIn from './sign-in-form.ts';
import { expectAccessible, row } from './window-actions.ts';

/** Connections that sign in with a profile of the AWS files: its keys, a copy of them, and the browser. */

const configOf = (folder: string) => join(folder, 'aws-config');
const credentialsOf = (folder: string) => join(folder, 'aws-credentials');
const profileWay = 'Profile of the AWS configuration';

test.use({
  engineEnv: async ({ workFolder }, use) => {
    await use({
      AWS_CONFIG_FILE: configOf(workFolder),
      AWS_SHARED_CREDENTIALS_FILE: credentialsOf(workFolder),
    });
  },
});

test('one profile is referred to, the keys of another are copied and outlive the files', async ({
  window: page,
  workFolder,
  brigade,
  problems,
}) => {
  problems.expect(/WebSocket connection/);
  const server = await startTestLocalS3();
  const keys = `aws_access_key_id = ${testKeys.accessKeyId}\naws_secret_access_key = ${testKeys.secretAccessKey}\n`;
  const newcomer = signIn.countEffort(mouse);
  try {
    await test.step('files that are not there yet are named', async () => {
      await signIn.openForm(page, newcomer.hand);
      await signIn.chooseWay(page, newcomer.hand, profileWay, newcomer.effort);
      await expect(signIn.form(page).getByText('This computer has no AWS profiles yet.')).toBeVisible();
      await expect(signIn.form(page).getByText(configOf(workFolder))).toBeVisible();
      await signIn.takePictures(page, 'sign-in-20-no-profiles');
      await writeFile(
        configOf(workFolder),
        `[default]\nregion = eu-west-1\nendpoint_url = ${server.endpointUrl}\n[profile archive]\nregion = eu-central-1\nendpoint_url = ${server.endpointUrl}\n`,
      );
      await writeFile(credentialsOf(workFolder), `[default]\n${keys}[archive]\n${keys}`);
      await signIn.form(page).getByRole('button', { name: 'Look again' }).click();
    });

    await test.step('the first of them is proposed, with its region and its server', async () => {
      await expect(signIn.field(page, 'Profile')).toHaveValue('default');
      await expect(signIn.field(page, 'Profile')).toHaveAccessibleDescription(
        new RegExp(`Has the access key ${testKeys.accessKeyId}`),
      );
      await expect(signIn.field(page, 'Endpoint URL')).toHaveValue(server.endpointUrl);
      await expect(signIn.field(page, 'Region')).toHaveValue('eu-west-1');
      await signIn.form(page).getByRole('button', { name: 'Show all profiles' }).click();
      await expect(page.getByRole('option')).toHaveText([/^default/, /^archive.*Access key/]);
      await expectAccessible(page);
      await signIn.takePictures(page, 'sign-in-21-profiles');
      await page.keyboard.press('Escape');
      await mouse.fill(signIn.field(page, 'Connection name'), 'Looked up');
      await newcomer.hand.press(signIn.form(page).getByRole('button', { name: 'Save', exact: true }));
      await expect(page.getByText('No buckets yet')).toBeVisible();
      signIn.expectEffort('Profile', newcomer.effort, { presses: 4, fields: 0 });
    });

    await test.step('copied keys', async () => {
      await signIn.openAnotherForm(page);
      await signIn.chooseWay(page, mouse, profileWay);
      await signIn.form(page).getByRole('button', { name: 'Show all profiles' }).click();
      await page.getByRole('option', { name: /^archive/ }).click();
      await expect(signIn.field(page, 'Region')).toHaveValue('eu-central-1');
      await signIn.form(page).getByRole('checkbox', { name: 'Copy its keys into this connection' }).click();
      await mouse.fill(signIn.field(page, 'Connection name'), 'Copied');
      await signIn.takePictures(page, 'sign-in-22-copy-keys');
      await signIn.runTest(page);
      await signIn.expectPassed(page);
      await signIn.form(page).getByRole('button', { name: 'Save', exact: true }).click();
      await expect(signIn.form(page)).toBeHidden();
      await expect(page.getByText('No buckets yet')).toBeVisible();
      expect(await page.content()).not.toContain(testKeys.secretAccessKey);
    });

    await test.step('without the files the one works, and the other says what is missing', async () => {
      await rm(configOf(workFolder));
      await rm(credentialsOf(workFolder));
      await page.goto(await brigade.restart());
      await signIn.sidebarItem(page, 'Copied').click();
      await expect(page.getByText('No buckets yet')).toBeVisible();
      await signIn.sidebarItem(page, 'Looked up').click();
      const failure = page.locator('main').getByRole('alert');
      await expect(failure).toContainText('No credentials were found: the profile default has none.');
      await expectAccessible(page);
      await signIn.takePictures(page, 'sign-in-23-profile-gone');
    });
  } finally {
    await server.stop();
  }
});

test('a profile that signs in in the browser: the code, the way there, and connected', async ({
  window: page,
  workFolder,
}) => {
  const sso = await startFakeSso({ nowMs: () => systemClock.nowMs(), intervalSeconds: 1 });
  const s3 = await startTemporaryS3({ clock: systemClock, issuers: [sso], buckets: ['reports'] });
  await writeFile(
    configOf(workFolder),
    `[services sso]
sso =
  endpoint_url = ${sso.url}
sso_oidc =
  endpoint_url = ${sso.url}
[profile work]
sso_session = corp
sso_account_id = 123456789012
sso_role_name = ReadOnly
services = sso
[sso-session corp]
sso_start_url = ${sso.startUrl}
sso_region = eu-west-1
sso_registration_scopes = sso:account:access
`,
  );
  const newcomer = signIn.countEffort(mouse);
  try {
    await test.step('the test asks to sign in', async () => {
      await signIn.openForm(page, newcomer.hand);
      await signIn.nameServer(page, mouse, s3.endpointUrl);
      await mouse.fill(signIn.field(page, 'Connection name'), 'Work');
      await signIn.chooseWay(page, mouse, profileWay, newcomer.effort);
      await expect(signIn.field(page, 'Profile')).toHaveValue('work');
      await expect(signIn.field(page, 'Profile')).toHaveAccessibleDescription(/Signs in in the browser/);
      await signIn.runTest(page, newcomer.hand);
      const ask = signIn.steps(page).getByRole('button', { name: 'Sign in…' });
      await expect(ask).toBeVisible();
      await expect(signIn.form(page).getByText('The profile work is not signed in.')).toHaveCount(1);
      await signIn.takePictures(page, 'sign-in-24-sso-needed');
      await newcomer.hand.press(ask);
    });

    await test.step('the code, until it is allowed', async () => {
      const dialog = page.getByRole('dialog', { name: 'Sign in to work' });
      await expect(dialog.getByText('CODE-', { exact: false })).toBeVisible();
      const code = await dialog.locator('code').innerText();
      const link = dialog.getByRole('link', { name: 'Open the browser' });
      await expect(link).toHaveAttribute('href', new RegExp(`\\?user_code=${code}$`));
      await expect(link).toBeFocused();
      await expectAccessible(page);
      await signIn.takePictures(page, 'sign-in-25-sso-code');
      // What the link opens is Amazon's, where the person allows it.
      newcomer.effort.presses += 1;
      sso.decide(code, 'allowed');
      await expect(dialog).toBeHidden();
      await signIn.expectPassed(page);
    });

    await test.step('connected, and nothing secret in the window', async () => {
      await signIn.save(page, newcomer.hand, 'reports');
      signIn.expectEffort('Profile with sign-in in the browser', newcomer.effort, { presses: 7, fields: 0 });
      await expect(row(page, 'reports')).toBeVisible();
      const content = await page.content();
      expect(sso.secrets.length).toBeGreaterThan(2);
      expect(sso.secrets.filter((secret) => content.includes(secret))).toEqual([]);
    });
  } finally {
    await s3.close();
    await sso.close();
  }
});
