import { join } from 'node:path';
import { app, type BrowserWindow, shell } from 'electron';
import type { Result } from '../../shared/result.ts';
import type { Redactor } from '../credentials/redact.ts';
import type { Engine } from '../engine-types.ts';
import { appHost, appScheme, indexUrl } from './app-url.ts';
import { handleCrashes } from './crash.ts';
import { pickPaths, revealPath } from './dialogs.ts';
import { guardSession } from './guards.ts';
import { connectIpc } from './ipc.ts';
import { setMenu } from './menu.ts';
import { handleAppScheme } from './protocol.ts';
import { openShellState } from './shell-state.ts';
import { type FailureWords, startFailurePage, startFailurePath } from './start-failure-page.ts';
import { focusWindow, openWindow } from './window.ts';
import { crashWords, describeStartFailure, menuWords } from './words.ts';

export interface ShellOptions {
  readonly dataFolder: string;
  /** Where the built bundles are: `renderer/` and `preload/preload.cjs` below it. */
  readonly outDir: string;
  /** Opens the engine that holds the data folder, here or in another process. Expected failures are values. */
  readonly openEngine: () => Promise<Result<Engine>>;
  /** The one of that engine. */
  readonly redactor: Redactor;
}

const startFailureUrl = `${appScheme}://${appHost}${startFailurePath}`;

/**
 * The app from `ready` to quit. The window opens while the engine still does; its calls wait. If the engine cannot be opened the
 * window shows why and what to do instead, and closing it quits. Quitting waits for the engine to close.
 */
export async function runShell({ dataFolder, outDir, openEngine, redactor }: ShellOptions): Promise<void> {
  const state = openShellState(join(dataFolder, 'window.json'));
  let window: BrowserWindow | undefined;
  let failure: FailureWords | undefined;
  let isClosed = false;

  const opening = openEngine();
  const engine = opening.then((result) => {
    if (result.ok) return result.value;
    throw new Error(result.error.code);
  });
  engine.catch(() => {});
  const closeEngine = async (): Promise<void> => {
    const opened = await engine.catch(() => undefined);
    await opened?.close();
  };
  handleCrashes({ dataFolder, close: closeEngine, redactor, words: crashWords });

  const showWindow = (): void => {
    if (window && !window.isDestroyed()) return focusWindow(window);
    window = openWindow({
      url: failure ? startFailureUrl : indexUrl,
      title: app.getName(),
      preload: join(outDir, 'preload', 'preload.cjs'),
      state,
    });
  };

  app.on('second-instance', showWindow);
  app.on('activate', showWindow);
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin' || failure) app.quit();
  });
  app.on('before-quit', (event) => {
    if (isClosed) return;
    event.preventDefault();
    void closeEngine().finally(() => {
      isClosed = true;
      app.quit();
    });
  });

  await app.whenReady();
  guardSession();
  const pages = { [startFailurePath]: () => (failure ? startFailurePage(failure) : '') };
  handleAppScheme(join(outDir, 'renderer'), pages, engine);
  setMenu({ words: menuWords, showDataFolder: () => void shell.openPath(dataFolder) });
  connectIpc({
    engine,
    currentWindow: () => window,
    host: { pick: (input) => pickPaths(requireWindow(window), input, state), reveal: ({ path }) => revealPath(path) },
  });
  showWindow();

  const opened = await opening;
  if (!opened.ok) {
    failure = describeStartFailure(opened.error, dataFolder);
    if (window && !window.isDestroyed()) void window.loadURL(startFailureUrl).catch(() => {});
    else showWindow();
  }
}

function requireWindow(window: BrowserWindow | undefined): BrowserWindow {
  if (!window) throw new Error('A dialog was asked for without a window.');
  return window;
}
