import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ElectronApplication, expect, type Page, test } from '@playwright/test';
import type { PreloadBridge } from '../../shared/contract/preload-bridge.ts';
import {
  firstPage,
  launchApp,
  type LaunchOptions,
  launchWithoutWindow,
  makeTestFolders,
  spawnApp,
  type TestFolders,
} from '../electron-stand-in/launch-app.ts';

/** For all specs of the app. */
declare global {
  interface Window {
    readonly brigade: PreloadBridge;
  }
}

/**
 * The built Electron shell, unmodified, driven from outside. On the stand-in in `npm test`; `npm run smoke:electron` runs the
 * same file on the real binary, so nothing here may know which one it is.
 */
let folders: TestFolders;
let app: ElectronApplication;
let page: Page;

test.beforeEach(async () => {
  folders = makeTestFolders();
  mkdirSync(join(folders.home, 'Downloads'), { recursive: true });
});

test.afterEach(async () => {
  await app?.close();
  await folders.remove();
});

const start = async (options: Omit<LaunchOptions, 'folders'> = {}): Promise<void> => {
  ({ app, page } = await launchApp({ folders, ...options }));
};

const call = (name: string, input: object = {}): Promise<unknown> =>
  page.evaluate(([name, input]) => window.brigade.call(name, input), [name, input] as const);

test('dialogs start in Downloads, then where the last one ended, also after a restart', async () => {
  await start();
  const answerWith = (paths: string[]): Promise<void> =>
    app.evaluate(({ dialog }, paths) => {
      const asked: unknown[] = [];
      Object.assign(globalThis, { asked });
      dialog.showOpenDialog = async (...args: unknown[]) => {
        asked.push(args.at(-1));
        return { canceled: paths.length === 0, filePaths: paths };
      };
      dialog.showSaveDialog = async (...args: unknown[]) => {
        asked.push(args.at(-1));
        return { canceled: false, filePath: paths[0] ?? '' };
      };
    }, paths);
  const asked = (): Promise<unknown> => app.evaluate(() => (globalThis as unknown as { asked: unknown[] }).asked);

  const picked = join(folders.root, 'invoices');
  await answerWith([picked]);
  expect(await call('hostFiles.pick', { what: 'folder', title: 'Where to' })).toEqual({
    ok: true,
    value: { paths: [picked] },
  });
  expect(await asked()).toMatchObject([
    {
      title: 'Where to',
      defaultPath: join(folders.home, 'Downloads'),
      properties: ['openDirectory', 'createDirectory'],
    },
  ]);

  await answerWith([]);
  expect(await call('hostFiles.pick', { what: 'files', title: 'Which' })).toEqual({ ok: true, value: { paths: null } });
  expect(await asked()).toMatchObject([{ defaultPath: picked, properties: ['openFile', 'multiSelections'] }]);

  await app.close();
  await start();
  const saved = join(folders.root, 'elsewhere', 'report.pdf');
  await answerWith([saved]);
  const input = { what: 'saveFile', title: 'Save', name: '../../etc/report.pdf' };
  expect(await call('hostFiles.pick', input)).toEqual({ ok: true, value: { paths: [saved] } });
  expect(await asked()).toMatchObject([{ defaultPath: join(picked, 'report.pdf') }]);
  expect(await call('hostFiles.pick', { what: 'everything', title: '' })).toMatchObject({ ok: false });
});

test('the window comes back where it was', async () => {
  await start();
  const bounds = { x: 40, y: 60, width: 1000, height: 700 };
  await app.evaluate(({ BrowserWindow }, bounds) => BrowserWindow.getAllWindows()[0]?.setBounds(bounds), bounds);
  await app.close();
  await start();
  const restored = await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getNormalBounds());
  expect(restored).toMatchObject({ width: 1000, height: 700 });
});

test('a page that crashes is loaded again', async () => {
  await start();
  const crashed = page.waitForEvent('crash');
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer());
  await crashed;
  const answers = (): Promise<unknown> =>
    app
      .evaluate(({ BrowserWindow }) =>
        BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript(
          'window.brigade.call("app.info", {}).then((result) => result.ok)',
        ),
      )
      // Asked while there is no page.
      .catch(() => false);
  await expect.poll(answers).toBe(true);
});

