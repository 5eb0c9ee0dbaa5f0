import { app, BrowserWindow, screen, type WebContents } from 'electron';
import { ipcChannels } from '../../shared/contract/preload-bridge.ts';
import type { RuleId } from '../../shared/domain/ids.ts';
import { placeWindow, smallestSize } from './place-window.ts';
import type { ShellStateFile } from './shell-state.ts';

/** A renderer that dies twice within this time is not loaded a third time. */
const reloadOnceWithinMs = 60_000;

export interface WindowOptions {
  readonly url: string;
  readonly preload: string;
  readonly title: string;
  readonly state: ShellStateFile;
}

/** Opens the window, sandboxed and isolated, where it was last time, and shows it once it has something to show. */
export function openWindow({ url, preload, title, state }: WindowOptions): BrowserWindow {
  const workAreas = screen.getAllDisplays().map((display) => display.workArea);
  const window = new BrowserWindow({
    ...placeWindow(state.read().bounds, workAreas),
    minWidth: smallestSize.width,
    minHeight: smallestSize.height,
    title,
    show: false,
    webPreferences: {
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      spellcheck: false,
      navigateOnDragDrop: false,
      // Chromium's own viewer of PDFs is all there is of them.
      plugins: true,
      devTools: !app.isPackaged,
      preload,
    },
  });
  window.once('ready-to-show', () => {
    if (state.read().maximized) window.maximize();
    window.show();
  });
  window.on('close', () => {
    state.update({ bounds: window.getNormalBounds(), maximized: window.isMaximized() });
  });
  coming.add(window.webContents);
  window.webContents.once('did-finish-load', () => coming.delete(window.webContents));
  reloadAfterCrash(window);
  // A refused or aborted load is reported by did-fail-load and shown by Chromium itself.
  void window.loadURL(url).catch(() => {});
  return window;
}

/** Brings the window to the front, also when it is minimised or hidden. */
export function focusWindow(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}

/** Pages that are not there yet. */
const coming = new WeakSet<WebContents>();

/** Whether the window is in front of the person, with a page that shows what it is sent. */
export function isInFront(window: BrowserWindow): boolean {
  return !window.isDestroyed() && window.isFocused() && !coming.has(window.webContents);
}

/** Tells the page which rule to show: at once, or as soon as it is there. */
export function showRule({ webContents }: BrowserWindow, ruleId: RuleId): void {
  const send = (): void => webContents.send(ipcChannels.showRule, ruleId);
  if (coming.has(webContents)) webContents.once('did-finish-load', send);
  else send();
}

function reloadAfterCrash(window: BrowserWindow): void {
  let lastCrashMs = -Infinity;
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit' || window.isDestroyed()) return;
    const nowMs = performance.now();
    const isRepeated = nowMs - lastCrashMs < reloadOnceWithinMs;
    lastCrashMs = nowMs;
    if (isRepeated) window.destroy();
    else window.webContents.reload();
  });
}
