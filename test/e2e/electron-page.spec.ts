import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ElectronApplication, expect, type Page, test } from '@playwright/test';
import { appDir, launchApp, makeTestFolders, spawnApp, type TestFolders } from '../electron-stand-in/launch-app.ts';

/**
 * What the shell lets its page do, and what it does not. It is asked of one app, whose page is loaded again for each
 * question; electron-shell.spec.ts has what begins or ends with an app of its own. Runs on the stand-in and on the real binary.
 */
let folders: TestFolders;
let app: ElectronApplication;
let page: Page;

test.beforeAll(async () => {
  folders = makeTestFolders();
  mkdirSync(join(folders.home, 'Downloads'), { recursive: true });
  ({ app, page } = await launchApp({ folders }));
});

test.beforeEach(async () => {
  await page.reload();
});

test.afterAll(async () => {
  await app?.close();
  await folders.remove();
});

const call = (name: string, input: object = {}): Promise<unknown> =>
  page.evaluate(([name, input]) => window.brigade.call(name, input), [name, input] as const);

test('the window opens on app://, visible, with the content policy on every answer', async () => {
  await expect
    .poll(() =>
      app.evaluate(({ BrowserWindow }) =>
        BrowserWindow.getAllWindows().map((each) => ({ url: each.webContents.getURL(), visible: each.isVisible() })),
      ),
    )
    .toEqual([{ url: 'app://bucket-brigade/index.html', visible: true }]);
  await expect(page).toHaveTitle(/Bucket Brigade/);
  for (const path of ['/index.html', '/no-such-file.js']) {
    const policy = await page.evaluate(
      async (path) => (await fetch(path)).headers.get('content-security-policy'),
      path,
    );
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toContain('unsafe-eval');
  }
  expect(await page.evaluate(() => fetch('https://example.com/').then(String, () => 'blocked'))).toBe('blocked');
});

test('the page has three functions and nothing of Node or Electron', async () => {
  const seen = await page.evaluate(() => ({
    bridge: Object.fromEntries(Object.entries(window.brigade).map(([name, value]) => [name, typeof value])),
    isFrozen: Object.isFrozen(window.brigade),
    node: ['require', 'process', 'module', 'Buffer', 'global', 'ipcRenderer', 'electron'].filter(
      (name) => name in window,
    ),
  }));
  expect(seen).toEqual({
    bridge: { call: 'function', onBatch: 'function', onShowRule: 'function', pathOf: 'function' },
    isFrozen: true,
    node: [],
  });
});

test('calls reach the engine and its batches reach the page', async () => {
  expect(await call('app.info')).toMatchObject({ ok: true, value: { host: 'electron', dataFolder: folders.dataDir } });
  expect(await call('no.such.command')).toMatchObject({ ok: false, error: { code: 'InvalidInput' } });
  expect(await call('listing.close', { listingId: 7 })).toMatchObject({ ok: false, error: { code: 'InvalidInput' } });

  const batch = page.evaluate(
    () =>
      new Promise((resolve) => {
        const stop = window.brigade.onBatch((received) => {
          if (!JSON.stringify(received).includes('connections.changed')) return;
          stop();
          resolve(received);
        });
      }),
  );
  expect(await call('thisComputer.start')).toMatchObject({ ok: true });
  expect(await batch).toMatchObject({ seq: expect.any(Number) });
});

test('another page with the same preload is refused', async () => {
  const preload = join(appDir, 'out/preload/preload.cjs');
  const opened = app.waitForEvent('window');
  await app.evaluate(async ({ BrowserWindow }, preload) => {
    const other = new BrowserWindow({
      show: false,
      webPreferences: { preload, sandbox: true, contextIsolation: true },
    });
    await other.loadURL('data:text/html,<title>another</title>');
  }, preload);
  const other = await opened;
  await expect(other).toHaveTitle('another');
  const answer = await other.evaluate(() => window.brigade.call('app.info', {}).then(String, (error) => String(error)));
  expect(answer).toContain('may not call the engine');

  // Our own origin, but not our window.
  await app.evaluate(async ({ BrowserWindow, webContents }, mine) => {
    const window = BrowserWindow.getAllWindows().find((each) => !each.webContents.getURL().startsWith(mine));
    await window?.loadURL(`${mine}/index.html`);
    return webContents.getAllWebContents().length;
  }, 'app://bucket-brigade');
  const second = await other.evaluate(() => window.brigade.call('app.info', {}).then(String, (error) => String(error)));
  expect(second).toContain('may not call the engine');
  await other.close();
  await expect.poll(() => app.windows().length).toBe(1);
});

test('the window stays where it is: navigation, new windows and foreign frames are refused', async () => {
  await app.evaluate(({ shell }) => {
    const opened: string[] = [];
    Object.assign(globalThis, { opened });
    shell.openExternal = async (url) => void opened.push(url);
  });
  const before = page.url();
  await page.evaluate(() => {
    location.href = 'https://example.com/';
  });
  const results = await page.evaluate(() =>
    ['https://docs.example.com/help', 'http://example.com/', 'file:///etc/passwd', 'javascript:alert(1)'].map(
      (url) => window.open(url) === null,
    ),
  );
  expect(results).toEqual([true, true, true, true]);
  await page.evaluate(() => {
    const frame = document.createElement('iframe');
    frame.src = 'https://example.com/';
    document.body.append(frame);
  });
  expect(page.url()).toBe(before);
  expect(await call('app.info')).toMatchObject({ ok: true });
  expect(app.windows()).toHaveLength(1);
  const opened = await app.evaluate(() => (globalThis as unknown as { opened: string[] }).opened);
  expect(opened).toEqual(['https://docs.example.com/help']);
});