test('a bug ends the app with a note of it, after the engine has closed', async () => {
  await start();
  expect(await call('app.info')).toMatchObject({ ok: true });
  const gone = once(app.process(), 'exit');
  const said = join(folders.root, 'said.txt');
  await app.evaluate(({ dialog }, said) => {
    const { writeFileSync } = process.getBuiltinModule('node:fs');
    dialog.showErrorBox = (title, content) => writeFileSync(said, `${title}\n${content}`);
    setTimeout(() => {
      throw new Error('a bug of the test');
    });
  }, said);
  expect(await gone).toEqual([1, null]);
  const crashLog = join(folders.dataDir, 'crash.log');
  expect(readFileSync(crashLog, 'utf8')).toContain('a bug of the test');
  expect(readFileSync(said, 'utf8')).toContain('Bucket Brigade has to close');
  expect(readFileSync(said, 'utf8')).toContain(crashLog);
  expect(existsSync(join(folders.dataDir, 'brigade.sqlite-wal'))).toBe(false);
});

test('a data folder that cannot be used is said in the window, and closing it quits', async () => {
  mkdirSync(folders.dataDir, { recursive: true });
  const database = join(folders.dataDir, 'brigade.sqlite');
  writeFileSync(database, 'this is not a database, but it is not empty either');
  await start();
  await expect(page.getByRole('alert')).toContainText('Bucket Brigade could not open its data');
  await expect(page.getByRole('alert')).toContainText('DatabaseCorrupt');
  await expect(page.getByRole('alert')).toContainText(folders.dataDir);
  expect(readFileSync(database, 'utf8')).toContain('not a database');
  const gone = once(app.process(), 'exit');
  await app.evaluate(({ BrowserWindow }) => {
    setImmediate(() => BrowserWindow.getAllWindows()[0]?.close());
  });
  await gone;
  expect(existsSync(database)).toBe(true);
});

test('a data folder that is no folder, or of a newer version, is said as such', async () => {
  writeFileSync(folders.dataDir, 'a file where the folder should be');
  await start();
  await expect(page.getByRole('alert')).toContainText('Bucket Brigade could not open its data');
  await expect(page.getByRole('alert')).toContainText(folders.dataDir);
  await app.close();
  expect(readFileSync(folders.dataDir, 'utf8')).toBe('a file where the folder should be');

  rmSync(folders.dataDir);
  await start();
  await call('app.info');
  await app.close();
  const file = join(folders.dataDir, 'brigade.sqlite');
  const database = readFileSync(file);
  // The schema's version, at byte 60 of an SQLite file.
  database.writeUInt32BE(9999, 60);
  writeFileSync(file, database);
  await start();
  await expect(page.getByRole('alert')).toContainText('newer version');
  await page.screenshot({ path: test.info().outputPath('start-failed.png') });
  await app.close();
  expect(readFileSync(file).equals(database)).toBe(true);
});

/** What the app shows outside of its window, kept from now on: its tray's menu, notifications, and boxes, which get this answer. */
type Outside = { tray: { items: { label: string; enabled: boolean; click: () => void }[] } | null };
type Shown = { notified: { title: string; body: string; emit: (name: string, event: object) => void }[] };
const watchOutside = (): Promise<void> =>
  app.evaluate(({ dialog, Notification, Tray }) => {
    const outside = { tray: null as unknown, notified: [] as unknown[], asked: [] as string[] };
    Object.assign(globalThis, { outside });
    dialog.showMessageBox = async (...args: unknown[]) => {
      outside.asked.push((args.at(-1) as { message: string }).message);
      return { response: 0, checkboxChecked: false };
    };
    const setContextMenu = Reflect.get(Tray.prototype, 'setContextMenu') as (menu: unknown) => void;
    Tray.prototype.setContextMenu = function (menu) {
      outside.tray = menu;
      setContextMenu.call(this, menu);
    };
    Notification.prototype.show = function () {
      outside.notified.push(this);
    };
  });
const outside = () =>
  app.evaluate(() => {
    const { tray, notified, asked } = (globalThis as unknown as { outside: Outside & Shown & { asked: string[] } })
      .outside;
    return {
      tray: tray?.items.map(({ label }) => label).filter((label) => label !== '' && label !== undefined) ?? [],
      notified: notified.map(({ title, body }) => ({ title, body })),
      asked,
    };
  });
const clickTray = (label: string): Promise<void> =>
  app.evaluate((_electron, label) => {
    const { tray } = (globalThis as unknown as { outside: Outside }).outside;
    setImmediate(() => tray?.items.find((item) => item.label === label)?.click());
  }, label);
const closeWindow = async (): Promise<void> => {
  const closed = page.waitForEvent('close');
  await app.evaluate(({ BrowserWindow }) => {
    setImmediate(() => BrowserWindow.getAllWindows()[0]?.close());
  });
  await closed;
};

