import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { systemClock } from '../../main/system-clock.ts';
import { type FakeRolesAnywhere, startFakeRolesAnywhere } from '../fakes/fake-roles-anywhere.ts';
import { startTemporaryS3, type TemporaryS3 } from '../fakes/temporary-s3.ts';
import { makeTestCertificates, opensslIsInstalled } from '../fakes/test-certificates.ts';
import { expect, test } from './fixtures.ts';
import { mouse } from './hands.ts';
import * as signIn from './sign-in-form.ts';
import { dropPaths, expectAccessible, row } from './window-actions.ts';

/** Connections that sign in with a certificate, which OpenSSL makes here. */

const arns = {
  trustAnchorArn: 'arn:aws:rolesanywhere:eu-central-1:123456789012:trust-anchor/11111111-2222-3333-4444-555555555555',
  profileArn: 'arn:aws:rolesanywhere:eu-central-1:123456789012:profile/66666666-7777-8888-9999-000000000000',
  roleArn: 'arn:aws:iam::123456789012:role/reader',
};
const passphrase = 'correct horse';

type Hand = typeof mouse;

/** All but the certificate. Pasted one by one, as the console shows them. */
async function fillIn(page: Page, hand: Hand, { s3, anywhere }: { s3: TemporaryS3; anywhere: FakeRolesAnywhere }) {
  await hand.fill(signIn.field(page, 'Trust anchor ARN'), arns.trustAnchorArn);
  await expect(signIn.form(page).getByRole('combobox', { name: 'Roles Anywhere region' })).toHaveText('eu-central-1');
  await hand.fill(signIn.field(page, 'Profile ARN'), arns.profileArn);
  await hand.fill(signIn.field(page, 'Role ARN'), arns.roleArn);
  await hand.fill(signIn.field(page, 'Session name'), 'finance-backup');
  await mouse.fill(signIn.field(page, 'Endpoint URL'), s3.endpointUrl);
  await signIn.nameSignInServer(page, mouse, 'Roles Anywhere endpoint URL', anywhere.endpointUrl);
}

async function writeCertificates(folder: string) {
  const certificates = await makeTestCertificates();
  try {
    const { root, intermediate, leaf, chainPem } = await certificates.chain('p256');
    const files = {
      chain: join(folder, 'finance.pem'),
      key: join(folder, 'finance.key'),
      p12: join(folder, 'finance.p12'),
    };
    await writeFile(files.chain, chainPem);
    await writeFile(files.key, await certificates.writeKey(leaf.keyPem, 'pkcs8-aes256', passphrase));
    await writeFile(files.p12, await certificates.pkcs12(leaf, [intermediate.certificatePem], passphrase));
    return { files, trustAnchorPem: root.certificatePem };
  } finally {
    await certificates.close();
  }
}

