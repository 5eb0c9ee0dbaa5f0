import type { Page } from '@playwright/test';
import { act, anyRow, dialog, inDialog, type WindowState } from './window-state.ts';

type Method = 'accessKey' | 'role' | 'rolesAnywhere' | 'profile';
const methods: readonly Method[] = ['accessKey', 'role', 'rolesAnywhere', 'profile'];

/** A new connection that signs in like this. */
async function addWith(page: Page, method: Method): Promise<void> {
  await act(page, 'add');
  await choose(page, '[data-field="authType"]', methods.indexOf(method));
}

async function choose(page: Page, within: string, index: number): Promise<void> {
  await dialog(page).locator(`${within} [role="combobox"]`).first().click();
  const option = page.getByRole('option').nth(index);
  await option.click();
  await option.waitFor({ state: 'hidden' });
}

async function fill(page: Page, values: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, value] of Object.entries(values)) {
    const field = dialog(page).locator(`input[name="${name}"]`);
    await field.fill(value);
    await field.press('Tab');
  }
}

const roleArn = 'arn:aws:iam::123456789012:role/finance-archive';
const anywhere = 'arn:aws:rolesanywhere:eu-central-1:123456789012';
const anchorArn = `${anywhere}:trust-anchor/8a4e3a5e-7c43-4a55-9e3f-1f2d3c4b5a69`;
const pem = (label: string) => `-----BEGIN ${label}-----\nMIIB\n-----END ${label}-----\n`;

async function fillInRole(page: Page): Promise<void> {
  await addWith(page, 'role');
  await fill(page, {
    roleArn,
    accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
    secretAccessKey: 'wJalrXUtnFEMIexampleK7MDENGbPxRfiCYEXAMPLE',
    sessionName: 'Kim in finance',
    durationSeconds: '5400',
    mfaSerial: 'arn:aws:iam::123456789012:mfa/kim',
  });
}

async function fillInRolesAnywhere(page: Page): Promise<void> {
  await addWith(page, 'rolesAnywhere');
  await fill(page, {
    trustAnchorArn: anchorArn,
    profileArn: `${anywhere}:profile/5d0c7ad4-21c6-4d0e-9d3c-0b0b5a4b7d5e`,
    roleArn,
    sessionName: 'finance-laptop-17',
  });
  const files = dialog(page).locator('input[type="file"]');
  await files.first().setInputFiles({
    name: 'finance-laptop-17.pem',
    mimeType: 'application/x-pem-file',
    buffer: Buffer.from(pem('CERTIFICATE').repeat(3)),
  });
  await dialog(page).locator('textarea[name="privateKeyPem"]').fill(pem('PRIVATE KEY'));
}

const submit = (page: Page) => dialog(page).locator('[type="submit"]').click();
const wrong = (page: Page) => dialog(page).locator('[aria-invalid="true"]').first();

