import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type ElectronApplication, expect, type Page, test } from '@playwright/test';
import type { CommandInput, CommandName, CommandOutput } from '../../shared/contract/commands.ts';
import type { Result } from '../../shared/result.ts';
import { type LaunchOptions, launchApp, makeTestFolders, type TestFolders } from '../electron-stand-in/launch-app.ts';

/** The engine behind the shell: dropped files, secrets in the system's keychain, quitting and being killed. */
const projectDir = resolve(import.meta.dirname, '../..');
let folders: TestFolders;
let app: ElectronApplication;
let page: Page;

test.beforeEach(() => {
  folders = makeTestFolders();
  mkdirSync(folders.home, { recursive: true });
});
test.afterEach(async () => {
  await app?.close();
  await folders.remove();
});

const start = async (options: Omit<LaunchOptions, 'folders'> = {}): Promise<void> => {
  ({ app, page } = await launchApp({ folders, ...options }));
};

const call = <N extends CommandName>(name: N, input: CommandInput<N>): Promise<Result<CommandOutput<N>>> =>
  page.evaluate(([name, input]) => window.brigade.call(name, input), [name, input] as const) as Promise<
    Result<CommandOutput<N>>
  >;

async function valueOf<T>(result: Promise<Result<T>>): Promise<T> {
  const settled = await result;
  if (!settled.ok) throw new Error(JSON.stringify(settled.error));
  return settled.value;
}

const secretAccessKey = `secret/${randomBytes(20).toString('hex')}`;
const connection = {
  name: 'Finance archive',
  auth: { type: 'accessKey', accessKeyId: 'AKIAEXAMPLEEXAMPLE12', secretAccessKey },
  endpointUrl: 'http://127.0.0.1:9',
} as const;

/** Every file below the folder that holds the text, in any of the encodings a careless writer would use. */
function filesWith(folder: string, text: string): string[] {
  const needles = [Buffer.from(text), Buffer.from(text, 'utf16le'), Buffer.from(Buffer.from(text).toString('base64'))];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => needles.some((needle) => readFileSync(file).includes(needle)));
}

/** What the vault has to open it with, by its own file. */
function vaultMethods(): string[] {
  const vault = JSON.parse(readFileSync(join(folders.dataDir, 'vault.json'), 'utf8')) as {
    wraps: { method: string }[];
  };
  return vault.wraps.map((wrap) => wrap.method);
}

test('a file dropped on the window goes up by its path and is verified', async () => {
  await start();
  const { connection: local } = await valueOf(call('thisComputer.start', { folder: join(folders.root, 'buckets') }));
  await valueOf(call('buckets.create', { connectionId: local.id, bucket: 'shell-drop' }));
  const content = randomBytes(300_000);
  const file = join(folders.root, 'dropped file.bin');
  writeFileSync(file, content);

  await page.evaluate(() => {
    const target = document.createElement('div');
    target.id = 'drop-target';
    target.style.cssText = 'position: fixed; inset: 0; z-index: 2147483647';
    document.body.append(target);
    target.addEventListener('dragover', (event) => event.preventDefault());
    target.addEventListener('drop', (event) => {
      event.preventDefault();
      event.stopPropagation();
      target.dataset['path'] = window.brigade.pathOf(event.dataTransfer?.files[0]);
    });
  });
  const devtools = await page.context().newCDPSession(page);
  const data = { items: [], files: [file], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await devtools.send('Input.dispatchDragEvent', { type, x: 100, y: 100, data });
  }
  await expect(page.locator('#drop-target')).toHaveAttribute('data-path', file);
  const path = (await page.locator('#drop-target').getAttribute('data-path')) ?? '';

  const { entries } = await valueOf(call('hostFiles.inspect', { paths: [path] }));
  expect(entries).toMatchObject([{ path, isFolder: false, sizeBytes: content.length }]);
  const key = 'in/dropped file.bin';
  const request: CommandInput<'transfers.start'>['request'] = {
    kind: 'upload',
    connectionId: local.id,
    conflict: 'fail',
    bucket: 'shell-drop',
    items: [{ file: path, key }],
  };
  const { jobId } = await valueOf(call('transfers.start', { request }));
  await expect
    .poll(async () => (await valueOf(call('transfers.list', {}))).jobs.find((job) => job.id === jobId)?.state)
    .toBe('done');
  expect(await valueOf(call('objects.stat', { connectionId: local.id, bucket: 'shell-drop', key }))).toMatchObject({
    sizeBytes: content.length,
  });
});

test('files and folders dragged from the desktop onto the list go up, and come back through the dialog', async () => {
  await start();
  await page.getByRole('button', { name: 'Try it with a bucket on this computer' }).click();
  await page.getByRole('row', { name: /my-bucket/ }).dblclick();
  await expect(page.getByRole('heading', { name: 'This bucket is empty' })).toBeVisible();

  const folder = join(folders.root, 'Grüße & more');
  mkdirSync(join(folder, 'below'), { recursive: true });
  writeFileSync(join(folder, 'below', 'deep.txt'), 'deep');
  const content = randomBytes(2_000_000);
  const file = join(folders.root, 'report 2026.bin');
  writeFileSync(file, content);
  const box = await page.getByRole('grid').boundingBox();
  if (!box) throw new Error('There is no list.');
  const devtools = await page.context().newCDPSession(page);
  const place = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  const data = { items: [], files: [file, folder], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await devtools.send('Input.dispatchDragEvent', { type, ...place, data });
  }
  const row = page.getByRole('row', { name: /report 2026\.bin/ });
  await expect(row).toBeVisible();
  await expect(page.getByRole('row', { name: /Grüße & more/ })).toBeVisible();
  await expect(page.getByRole('status').filter({ hasText: 'All transfers are done' })).toBeAttached();

  const target = join(folders.root, 'target');
  mkdirSync(target);
  await app.evaluate(({ dialog }, target) => {
    dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [target] });
    dialog.showSaveDialog = async () => ({ canceled: false, filePath: `${target}/report 2026.bin` });
  }, target);
  await row.click();
  await page.getByRole('button', { name: 'Download' }).click();
  const downloaded = join(target, 'report 2026.bin');
  await expect.poll(() => existsSync(downloaded)).toBe(true);
  expect(readFileSync(downloaded).equals(content)).toBe(true);
});

