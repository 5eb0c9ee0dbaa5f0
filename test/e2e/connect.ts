import type { Page } from '@playwright/test';
import { expect } from './fixtures.ts';
import { type Hand, takeOption } from './hands.ts';

type Server = { readonly endpointUrl: string; readonly accessKeyId: string; readonly secretAccessKey: string };

/** From the first start: makes a connection to a server with the form and is at its buckets afterwards. */
export async function connect(
  page: Page,
  hand: Hand,
  { name, server }: { readonly name: string; readonly server: Server },
): Promise<void> {
  await hand.press(page.getByRole('button', { name: 'Connect to a server' }));
  const dialog = page.getByRole('dialog');
  await takeOption(hand, dialog.getByRole('combobox', { name: 'Service' }), 'Another S3 server');
  await hand.fill(dialog.getByLabel('Connection name'), name);
  await hand.fill(dialog.getByLabel('Endpoint URL'), server.endpointUrl);
  await hand.fill(dialog.getByLabel('Access key ID'), server.accessKeyId);
  await hand.fill(dialog.getByLabel('Secret access key'), server.secretAccessKey);
  await hand.fill(dialog.getByLabel('Region'), 'us-east-1');
  await hand.press(dialog.getByRole('button', { name: 'Save' }));
  await expect(dialog).toBeHidden();
}
