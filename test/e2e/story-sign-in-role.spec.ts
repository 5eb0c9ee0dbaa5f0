import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '../../main/system-clock.ts';
import { type FakeSts, startFakeSts } from '../fakes/fake-sts.ts';
import { startTemporaryS3, type TemporaryS3 } from '../fakes/temporary-s3.ts';
import { expect, test } from './fixtures.ts';
import { handsFor, mouse } from './hands.ts';
import * as signIn from './sign-in-form.ts';
import { expectAccessible, job, openTransfers, row } from './window-actions.ts';

/** Connections that take a role: with an external ID, and with codes of a device. */

const user = {
  accessKeyId: 'AKIAUSER000000000001',
  secretAccessKey: 'user/secret+that/nobody/may/see',
  arn: 'arn:aws:iam::123456789012:user/ann',
};
const roleArn = 'arn:aws:iam::123456789012:role/reader';
const mfaSerial = 'arn:aws:iam::123456789012:mfa/ann';

let sts: FakeSts;
let s3: TemporaryS3;
test.beforeEach(async () => {
  sts = await startFakeSts({ clock: systemClock, users: [user] });
  s3 = await startTemporaryS3({ clock: systemClock, issuers: [sts], buckets: ['reports'] });
});
test.afterEach(async () => {
  await s3.close();
  await sts.close();
});

for (const hand of handsFor('sign-in-role')) {
  test(`a role with the external ID that was proposed, by ${hand.name}`, async ({ window: page, workFolder }) => {
    const newcomer = signIn.countEffort(hand);
    const externalId = await test.step('the form, with an external ID in it', async () => {
      await signIn.openForm(page, newcomer.hand);
      await signIn.nameServer(page, hand, s3.endpointUrl);
      await signIn.chooseWay(page, hand, 'IAM role', newcomer.effort);
      const proposed = signIn.field(page, 'External ID');
      await expect(proposed).toHaveValue(/^brigade-user-[\w-]{8,}$/);
      await expect(signIn.form(page).getByRole('button', { name: 'Copy the ID' })).toBeVisible();
      await newcomer.hand.fill(signIn.field(page, 'Role ARN'), roleArn);
      await newcomer.hand.fill(signIn.field(page, 'Access key ID'), user.accessKeyId);
      await newcomer.hand.fill(signIn.field(page, 'Secret access key'), user.secretAccessKey);
      await signIn.nameSignInServer(page, hand, 'STS endpoint URL', sts.endpointUrl);
      return proposed.inputValue();
    });
    sts.addRole({ roleArn, trustedArns: [user.arn], externalId });

    await test.step('another one: the four things to check, and the way to the field', async () => {
      await hand.fill(signIn.field(page, 'External ID'), `${externalId.slice(0, -1)}X`);
      await signIn.runTest(page, hand);
      const failed = signIn.steps(page).locator('[data-state="failed"]');
      await expect(failed).toContainText('Sign in');
      for (const thing of ['sts:AssumeRole', 'trust policy names the caller', 'external ID is the same', 'MFA']) {
        await expect(failed).toContainText(thing);
      }
      if (hand === mouse) {
        await expectAccessible(page);
        await signIn.takePictures(page, 'sign-in-1-role-refused');
      }
      await signIn.expectBlamed(page, hand, 'Role ARN', `The server refuses the role ${roleArn}.`);
      await hand.fill(signIn.field(page, 'External ID'), externalId);
    });

    await test.step('the right one', async () => {
      await signIn.runTest(page, hand);
      await signIn.expectPassed(page);
      await expect(signIn.steps(page)).toContainText('valid until');
      if (hand === mouse) await signIn.takePictures(page, 'sign-in-2-role-passed');
      await signIn.save(page, newcomer.hand, 'reports');
    });
    signIn.expectEffort('IAM role', newcomer.effort, { presses: 4, fields: 3 });

    await test.step('and a file', async () => {
      await hand.open(page, 'reports');
      await expect(page.getByText('This bucket is empty')).toBeVisible();
      const file = join(workFolder, 'march.csv');
      await writeFile(file, 'a;b\n1;2\n');
      await hand.upload(page, 'files', [file]);
      await expect(row(page, 'march.csv')).toBeVisible();
      expect(await readFile(join(s3.folder, 'reports', 'march.csv'), 'utf8')).toBe('a;b\n1;2\n');
      expect(sts.calls.at(-1)?.parameters['ExternalId']).toBe(externalId);
      expect(await page.content()).not.toContain(user.secretAccessKey);
    });
  });
}

