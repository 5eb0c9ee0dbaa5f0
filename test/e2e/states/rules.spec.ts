import { readFile } from 'node:fs/promises';
import { expect, type Page } from '@playwright/test';
import { dragOver } from '../window-actions.ts';
import { test as devPagesTest } from './dev-pages-test.ts';
import { act, anyRow } from './window-state.ts';

/** What people do with rules, on invented data. */

const test = devPagesTest.extend<{ readonly open: (search: string) => Promise<void> }>({
  open: async ({ page, pages }, use) => {
    await use(async (search) => {
      await page.goto(`${pages.url}/dev.html?${search}`);
      await page.locator('main').waitFor();
    });
  },
});

const sentence = (page: Page) => page.getByTestId('sentence').locator('p').first();
const slot = (page: Page, id: string) => page.locator(`[data-slot="${id}"]`);
const run = (page: Page, index: number) => page.getByTestId('history').locator(`[data-row-index="${index}"]`);

test('a first rule takes seven clicks, five from an open folder of a bucket', async ({ page, open }) => {
  let clicks = 0;
  const click = async (name: string | RegExp, role: 'button' | 'option' = 'button') => {
    clicks += 1;
    await page.getByRole(role, { name }).first().click();
  };
  await open('scene=rules-first');
  await click('Create a rule');
  await click(/^Local folder to bucket/);
  await click('Choose…');
  await click('Scans', 'option');
  await expect(page.getByLabel('Folder on the computer')).toHaveValue('/home/kim/Scans');
  await click('Take this folder');
  clicks += 1;
  await page.getByLabel('Bucket', { exact: true }).click();
  await expect(page.getByRole('option', { name: 'finance-eu' })).toBeVisible();
  // Typing its name does as well as choosing it.
  await page.getByLabel('Bucket', { exact: true }).fill('finance-eu');
  await expect(page.getByTestId('preview')).toHaveText(
    'When a file appears or changes in ~/Scans, upload it to finance-eu.',
  );
  await click('Start the rule');
  await expect(page.getByRole('heading', { name: 'Scans to finance-eu' })).toBeVisible();
  await expect(page.locator('[data-rule]')).toHaveText('Scans to finance-eu');
  expect(clicks).toBe(7);

  clicks = 0;
  await open('scene=rules-first&place=conn-1/finance-eu/in/');
  await click('Create a rule');
  await click(/^Local folder to bucket/);
  await click('Choose…');
  await click('Take this folder');
  await expect(page.getByTestId('preview')).toContainText('upload it to finance-eu/in.');
  await click('Start the rule');
  await expect(page.getByText('It has not run yet')).toBeVisible();
  expect(clicks).toBe(5);
});

test('a rule is changed in place by keyboard, tried out meanwhile, and saved', async ({ page, open }) => {
  await open('scene=rules&page=rule-1');
  await expect(sentence(page)).toHaveText(
    'When a *.pdf appears in finance-eu/in, download it to ~/Invoices 2026, then move it to finance-eu/done.',
  );
  await slot(page, 'what').focus();
  await page.keyboard.press('Enter');
  await page.getByLabel('Names that fit').fill('*.csv\n*.tsv');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
  await expect(slot(page, 'what')).toBeFocused();
  await expect(sentence(page)).toContainText('When a *.csv or *.tsv appears');
  await expect(page.getByTestId('matches')).toContainText(
    '42 fit among the first 1,000; there are more. What is there',
  );
  await expect(page.getByTestId('matches')).toContainText('move it to finance-eu/done/2026/invoice-00001.pdf');
  await expect(page.getByTestId('cost')).toContainText('Shares its listing with Scans out');

  // What is not saved is still there for who comes back.
  await page.locator('[data-rule="rule-2"]').click();
  await page.locator('[data-rule="rule-1"]').click();
  await expect(sentence(page)).toContainText('*.csv or *.tsv');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByTestId('save-bar')).toBeHidden();
  await expect(sentence(page)).toContainText('*.csv or *.tsv');
});