/** The form of a connection in each way to sign in: empty, filled in, with what can be wrong, and saved. */
export const methodStates: readonly WindowState[] = [
  {
    name: 'connection-form-role',
    scene: 'browse',
    ready: anyRow,
    reach: (page) => addWith(page, 'role'),
    shows: (page) => dialog(page).locator('input[name="roleArn"]'),
    focusIn: inDialog,
  },
  {
    name: 'connection-form-role-filled',
    scene: 'browse',
    ready: anyRow,
    reach: fillInRole,
    shows: (page) => dialog(page).locator('input[name="mfaSerial"]'),
    focusIn: inDialog,
  },
  {
    name: 'connection-form-role-with-profile',
    scene: 'browse',
    ready: anyRow,
    reach: async (page) => {
      await addWith(page, 'role');
      await choose(page, 'fieldset', 1);
    },
    shows: (page) => dialog(page).locator('input[name="profile"]'),
    focusIn: inDialog,
  },
  {
    name: 'connection-form-role-with-problems',
    scene: 'browse',
    ready: anyRow,
    reach: async (page) => {
      await addWith(page, 'role');
      await fill(page, {
        roleArn: 'arn:aws:iam::123456789012:user/kim',
        externalId: 'not this',
        durationSeconds: '60',
        mfaSerial: 'kim',
      });
      await submit(page);
    },
    shows: wrong,
    focusIn: inDialog,
  },
  {
    name: 'connection-form-roles-anywhere',
    scene: 'browse',
    ready: anyRow,
    reach: (page) => addWith(page, 'rolesAnywhere'),
    shows: (page) => dialog(page).locator('input[name="trustAnchorArn"]'),
    focusIn: inDialog,
  },
  {
    name: 'connection-form-roles-anywhere-filled',
    scene: 'browse',
    ready: anyRow,
    reach: fillInRolesAnywhere,
    shows: (page) => dialog(page).locator('[data-field="privateKeyPem"] svg').first(),
    focusIn: inDialog,
  },
  {
    name: 'connection-form-roles-anywhere-pkcs12',
    scene: 'browse',
    ready: anyRow,
    reach: async (page) => {
      await addWith(page, 'rolesAnywhere');
      await dialog(page)
        .locator('input[type="file"]')
        .first()
        .setInputFiles({
          name: 'a very long name of a file that somebody has exported from the certificate store.pfx',
          mimeType: 'application/x-pkcs12',
          buffer: Buffer.from([0x30, 0x82, 0x0a, 0x00, 0x02, 0x01, 0x03, ...Array.from({ length: 40 }, () => 0x30)]),
        });
    },
    shows: (page) => dialog(page).locator('[data-field="certificatePem"] svg').first(),
    focusIn: inDialog,
  },
  {
    name: 'connection-form-roles-anywhere-with-problems',
    scene: 'browse',
    ready: anyRow,
    reach: async (page) => {
      await addWith(page, 'rolesAnywhere');
      await fill(page, {
        trustAnchorArn: anchorArn,
        profileArn: 'arn:aws:rolesanywhere:us-east-1:123456789012:profile/5d0c7ad4',
        customRegion: 'Frankfurt',
      });
      const text = dialog(page).locator('textarea[name="certificatePem"]');
      await text.fill('This is a letter.');
      await text.press('Tab');
      await submit(page);
    },
    shows: wrong,
    focusIn: inDialog,
  },
  {
    name: 'connection-form-profile',
    scene: 'browse',
    ready: anyRow,
    reach: (page) => addWith(page, 'profile'),
    shows: (page) => dialog(page).locator('input[name="profile"]'),
    focusIn: inDialog,
  },
  {
    name: 'connection-form-profiles-listed',
    scene: 'browse',
    ready: anyRow,
    reach: async (page) => {
      await addWith(page, 'profile');
      await dialog(page).locator('[data-field="profile"] button').click();
    },
    shows: (page) => page.getByRole('option').nth(3),
    focusIn: inDialog,
  },
  {
    name: 'connection-form-profile-of-sso',
    scene: 'browse',
    ready: anyRow,
    reach: async (page) => {
      await addWith(page, 'profile');
      await fill(page, { profile: 'finance-sso' });
    },
    shows: (page) => dialog(page).locator('input[name="profile"]'),
    focusIn: inDialog,
  },
  {
    name: 'connection-form-no-profiles',
    scene: 'profiles-none',
    ready: anyRow,
    reach: (page) => addWith(page, 'profile'),
    shows: (page) => dialog(page).getByText('/home/kim/.aws/credentials'),
    focusIn: inDialog,
  },
  {
    name: 'connection-form-profiles-unreadable',
    scene: 'profiles-unreadable',
    ready: anyRow,
    reach: (page) => addWith(page, 'profile'),
    shows: (page) => dialog(page).locator('[role="alert"]'),
    focusIn: inDialog,
  },
  {
    name: 'connection-form-edit-role',
    scene: 'saved-role',
    ready: anyRow,
    reach: (page) => act(page, 'edit-conn-1'),
    shows: (page) => dialog(page).locator('input[name="roleArn"]'),
    focusIn: inDialog,
  },
  {
    name: 'connection-form-edit-roles-anywhere',
    scene: 'saved-roles-anywhere',
    ready: anyRow,
    reach: (page) => act(page, 'edit-conn-1'),
    shows: (page) => dialog(page).locator('dl'),
    focusIn: inDialog,
  },
  {
    name: 'connection-form-certificate-expiring',
    scene: 'certificate-expiring',
    ready: anyRow,
    reach: async (page) => {
      await act(page, 'edit-conn-1');
    },
    reachAgain: (page) => dialog(page).locator('dl > :last-child').scrollIntoViewIfNeeded(),
    shows: (page) => dialog(page).locator('[data-tone="warn"]'),
    focusIn: inDialog,
  },
  {
    name: 'connection-form-certificate-expired-and-replaced',
    scene: 'certificate-expired',
    ready: anyRow,
    reach: async (page) => {
      await act(page, 'edit-conn-1');
      await dialog(page).locator('[data-field="certificatePem"] button').click();
    },
    shows: (page) => dialog(page).locator('textarea[name="certificatePem"]'),
    focusIn: inDialog,
  },
  {
    name: 'connection-test-asks-for-code',
    scene: 'test-mfa',
    ready: anyRow,
    reach: async (page) => {
      await fillInRole(page);
      await dialog(page).locator('button').nth(-3).click();
    },
    shows: (page) => dialog(page).locator('input[autocomplete="one-time-code"]'),
    focusIn: inDialog,
  },
];
