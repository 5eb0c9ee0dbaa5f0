import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { _electron, type ElectronApplication, expect, type Page } from '@playwright/test';

/** What is started: the project as it is built, or another build of it. */
export const appDir = process.env['BRIGADE_APP_DIR'] ?? resolve(import.meta.dirname, '../..');

/** Set by test/smoke/playwright.config.ts: the folder of a real Electron. The same specs then run on it. */
const realElectronDir = process.env['SMOKE_ELECTRON_DIST'];
export const isRealElectron = realElectronDir !== undefined;
/** The folder with the executable `electron` that the specs run on. */
export const electronDir = realElectronDir ?? import.meta.dirname;

export interface TestFolders {
  readonly root: string;
  readonly dataDir: string;
  readonly home: string;
  /** Waits for the stand-in's Chromium, which outlives the app by a moment and writes until it ends. */
  remove(): Promise<void>;
}

/** A data folder and a home of the test's own, so that nothing of the machine is read or left. */
export function makeTestFolders(): TestFolders {
  const root = mkdtempSync(join(tmpdir(), 'brigade-app-'));
  return {
    root,
    dataDir: join(root, 'data'),
    home: join(root, 'home'),
    remove: async () => {
      const profiles = (): string[] => readdirSync(root).filter((name) => name.startsWith('electron-stand-in-'));
      await expect.poll(profiles, { timeout: 20_000, intervals: [50] }).toEqual([]);
      await rm(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

export interface LaunchOptions {
  readonly folders: TestFolders;
  /** The stand-in's keyring; real Electron has the machine's own. */
  readonly keyring?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What the app itself is given. */
  readonly args?: readonly string[];
}

/** Starts the built, unmodified app (package.json's `main`) and gives its window. */
export async function launchApp(options: LaunchOptions): Promise<{ app: ElectronApplication; page: Page }> {
  const app = await launchWithoutWindow(options);
  return { app, page: await firstPage(app) };
}

/** Starts it without waiting for a window. */
export function launchWithoutWindow(options: LaunchOptions): Promise<ElectronApplication> {
  // Playwright asks the electron package for the binary, and that looks here.
  process.env['ELECTRON_OVERRIDE_DIST_PATH'] = electronDir;
  const args = [appDir, ...(options.args ?? [])];
  return _electron.launch({ args, env: environmentOf(options), timeout: 60_000 });
}

/** The window that is open, or opens next, with its page. */
export async function firstPage(app: ElectronApplication): Promise<Page> {
  const page = await app.firstWindow();
  // The window exists before its page has been asked for.
  await expect.poll(() => page.url(), { intervals: [20] }).not.toBe('about:blank');
  await page.waitForLoadState('domcontentloaded');
  return page;
}

/** Starts the app without Playwright on it: a second instance, say, which may end before anything could attach. */
export function spawnApp(options: LaunchOptions): ChildProcess {
  const sandbox = isRealElectron && process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return spawn(join(electronDir, 'electron'), [...sandbox, appDir, ...(options.args ?? [])], {
    env: environmentOf(options),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}

function environmentOf({ folders, keyring, env = {} }: LaunchOptions): Record<string, string> {
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  return {
    ...inherited,
    HOME: folders.home,
    TMPDIR: folders.root,
    BRIGADE_DATA_DIR: folders.dataDir,
    AWS_EC2_METADATA_DISABLED: 'true',
    STAND_IN_HOME: folders.home,
    // Playwright starts real Electron with `--password-store=basic`, which the app does not take for a keyring.
    ...(isRealElectron
      ? { BRIGADE_VAULT_PASSPHRASE: 'of the smoke test' }
      : // The tests start it some thirty times: what Node has compiled once it need not compile again.
        { NODE_COMPILE_CACHE: join(tmpdir(), 'brigade-test-compile-cache') }),
    ...(keyring === undefined ? {} : { STAND_IN_KEYRING: keyring }),
    ...env,
  };
}