test('steps are added, moved and removed; what is missing says so at its place', async ({ page, open }) => {
  await open('scene=rules&page=new');
  await page.getByRole('button', { name: /^Start from scratch/ }).click();
  await expect(page.getByRole('button', { name: 'Start the rule' })).toBeDisabled();
  await page.getByRole('button', { name: 'Show me' }).click();
  await page.getByLabel('Bucket', { exact: true }).fill('finance-eu');
  await page.getByLabel('Below', { exact: true }).fill('in/');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Add a step' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Add a step' }).click();
  await page.getByRole('menuitem', { name: 'Download' }).click();
  await expect(sentence(page)).toHaveText(
    'When an object appears in finance-eu/in, delete it, then download it to choose a folder.',
  );
  await page.getByLabel('Into the folder').fill('/home/kim/Inbox');
  await expect(page.getByText('An earlier step has deleted what this one would act on.')).toBeVisible();
  await page.getByRole('button', { name: 'Move the step earlier' }).click();
  await expect(sentence(page)).toHaveText(
    'When an object appears in finance-eu/in, download it to ~/Inbox, then delete it.',
  );
  await page.keyboard.press('Escape');
  await slot(page, 'action.1').click();
  await page.getByRole('button', { name: 'Remove the step' }).click();
  await expect(sentence(page)).toHaveText('When an object appears in finance-eu/in, download it to ~/Inbox.');
  await page.getByRole('button', { name: 'Start the rule' }).click();
  await expect(page.getByRole('heading', { name: 'finance-eu/in to Inbox' })).toBeVisible();
});

test('a number that is none says so at its field and keeps the rule from being saved', async ({ page, open }) => {
  await open('scene=rules&page=rule-1');
  await slot(page, 'conditions').click();
  const least = page.getByLabel('At least, in MB');
  await least.fill('10 MB');
  await expect(page.getByText('Write a number, like 1000 or 1.5.')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: 'Save' })).toBeDisabled();
  await page.getByRole('button', { name: 'Show me' }).click();
  await expect(least).toHaveValue('10 MB');
  await least.fill('10');
  await page.keyboard.press('Escape');
  await slot(page, 'interval').click();
  await page.getByLabel('In seconds').fill('');
  await expect(page.getByText('Write a whole number from 5 to 86,400.')).toBeVisible();
  await page.getByLabel('In seconds').fill('90');
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('sentence')).toContainText('only what is at least 10 MB');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByTestId('save-bar')).toBeHidden();
});

test('saving keeps a pause made elsewhere, and what is typed meanwhile; Enter twice makes one rule', async ({
  page,
  open,
}) => {
  await open('scene=rules&page=rule-1');
  await page.getByRole('button', { name: 'Rename' }).click();
  const name = page.getByLabel('Name', { exact: true });
  await name.fill('Renamed');
  await act(page, 'rule.pause');
  await expect(page.locator('main [data-rule-mark="paused"]')).toBeVisible();
  await name.press('Enter');
  await name.fill('Renamed twice');
  await expect(page.getByRole('heading', { name: 'Renamed', exact: true })).toBeVisible();
  await expect(name).toHaveValue('Renamed twice');
  await expect(page.locator('main [data-rule-mark="paused"]')).toBeVisible();
  await page.getByRole('button', { name: 'Discard' }).click();

  await act(page, 'rule.duplicate');
  await name.press('Enter');
  await name.press('Enter');
  await expect(page.getByRole('heading', { name: 'Renamed copy' })).toBeVisible();
  await expect(page.locator('[data-rule]')).toHaveCount(6);
});

test('a new rule that has been begun is not replaced without a question', async ({ page, open }) => {
  await open('scene=rules&page=rule-1');
  await act(page, 'rule.duplicate');
  const name = page.getByLabel('Name', { exact: true });
  await expect(name).toHaveValue('Invoices in copy');
  await page.locator('[data-rule="rule-2"]').click();
  await act(page, 'rule.duplicate');
  await page.getByRole('button', { name: 'Go on with it' }).click();
  await expect(name).toHaveValue('Invoices in copy');
  await page.locator('[data-rule="rule-2"]').click();
  await act(page, 'rule.duplicate');
  await page.getByRole('button', { name: 'Leave it, and begin the other' }).click();
  await expect(name).toHaveValue('Scans out copy');
});