test('rules go on while the window is closed, and it comes back by a notification, a second start and the tray', async () => {
  const env = { XDG_CONFIG_HOME: join(folders.home, 'config') };
  await start({ env });
  await watchOutside();
  const { value } = (await call('thisComputer.start', { folder: join(folders.root, 'buckets') })) as {
    value: { connection: { id: string; name: string } };
  };
  await call('buckets.create', { connectionId: value.connection.id, bucket: 'scans' });
  const inbox = join(folders.root, 'inbox');
  mkdirSync(inbox);
  const rule = {
    name: 'Scans out',
    connection: value.connection.name,
    trigger: { type: 'folder', folder: inbox, settleSeconds: 0 },
    actions: [
      { type: 'upload', bucket: 'scans' },
      { type: 'presign', to: 'clipboard' },
    ],
  };
  expect(await call('rules.add', { rule })).toMatchObject({ ok: true });
  const menu = ['Open Bucket Brigade', '1 rule on', 'Pause All Rules', 'Quit Bucket Brigade'];
  await expect.poll(async () => (await outside()).tray).toEqual(menu);

  const settings = page.getByRole('button', { name: 'Settings and help' });
  const setting = page.getByRole('menuitemcheckbox', { name: 'Start at login, without a window' });
  await settings.click();
  await expect(setting).toHaveAttribute('aria-checked', 'false');
  await setting.click();
  const autostart = join(env.XDG_CONFIG_HOME, 'autostart', 'bucket-brigade.desktop');
  const exec = (): string => (existsSync(autostart) ? readFileSync(autostart, 'utf8') : '');
  if (process.platform === 'linux') await expect.poll(exec).toContain(`--hidden --data-dir ${folders.dataDir}`);

  await page.keyboard.press('Escape');
  await closeWindow();
  expect((await outside()).asked).toEqual(['Bucket Brigade goes on in the background']);
  writeFileSync(join(inbox, 'scan 1.pdf'), 'one');
  const link = 'scans/scan 1.pdf\nThe link is on the clipboard.';
  await expect.poll(async () => (await outside()).notified).toEqual([{ title: 'Scans out', body: link }]);
  expect(await app.evaluate(({ clipboard }) => clipboard.readText())).toContain('X-Amz-Signature');

  const opened = app.waitForEvent('window');
  await app.evaluate(() => (globalThis as unknown as { outside: Shown }).outside.notified[0]?.emit('click', {}));
  page = await opened;
  await expect(page.getByRole('heading', { name: 'Scans out' })).toBeVisible();
  await expect(page.getByText('scan 1.pdf').first()).toBeVisible();

  await closeWindow();
  await clickTray('Pause All Rules');
  await expect
    .poll(async () => (await outside()).tray)
    .toEqual(menu.with(1, 'All rules are paused').with(2, 'Resume All Rules'));
  const openedAgain = app.waitForEvent('window');
  const [code] = await once(spawnApp({ folders, env }), 'exit');
  expect(code).toBe(0);
  page = await openedAgain;
  await page.waitForLoadState('domcontentloaded');
  expect(await outside()).toMatchObject({ asked: { length: 1 }, notified: { length: 1 } });

  const gone = once(app.process(), 'exit');
  await clickTray('Quit Bucket Brigade');
  expect(await gone).toEqual([0, null]);
});

test('started at login it shows no window until it is started again, also where it has no tray', async () => {
  app = await launchWithoutWindow({ folders, args: ['--hidden'], env: { STAND_IN_TRAY: 'unavailable' } });
  // After the shell has seen each: whether it was hidden, and how many windows there are.
  await app.evaluate(({ app, BrowserWindow }) => {
    const starts: unknown[] = [];
    Object.assign(globalThis, { starts });
    app.on('second-instance', (_event, argv) => {
      starts.push([argv.includes('--hidden'), BrowserWindow.getAllWindows().length]);
    });
  });
  const starts = () => app.evaluate(() => (globalThis as unknown as { starts: unknown[] }).starts);
  expect(await once(spawnApp({ folders, args: ['--hidden'] }), 'exit')).toEqual([0, null]);
  await expect.poll(starts).toEqual([[true, 0]]);
  expect(await once(spawnApp({ folders }), 'exit')).toEqual([0, null]);
  page = await firstPage(app);
  expect(await call('app.info')).toMatchObject({ ok: true });
  expect(await starts()).toEqual([
    [true, 0],
    [false, 1],
  ]);
});