if (opensslIsInstalled) {
  test('a certificate and its key as files: connected, seen again, duplicated; and both in one PKCS#12 file', async ({
    window: page,
    workFolder,
  }) => {
    // Three connections one after the other.
    test.slow();
    const { files, trustAnchorPem } = await writeCertificates(workFolder);
    const anywhere = await startFakeRolesAnywhere({
      ...arns,
      trustAnchorPem,
      region: 'eu-central-1',
      clock: systemClock,
    });
    const s3 = await startTemporaryS3({ clock: systemClock, issuers: [anywhere], buckets: ['reports'] });
    const servers = { anywhere, s3 };
    const newcomer = signIn.countEffort(mouse);
    try {
      await test.step('dropped and chosen', async () => {
        await signIn.openForm(page, newcomer.hand);
        await signIn.nameServer(page, mouse, s3.endpointUrl);
        await signIn.chooseWay(page, mouse, 'IAM Roles Anywhere (certificate)', newcomer.effort);
        await signIn.takePictures(page, 'sign-in-10-anywhere-empty');
        await fillIn(page, newcomer.hand, servers);
        await signIn.fileField(page, 'Certificate').scrollIntoViewIfNeeded();
        await dropPaths(page, [files.chain], signIn.fileField(page, 'Certificate'));
        newcomer.effort.fields += 1;
        await expect(signIn.fileField(page, 'Certificate')).toContainText('finance.pem2 certificates');
        // What the button opens is the browser's own.
        await signIn.fileField(page, 'Private key').locator('input[type="file"]').setInputFiles(files.key);
        newcomer.effort.fields += 1;
        await expect(signIn.fileField(page, 'Private key')).toContainText('finance.keyNot shown');
      });

      await test.step('a wrong passphrase is told at its field', async () => {
        await newcomer.hand.fill(signIn.field(page, 'Passphrase of the private key'), 'wrong horse');
        await signIn.runTest(page);
        await expect(signIn.steps(page).locator('[data-state="failed"]')).toBeVisible();
        await expectAccessible(page);
        await signIn.takePictures(page, 'sign-in-11-passphrase-wrong');
        await signIn.expectBlamed(
          page,
          mouse,
          'Passphrase of the private key',
          'The passphrase does not open the private key.',
        );
        await signIn.takePictures(page, 'sign-in-12-passphrase-field');
        expect(anywhere.requests).toEqual([]);
      });

      await test.step('the right one', async () => {
        await mouse.fill(signIn.field(page, 'Passphrase of the private key'), passphrase);
        await signIn.runTest(page);
        await signIn.expectPassed(page);
        await mouse.fill(signIn.field(page, 'Connection name'), 'Finance');
        await signIn.save(page, newcomer.hand, 'reports');
        signIn.expectEffort('IAM Roles Anywhere', newcomer.effort, { presses: 4, fields: 7 });
      });

      await test.step('seen again: what is public of it', async () => {
        await signIn.chooseInSidebar(page, 'Finance', 'Edit connection…');
        const shown = signIn.form(page).getByRole('region', { name: 'Certificate' });
        await expect(shown).toContainText('leaf p256');
        await expect(shown).toContainText('Example Intermediate');
        await expect(shown).toContainText(/Valid until.*2049/);
        await expect(shown).toContainText('1 intermediate certificate');
        await expect(shown).toContainText('In the vault; it is never shown.');
        expect(await page.content()).not.toContain('BEGIN');
        expect(await page.content()).not.toContain(passphrase);
        await shown.scrollIntoViewIfNeeded();
        await expectAccessible(page);
        await signIn.takePictures(page, 'sign-in-13-anywhere-saved');
        await signIn.runTest(page);
        await signIn.expectPassed(page);
        await signIn.form(page).getByRole('button', { name: 'Cancel' }).click();
        await expect(signIn.form(page)).toBeHidden();
      });

      await test.step('a duplicate has the certificate too', async () => {
        const before = anywhere.issued.length;
        await signIn.chooseInSidebar(page, 'Finance', 'Duplicate');
        await expect(signIn.form(page).getByRole('region', { name: 'Certificate' })).toContainText('leaf p256');
        await mouse.fill(signIn.field(page, 'Connection name'), 'Finance too');
        await signIn.save(page, mouse, 'reports');
        await expect(signIn.sidebarItem(page, 'Finance too')).toHaveAccessibleDescription('Ready');
        expect(anywhere.issued.length).toBeGreaterThanOrEqual(before);
      });

      await test.step('a PKCS#12 file needs no second one', async () => {
        await signIn.openAnotherForm(page);
        await signIn.nameServer(page, mouse, s3.endpointUrl);
        await signIn.chooseWay(page, mouse, 'IAM Roles Anywhere (certificate)');
        await fillIn(page, mouse, servers);
        await mouse.fill(signIn.field(page, 'Connection name'), 'In one file');
        await signIn.fileField(page, 'Certificate').locator('input[type="file"]').setInputFiles(files.p12);
        await expect(signIn.fileField(page, 'Certificate')).toContainText('Certificate and private key');
        await expect(signIn.form(page).getByText("It is in the certificate's file.")).toBeVisible();
        await mouse.fill(signIn.field(page, 'Passphrase of the private key'), passphrase);
        await signIn.takePictures(page, 'sign-in-14-pkcs12');
        await signIn.runTest(page);
        await signIn.expectPassed(page);
        await signIn.save(page, mouse, 'reports');
        await mouse.open(page, 'reports');
        await expect(page.getByText('This bucket is empty')).toBeVisible();
        await expect(row(page, 'reports')).toBeHidden();
      });
    } finally {
      await s3.close();
      await anywhere.close();
    }
  });
} else {
  // Without OpenSSL 3 the file still has a test: it says what is missing here.
  test('OpenSSL 3 is not installed here, and asking it for certificates says so', async () => {
    const certificates = await makeTestCertificates();
    await expect(certificates.negativeSerial('')).rejects.toThrow(/openssl/);
    await certificates.close();
  });
}