test('a mirror of two fields shows what it would delete before it begins', async ({ page, open }) => {
  await open('scene=rules-first&place=conn-1/finance-eu/in/&page=new');
  await page.locator('[data-template="bucketToFolder"]').click();
  await page.getByLabel('To the folder').fill('/home/kim/Mirror');
  await expect(page.getByRole('combobox', { name: 'If something else of that name is there' })).toHaveText(/Keep both/);
  await page.getByRole('checkbox', { name: /mirror/ }).check();
  await expect(page.getByTestId('preview')).toContainText(
    'What is deleted in the bucket is deleted in the folder as well.',
  );
  await page.getByRole('button', { name: 'Start the rule' }).click();
  const asked = page.getByRole('dialog');
  await expect(asked).toContainText('3 files are deleted');
  await asked.getByRole('button', { name: 'Delete 3 files and begin' }).click();
  await expect(page.locator('main [data-rule-mark="on"]')).toBeVisible();
  await slot(page, 'mirror').click();
  await expect(page.getByLabel('At once, percent at most')).toHaveValue('50');
  await page.getByLabel('At once, files at most').fill('10');
  await page.getByRole('checkbox', { name: /mirror/ }).uncheck();
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('sentence')).toContainText('What is deleted in the bucket stays in the folder');
});

test('what a step acts on is chosen among what it can take, and taken away again', async ({ page, open }) => {
  await open('scene=rules&page=rule-3');
  await page.getByRole('button', { name: 'Add a step' }).click();
  await page.getByRole('menuitem', { name: 'Set tags' }).click();
  await page.getByLabel('Tags', { exact: true }).fill('seen=yes');
  await page.keyboard.press('Escape');
  await slot(page, 'source.1').click();
  await expect(page.getByRole('dialog').getByRole('radio')).toHaveCount(0);
  await page.getByRole('dialog').getByLabel('Bucket', { exact: true }).fill('finance-eu');
  await page.getByLabel('Key of the object').fill('report.pdf');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await expect(sentence(page)).toContainText('then tag finance-eu/report.pdf with seen=yes');
  await expect(page.getByRole('button', { name: 'Save' })).toBeEnabled();

  await slot(page, 'kind').click();
  await page.getByRole('radio', { name: 'Something in a bucket' }).click();
  await page.keyboard.press('Escape');
  await slot(page, 'source.1').click();
  await page.getByRole('radio', { name: 'What the trigger or a step before brings' }).click();
  await page.keyboard.press('Escape');
  await expect(sentence(page)).toContainText('then tag it with seen=yes');
});

test('a rule acts again on some days, counted first; the audit log is sent to a bucket', async ({ page, open }) => {
  await open('scene=rules&page=rule-1');
  await act(page, 'rule.backfill');
  await page.getByRole('dialog').getByRole('button', { name: 'Count' }).click();
  await expect(page.getByRole('dialog')).toContainText('42 fit, of 1,730 that are there.');
  await page.getByRole('dialog').getByRole('button', { name: 'Run for 42' }).click();
  await expect(page.getByText('Invoices in: 42 runs started.')).toBeVisible();
  await act(page, 'rules.audit');
  await page.getByRole('dialog').getByLabel('Bucket', { exact: true }).fill('archive');
  await page.keyboard.press('Tab');
  await page.getByRole('dialog').getByRole('button', { name: 'Send it there' }).click();
  await expect(page.getByText('The audit log is sent to archive.')).toBeVisible();
  await act(page, 'rules.audit');
  await expect(page.getByRole('dialog').getByLabel('Bucket', { exact: true })).toHaveValue('archive');
  await page.getByRole('dialog').getByRole('button', { name: 'Stop sending' }).click();
  await expect(page.getByText('The audit log stays on this computer.')).toBeVisible();
});