test('a role that asks for codes of a device: once to connect, and again when its keys end during a transfer', async ({
  window: page,
  workFolder,
}) => {
  sts.addRole({ roleArn, trustedArns: [user.arn], mfaSerial, mfaCodes: ['111111', '222222'] });
  const newcomer = signIn.countEffort(mouse);

  await test.step('the test asks for the code', async () => {
    await signIn.openForm(page, newcomer.hand);
    await signIn.nameServer(page, mouse, s3.endpointUrl);
    await mouse.fill(signIn.field(page, 'Connection name'), 'Careful');
    await signIn.chooseWay(page, mouse, 'IAM role', newcomer.effort);
    await newcomer.hand.fill(signIn.field(page, 'Role ARN'), roleArn);
    await newcomer.hand.fill(signIn.field(page, 'MFA device'), mfaSerial);
    await newcomer.hand.fill(signIn.field(page, 'Access key ID'), user.accessKeyId);
    await newcomer.hand.fill(signIn.field(page, 'Secret access key'), user.secretAccessKey);
    await signIn.nameSignInServer(page, mouse, 'STS endpoint URL', sts.endpointUrl);
    await signIn.runTest(page, newcomer.hand);
    const code = signIn.field(page, 'Code of the MFA device');
    await expect(code).toBeFocused();
    await signIn.takePictures(page, 'sign-in-3-mfa-in-form');
    await page.keyboard.type('999 999');
    await expect(signIn.steps(page).getByRole('alert')).toContainText('The server refuses the code of the MFA device.');
    await expect(code).toHaveValue('');
    await expect(code).toBeFocused();
    await expect(code).toBeInViewport({ ratio: 1 });
    await expect(signIn.form(page).getByText('The server refuses the code of the MFA device.')).toHaveCount(1);
    await expectAccessible(page);
    await signIn.takePictures(page, 'sign-in-4-mfa-refused-in-form');
    await newcomer.hand.fill(code, '111111');
    await signIn.expectPassed(page);
    await expect(code).toBeHidden();
  });

  await test.step('what was signed in serves the saved connection too', async () => {
    await signIn.save(page, newcomer.hand, 'reports');
    signIn.expectEffort('IAM role with MFA', newcomer.effort, { presses: 5, fields: 5 });
    await mouse.open(page, 'reports');
    await expect(page.getByText('This bucket is empty')).toBeVisible();
    expect(sts.issued).toHaveLength(1);
  });

  const content = Buffer.alloc(40 * 1024 * 1024, 'a row of a large table; ');
  await test.step('its keys end while a file goes up: it waits for the person', async () => {
    const file = join(workFolder, 'table.bin');
    await writeFile(file, content);
    s3.setDeny((request) => {
      if (request.query.get('partNumber') === '2' && sts.issued.length === 1) s3.revoke(request.accessKeyId);
      return false;
    });
    await mouse.upload(page, 'files', [file]);
    await openTransfers(page);
    await expect(job(page, 'waiting')).toContainText('Waiting for you to sign in');
    await expect(signIn.sidebarItem(page, 'Careful')).toHaveAccessibleDescription(/^Needs you/);
    await expectAccessible(page);
    await signIn.takePictures(page, 'sign-in-5-transfer-waits');
  });

  await test.step('a code, and it goes on by itself', async () => {
    await page
      .getByRole('navigation', { name: 'Connections' })
      .getByRole('button', { name: 'Sign in to Careful…' })
      .click();
    const dialog = page.getByRole('dialog', { name: 'Sign in to Careful' });
    const code = dialog.getByLabel('Six-digit code');
    await expect(code).toBeFocused();
    await expect(dialog).toContainText(mfaSerial);
    // It has served already.
    await page.keyboard.type('111111');
    await expect(code).toHaveAccessibleDescription(/refuses the code/);
    await signIn.takePictures(page, 'sign-in-6-mfa-dialog');
    await page.keyboard.type('222222');
    await expect(dialog).toBeHidden();
    await expect(job(page, 'done')).toBeVisible();
    await expect(job(page, 'done')).not.toContainText('failed');
    await expect(row(page, 'table.bin')).toBeVisible();
    expect((await readFile(join(s3.folder, 'reports', 'table.bin'))).equals(content)).toBe(true);
    await expect(signIn.sidebarItem(page, 'Careful')).toHaveAccessibleDescription('Ready');
    expect(sts.issued).toHaveLength(2);
  });
});
