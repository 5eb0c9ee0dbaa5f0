import { EventEmitter } from 'node:events';
import { app, openWindows, preventable, requireReady } from './app.ts';
import { strict } from './strict.ts';
import { createWebContents, type WebContents } from './web-contents.ts';

interface Bounds {
  x: number;
  y: number;
  width: number;
  height: number;
}

interface WindowOptions extends Partial<Bounds> {
  readonly show?: boolean;
  readonly title?: string;
  readonly webPreferences?: {
    readonly preload?: string;
    readonly sandbox?: boolean;
    readonly contextIsolation?: boolean;
    readonly nodeIntegration?: boolean;
  };
}

/** State that a window manager would keep is kept here; the page is real. */
class StandInWindow extends EventEmitter {
  readonly webContents: WebContents;
  readonly standInOptions: WindowOptions;
  #bounds: Bounds;
  #isVisible: boolean;
  #isFocused = false;
  #isMinimized = false;
  #isMaximized = false;
  #isDestroyed = false;

  constructor(options: WindowOptions) {
    super();
    requireReady('BrowserWindow');
    const { sandbox = true, contextIsolation = true, nodeIntegration = false, preload } = options.webPreferences ?? {};
    if (!sandbox || !contextIsolation || nodeIntegration) {
      throw new Error('The Electron stand-in has sandboxed, isolated windows without Node only.');
    }
    this.standInOptions = options;
    const { width = 800, height = 600 } = options;
    this.#bounds = { x: options.x ?? (1920 - width) / 2, y: options.y ?? (1080 - height) / 2, width, height };
    this.#isVisible = options.show ?? true;
    this.webContents = createWebContents({ width, height, ...(preload === undefined ? {} : { preload }) });
    this.webContents.once('did-finish-load', () => this.emit('ready-to-show'));
    this.webContents.on('stand-in-close-requested', () => this.close());
    openWindows.add(this);
    all.set(this, strict('BrowserWindow', this));
    app.emit('web-contents-created', {}, this.webContents);
    app.emit('browser-window-created', {}, all.get(this));
  }

  static getAllWindows(): StandInWindow[] {
    return [...all.values()];
  }

  static getFocusedWindow(): StandInWindow | null {
    return [...all.values()].find((window) => window.isFocused()) ?? null;
  }

  static fromWebContents(contents: WebContents): StandInWindow | null {
    return [...all.values()].find((window) => window.webContents === contents) ?? null;
  }

  loadURL(url: string): Promise<void> {
    return this.webContents.loadURL(url);
  }

  getTitle(): string {
    return this.standInOptions.title ?? '';
  }

  getBounds(): Bounds {
    return { ...this.#bounds };
  }

  getNormalBounds(): Bounds {
    return { ...this.#bounds };
  }

  setBounds(bounds: Partial<Bounds>): void {
    this.#bounds = { ...this.#bounds, ...bounds };
  }

  show(): void {
    this.#isVisible = true;
    this.focus();
  }

  focus(): void {
    for (const window of all.keys()) window.blur();
    this.#isFocused = true;
    this.emit('focus');
  }

  blur(): void {
    this.#isFocused = false;
  }

  isVisible(): boolean {
    return this.#isVisible;
  }

  isFocused(): boolean {
    return this.#isFocused;
  }

  minimize(): void {
    this.#isMinimized = true;
    this.#isFocused = false;
  }

  restore(): void {
    this.#isMinimized = false;
  }

  isMinimized(): boolean {
    return this.#isMinimized;
  }

  maximize(): void {
    this.#isMaximized = true;
  }

  unmaximize(): void {
    this.#isMaximized = false;
  }

  isMaximized(): boolean {
    return this.#isMaximized;
  }

  isDestroyed(): boolean {
    return this.#isDestroyed;
  }

  close(): void {
    if (this.#isDestroyed) return;
    const event = preventable({});
    this.emit('close', event);
    if (!event.defaultPrevented) this.destroy();
  }

  destroy(): void {
    if (this.#isDestroyed) return;
    this.#isDestroyed = true;
    openWindows.delete(this);
    all.delete(this);
    this.webContents.standInDestroy();
    this.emit('closed');
    app.standInWindowClosed();
  }
}

const all = new Map<StandInWindow, StandInWindow>();

/** `new BrowserWindow()` gives the strict proxy, so that a member the stand-in lacks is named. */
export const BrowserWindow = new Proxy(StandInWindow, {
  construct: (target, [options]: [WindowOptions?]) => {
    const window = new target(options ?? {});
    return all.get(window) ?? window;
  },
});