test('a folder is picked in a dialog over the popover, and the focus is back at its part', async ({ page, open }) => {
  await open('scene=rules&page=rule-1');
  await slot(page, 'action.0').click();
  await page.getByRole('button', { name: 'Choose…' }).click();
  await expect(page.getByLabel('Folder on the computer')).toHaveValue('/home/kim/Invoices 2026');
  await page.getByRole('button', { name: 'Up one folder' }).click();
  await page.getByRole('option', { name: 'Pictures' }).click();
  await expect(page.getByLabel('Folder on the computer')).toHaveValue('/home/kim/Pictures');
  await page.getByRole('button', { name: 'Take this folder' }).click();
  await expect(sentence(page)).toContainText('download it to ~/Pictures');
  await expect(slot(page, 'action.0')).toBeFocused();
});

test('a template says what it gives, and a placeholder that means nothing is told', async ({ page, open }) => {
  await open('scene=rules&page=rule-1');
  await slot(page, 'action.1').click();
  const name = page.getByLabel('Name there');
  await name.fill('{date:yyyy}/{stem}-old.{ext}');
  await expect(page.getByText(/finance-eu\/done\/\d{4}\/invoice-7-old\.pdf/)).toBeVisible();
  await name.fill('{nmae}');
  await expect(page.getByText('{nmae} stands for nothing.').first()).toBeVisible();
  await expect(page.getByRole('button', { name: 'Save' })).toBeDisabled();
});

test('what the engine refuses stands at its part', async ({ page, open }) => {
  await open('scene=rules&page=rule-1');
  await slot(page, 'action.1').click();
  await page.getByLabel('Bucket', { exact: true }).fill('gone');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(slot(page, 'action.1')).toHaveAttribute('data-missing', '');
  await expect(page.getByTestId('save-bar')).toContainText('Not saved: see the part that is marked.');
  await slot(page, 'action.1').click();
  await expect(page.getByRole('dialog').getByText(/there is no bucket gone/)).toBeVisible();
});

test('a schedule says its next times, and what is wrong with it', async ({ page, open }) => {
  await open('scene=rules&page=rule-3');
  await slot(page, 'times').click();
  await expect(page.getByRole('dialog').getByRole('listitem')).toHaveCount(5);
  await page.getByLabel('As cron').fill('0 8 * *');
  await expect(page.getByRole('dialog').getByText('None: these times cannot be read.')).toBeVisible();
  await page.getByLabel('As cron').fill('0 8 * * 1-5');
  await expect(sentence(page)).toContainText('every weekday at 8:00');
  await page.getByRole('dialog').getByRole('combobox', { name: 'How often' }).click();
  await page.getByRole('option', { name: 'every hour' }).click();
  await expect(page.getByLabel('As cron')).toHaveValue('0 * * * *');
});

test('the history is searched, its failed runs are retried or given up, and it is exported', async ({ page, open }) => {
  await open('scene=rules-failed&page=rule-1');
  const grid = page.getByRole('grid', { name: 'History of Invoices in' });
  await expect(grid).toHaveAttribute('aria-rowcount', '1219');
  await page.locator('[data-filter="failed"]').click();
  await expect(grid).toHaveAttribute('aria-rowcount', '15');
  await run(page, 0).click();
  await page.keyboard.press('Enter');
  const details = page.getByTestId('run');
  await expect(details.getByRole('listitem')).toHaveCount(2);
  await expect(details).toContainText('The server refused');
  await details.getByRole('button', { name: 'Retry' }).click();
  await expect(page.locator('[data-filter="failed"]')).toContainText('13');
  await page.getByRole('button', { name: 'Give up all failed…' }).click();
  await expect(page.getByRole('dialog')).toContainText('Give up 13 failed runs?');
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('button', { name: 'Retry all failed' }).click();
  await expect(page.locator('[data-filter="failed"]')).toContainText('0');
  await page.getByRole('button', { name: 'Show all runs' }).click();
  await page.getByRole('searchbox', { name: 'Search by name' }).fill('invoice-001216');
  await expect(grid).toHaveAttribute('aria-rowcount', '2');
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export the history' }).click();
  await page.getByRole('menuitem', { name: 'As a table (CSV)…' }).click();
  const file = await saved;
  expect(file.suggestedFilename()).toBe('Invoices-in-history.csv');
  const lines = (await readFile(await file.path(), 'utf8')).trim().split('\r\n');
  expect(lines).toHaveLength(2);
  expect(lines[1]).toContain('in/2026/invoice-001216.pdf');
});