test('the protocol serves the renderer and nothing beside it', async () => {
  const statuses = await page.evaluate(async () => {
    const paths = [
      '/index.html',
      '/..%2f..%2fpackage.json',
      '/%2e%2e%2fmain%2fapp.js',
      '/..%5c..%5cpackage.json',
      '/assets/..%2f..%2f..%2fmain%2fapp.js',
      '/%00',
      '/%zz',
      '/package.json',
    ];
    const found: Record<string, number> = {};
    for (const path of paths) found[path] = (await fetch(path)).status;
    found['POST'] = (await fetch('/index.html', { method: 'POST', body: 'x' })).status;
    return found;
  });
  expect(statuses).toEqual({
    '/index.html': 200,
    '/..%2f..%2fpackage.json': 403,
    '/%2e%2e%2fmain%2fapp.js': 403,
    '/..%5c..%5cpackage.json': 403,
    '/assets/..%2f..%2f..%2fmain%2fapp.js': 403,
    '/%00': 403,
    '/%zz': 403,
    '/package.json': 404,
    POST: 405,
  });
});

test('permissions are denied, except writing text to the clipboard', async () => {
  const states = await page.evaluate(async () => {
    const ask = async (name: string) => (await navigator.permissions.query({ name: name as PermissionName })).state;
    return {
      geolocation: await ask('geolocation'),
      notifications: await Notification.requestPermission(),
      camera: await ask('camera'),
      clipboardRead: await ask('clipboard-read'),
      clipboardWrite: await ask('clipboard-write'),
    };
  });
  expect(states).toEqual({
    geolocation: 'denied',
    notifications: 'denied',
    camera: 'denied',
    clipboardRead: 'denied',
    clipboardWrite: 'granted',
  });
});

test('a file is shown in the file manager only when it is there', async () => {
  await app.evaluate(({ shell }) => {
    const shown: string[] = [];
    Object.assign(globalThis, { shown });
    shell.showItemInFolder = (path) => void shown.push(path);
  });
  const file = join(folders.root, 'here.txt');
  writeFileSync(file, 'x');
  expect(await call('hostFiles.reveal', { path: file })).toEqual({ ok: true, value: {} });
  expect(await call('hostFiles.reveal', { path: `${file}.gone` })).toMatchObject({ error: { code: 'FileNotFound' } });
  expect(await call('hostFiles.reveal', { path: 'here.txt' })).toMatchObject({ error: { code: 'InvalidInput' } });
  expect(await app.evaluate(() => (globalThis as unknown as { shown: string[] }).shown)).toEqual([file]);
});

test('a dropped file has its path, and what is made in the page has none', async () => {
  const folder = join(folders.root, 'a folder');
  mkdirSync(folder);
  const file = join(folder, 'naïve file.txt');
  writeFileSync(file, 'content');
  await page.evaluate(() => {
    const target = document.createElement('div');
    target.id = 'drop-target';
    target.style.cssText = 'position: fixed; inset: 0; z-index: 2147483647';
    document.body.append(target);
    target.addEventListener('dragover', (event) => event.preventDefault());
    target.addEventListener('drop', (event) => {
      event.preventDefault();
      event.stopPropagation();
      const files = [...(event.dataTransfer?.files ?? [])];
      target.dataset['paths'] = JSON.stringify(files.map((each) => window.brigade.pathOf(each)));
    });
  });
  const devtools = await page.context().newCDPSession(page);
  const data = { items: [], files: [file, folder], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await devtools.send('Input.dispatchDragEvent', { type, x: 100, y: 100, data });
  }
  const target = page.locator('#drop-target');
  await expect(target).toHaveAttribute('data-paths', JSON.stringify([file, folder]));
  expect(
    await page.evaluate(() => [
      window.brigade.pathOf(new File(['x'], 'made.txt')),
      window.brigade.pathOf('/etc/passwd'),
    ]),
  ).toEqual(['', '']);
});

test('a second start brings the first window to the front and ends', async () => {
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.minimize());
  const second = spawnApp({ folders });
  const [code] = await once(second, 'exit');
  expect(code).toBe(0);
  await expect
    .poll(() => app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().map((each) => each.isMinimized())))
    .toEqual([false]);
  expect(app.windows()).toHaveLength(1);
});

test('the menu has the standard roles and Help', async () => {
  const menu = await app.evaluate(({ Menu }) =>
    Menu.getApplicationMenu()?.items.map((item) => (item.role ?? item.label).toLowerCase()),
  );
  expect(menu).toEqual([
    process.platform === 'darwin' ? 'appmenu' : 'filemenu',
    'editmenu',
    'view',
    'windowmenu',
    'help',
  ]);
});
