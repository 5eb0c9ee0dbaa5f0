import { join } from 'node:path';
import { app, type BrowserWindow, shell } from 'electron';
import type { RuleId } from '../../shared/domain/ids.ts';
import type { Result } from '../../shared/result.ts';
import type { Redactor } from '../credentials/redact.ts';
import type { Engine } from '../engine-types.ts';
import { appHost, appScheme, indexUrl } from './app-url.ts';
import { runBesideWindow } from './beside-window.ts';
import { handleCrashes } from './crash.ts';
import { pickPaths, revealPath } from './dialogs.ts';
import { guardSession } from './guards.ts';
import { connectIpc } from './ipc.ts';
import { hiddenArgument, type LoginCommand } from './login-command.ts';
import { createLoginItem } from './login-item.ts';
import { setMenu } from './menu.ts';
import { handleAppScheme } from './protocol.ts';
import { guardQuit } from './guard-quit.ts';
import { openShellState } from './shell-state.ts';
import { type FailureWords, startFailurePage, startFailurePath } from './start-failure-page.ts';
import { focusWindow, openWindow, showRule } from './window.ts';
import { crashWords, describeStartFailure, menuWords } from './words.ts';

export interface ShellOptions {
  readonly dataFolder: string;
  /** Where the built bundles are: `renderer/` and `preload/preload.cjs` below it. */
  readonly outDir: string;
  /** Opens the engine that holds the data folder, here or in another process. Expected failures are values. */
  readonly openEngine: () => Promise<Result<Engine>>;
  /** The one of that engine. */
  readonly redactor: Redactor;
  /** How the system would start this app at login. */
  readonly loginCommand: LoginCommand;
}

const startFailureUrl = `${appScheme}://${appHost}${startFailurePath}`;

/**
 * The app from `ready` to quit. The window opens while the engine still does; its calls wait. If the engine cannot be opened the
 * window shows why and what to do instead, and closing it quits. Without a window the app goes on as long as it has work
 * (background.ts). Quitting waits for the engine to close.
 */
export async function runShell({
  dataFolder,
  outDir,
  openEngine,
  redactor,
  loginCommand,
}: ShellOptions): Promise<void> {
  const state = openShellState(join(dataFolder, 'window.json'));
  let window: BrowserWindow | undefined;
  let failure: FailureWords | undefined;

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

  await app.whenReady();
  const isHidden =
    process.argv.includes(hiddenArgument) ||
    (process.platform === 'darwin' && app.getLoginItemSettings().wasOpenedAtLogin);

  const showWindow = (ruleId?: RuleId): void => {
    if (window && !window.isDestroyed()) focusWindow(window);
    else {
      window = openWindow({
        url: failure ? startFailureUrl : indexUrl,
        title: app.getName(),
        preload: join(outDir, 'preload', 'preload.cjs'),
        state,
      });
    }
    if (ruleId !== undefined) showRule(window, ruleId);
    background.windowShown();
  };
  const currentWindow = (): BrowserWindow | undefined => window;
  const { background, takeNotices, underWay } = runBesideWindow({
    engine,
    state,
    loginItem: createLoginItem(loginCommand),
    currentWindow,
    showWindow,
  });
  app.on('window-all-closed', () => background.lastWindowClosed(failure !== undefined));
  guardQuit({
    underWay,
    currentWindow,
    close: closeEngine,
    onRefused: () => {
      // It was closed, and that would have been the end.
      if (window?.isDestroyed() === true && !background.isGoingOn()) showWindow();
    },
  });
  app.on('second-instance', (_event, argv) => {
    // At login, beside an app that runs already.
    if (!argv.includes(hiddenArgument)) showWindow();
  });
  app.on('activate', () => showWindow());

  guardSession();
  const pages = { [startFailurePath]: () => (failure ? startFailurePage(failure) : '') };
  handleAppScheme(join(outDir, 'renderer'), pages, engine);
  setMenu({ words: menuWords, showDataFolder: () => void shell.openPath(dataFolder) });
  connectIpc({
    engine,
    currentWindow,
    host: { pick: (input) => pickPaths(requireWindow(window), input, state), reveal: ({ path }) => revealPath(path) },
    takeNotices,
  });
  if (isHidden) background.startedHidden();
  else showWindow();

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