test('a secret is sealed by the keychain and can be used after a restart @scripted', async () => {
  await start({ keyring: 'gnome_libsecret' });
  const added = await valueOf(call('connections.add', { connection }));
  expect(JSON.stringify(added)).not.toContain(secretAccessKey);
  const { connection: local } = await valueOf(call('thisComputer.start', { folder: join(folders.root, 'buckets') }));
  expect(vaultMethods()).toEqual(['keychain']);
  expect(existsSync(join(folders.dataDir, 'vault.key'))).toBe(false);
  await app.close();
  expect(filesWith(folders.dataDir, secretAccessKey)).toEqual([]);

  await start({ keyring: 'gnome_libsecret' });
  const { connections } = await valueOf(call('connections.list', {}));
  expect(connections.map((each) => each.name)).toContain(connection.name);
  expect(JSON.stringify(connections)).not.toContain(secretAccessKey);
  // The server checks the signature, so listing needs the secret that was sealed before the restart.
  await valueOf(call('thisComputer.start', {}));
  await valueOf(call('buckets.list', { connectionId: local.id }));
  await app.close();

  // Another machine, or another person: the keychain does not have the key.
  await start({ keyring: 'unavailable' });
  const locked = await call('buckets.list', { connectionId: local.id });
  expect(locked).toMatchObject({ ok: false, error: { code: 'KeyringUnavailable' } });
});

for (const keyring of ['basic_text', 'hard_coded_key', 'unavailable']) {
  test(`a secret is refused, and nothing of it written, and the window says what to do, with the keyring ${keyring} @scripted`, async () => {
    await start({ keyring });
    const refused = await call('connections.add', { connection });
    expect(refused).toMatchObject({ ok: false, error: { code: 'KeyringUnavailable' } });
    expect(await valueOf(call('connections.list', {}))).toEqual({ connections: [] });
    await page.getByRole('button', { name: 'Try it with a bucket on this computer' }).click();
    await expect(page.getByText("The system's keychain cannot be used.")).toBeVisible();
    await expect(page.getByText(/GNOME Keyring or KWallet/)).toBeVisible();
    await page.screenshot({ path: test.info().outputPath('no-keyring.png') });
    await app.close();
    expect(existsSync(join(folders.dataDir, 'vault.json'))).toBe(false);
    expect(existsSync(join(folders.dataDir, 'vault.key'))).toBe(false);
    expect(filesWith(folders.dataDir, secretAccessKey)).toEqual([]);
  });
}

test('without a keyring a passphrase protects the secrets @scripted', async () => {
  await start({ keyring: 'basic_text', env: { BRIGADE_VAULT_PASSPHRASE: 'a long passphrase' } });
  await valueOf(call('connections.add', { connection }));
  expect(vaultMethods()).toEqual(['passphrase']);
  await app.close();
  expect(filesWith(folders.dataDir, secretAccessKey)).toEqual([]);
});

test('the command line and the window share one engine, whichever came first', async () => {
  const brigade = (...args: string[]): { status: number | null; stdout: string; stderr: string } =>
    spawnSync(process.execPath, [join(projectDir, 'main/headless/brigade.mjs'), ...args], {
      encoding: 'utf8',
      env: { ...process.env, HOME: folders.home, BRIGADE_DATA_DIR: folders.dataDir },
    });
  await start();
  const { connection: local } = await valueOf(call('thisComputer.start', { folder: join(folders.root, 'buckets') }));
  const made = brigade('mb', 's3://from-the-command', '--connection', local.name);
  expect({ status: made.status, said: made.stderr }).toMatchObject({ status: 0 });
  const { buckets } = await valueOf(call('buckets.list', { connectionId: local.id }));
  expect(buckets.map((bucket) => bucket.name)).toContain('from-the-command');
  await app.close();

  const serve = spawn(process.execPath, [join(projectDir, 'main/headless/brigade.mjs'), 'serve'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, HOME: folders.home, BRIGADE_DATA_DIR: folders.dataDir },
  });
  try {
    await once(serve.stdout, 'data');
    await start();
    expect(await valueOf(call('app.info', {}))).toMatchObject({ host: 'electron', dataFolder: folders.dataDir });
    expect((await valueOf(call('connections.list', {}))).connections).toHaveLength(1);
    await app.close();
    expect(serve.exitCode).toBe(null);
  } finally {
    serve.kill('SIGTERM');
    await once(serve, 'exit');
  }
});

test('quitting closes the engine cleanly, and a killed app starts again with what it had', async () => {
  await start();
  await valueOf(call('thisComputer.start', { folder: join(folders.root, 'buckets') }));
  await app.close();
  // SQLite removes the write-ahead log when the last connection is closed properly.
  expect(readdirSync(folders.dataDir).filter((name) => name.endsWith('-wal'))).toEqual([]);
  await start();
  expect((await valueOf(call('connections.list', {}))).connections).toHaveLength(1);
  await valueOf(call('thisComputer.start', {}));

  const child = app.process();
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
  await start();
  expect((await valueOf(call('connections.list', {}))).connections).toHaveLength(1);
  await valueOf(call('thisComputer.start', {}));
});