test('a hundred thousand runs are scrolled to their end', async ({ page, open }) => {
  await open('scene=rules-huge&page=rule-1');
  await run(page, 0).click();
  await page.keyboard.press('End');
  await expect(run(page, 99_999)).toContainText('invoice-000001');
  await expect(page.locator('[data-rule]')).toHaveCount(30);
  await page.getByRole('button', { name: 'All 500 rules' }).click();
  await expect(page.getByRole('grid', { name: 'All rules' })).toHaveAttribute('aria-rowcount', '501');
});

test('all rules are paused and resumed, one is stopped and resumed', async ({ page, open }) => {
  await open('scene=rules-stopped&page=rule-1');
  await page.getByRole('alert').getByRole('button', { name: 'Resume' }).click();
  await expect(page.getByRole('alert')).toBeHidden();
  await act(page, 'rules.pauseAll');
  await expect(page.getByRole('alert')).toContainText('All rules are paused.');
  await expect(page.locator('[data-mark="waits"]').first()).toBeVisible();
  await page.getByRole('button', { name: 'Resume all' }).click();
  await expect(page.getByRole('alert')).toBeHidden();
});

test('a notice brings what is to be copied', async ({ page, open }) => {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await open('scene=rules&page=rule-1');
  await act(page, 'rule.run');
  await expect(page.getByText('invoice-00007.pdf can be downloaded for a day.')).toBeVisible();
  await page.getByRole('button', { name: 'Copy', exact: true }).click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain('X-Amz-Signature');

  // A link that went by is there again, in the history.
  await page.locator('[data-rule="rule-5"]').click();
  await run(page, 0).click();
  await page.keyboard.press('Enter');
  await page.getByTestId('run').getByRole('button', { name: 'Copy a new link' }).click();
  // A day was asked for; the credentials end before.
  const ends = 'then the temporary credentials of this connection end, and the link with them.';
  await expect(page.getByText(`Copied. Whoever has this link`)).toContainText(ends);
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain('public/index.html');
});

test('a rule is removed after a question, duplicated as a draft, and reached from the palette', async ({
  page,
  open,
}) => {
  await open('scene=rules&place=conn-1/finance-eu/');
  await anyRow(page).waitFor();
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').fill('open the rule scans');
  await expect(page.getByRole('option').first()).toContainText('Scans out');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Scans out' })).toBeVisible();
  await act(page, 'rule.duplicate');
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue('Scans out copy');
  await page.getByRole('button', { name: 'Start over' }).click();
  await page.locator('[data-rule="rule-2"]').click();
  await act(page, 'rule.remove');
  await page.getByRole('button', { name: 'Remove rule' }).click();
  await expect(page.getByRole('heading', { name: 'All rules' })).toBeVisible();
  await expect(page.locator('[data-rule="rule-2"]')).toHaveCount(0);
  await page.keyboard.press('Alt+ArrowLeft');
  await expect(anyRow(page)).toContainText('2024');
});

test('a finished transfer is made a rule', async ({ page, open }) => {
  await open('scene=done&open=transfers&place=conn-1/');
  await page
    .getByTestId('job')
    .first()
    .click({ button: 'right', position: { x: 200, y: 12 } });
  await page.getByRole('menuitem', { name: 'Make it a rule…' }).click();
  await expect(sentence(page)).toHaveText(
    'When a file appears or changes in choose a folder, upload it to finance-eu/in/2026.',
  );
});

test('what is dropped with Alt is kept in step from now on', async ({ page, open }) => {
  await open('scene=rules&place=conn-1/finance-eu/2026/');
  await anyRow(page).waitFor();
  const area = page.locator('[data-testid="drop-area"]');
  const drag = await dragOver(page, { paths: [import.meta.dirname], over: area, alt: true });
  await expect(area).toContainText('Keep in step from now on: finance-eu/2026/');
  await drag.drop();
  await expect(sentence(page)).toContainText('upload it to finance-eu/2026/states');
});
