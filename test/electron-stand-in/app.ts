import { EventEmitter } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, readlinkSync, watch, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CdpConnection } from './cdp.ts';
import { startChromium } from './chromium.ts';
import { strict } from './strict.ts';

export interface StandInStart {
  readonly name: string;
  readonly version: string;
  readonly folder: string;
  /** `--remote-debugging-port=0`, when a second client is to connect. */
  readonly debuggingPort: string | undefined;
}

/** An event with preventDefault, as Electron hands them to listeners. */
export function preventable<T extends object>(
  fields: T,
): T & { preventDefault(): void; readonly defaultPrevented: boolean } {
  let defaultPrevented = false;
  return Object.defineProperties(
    { ...fields, preventDefault: () => (defaultPrevented = true) },
    {
      defaultPrevented: { get: () => defaultPrevented },
    },
  ) as T & { preventDefault(): void; readonly defaultPrevented: boolean };
}

/** Windows register here, so that quitting can close them without the app knowing what a window is. */
export const openWindows = new Set<{ close(): void; destroy(): void; isDestroyed(): boolean }>();

let start: StandInStart | undefined;
let chromium: CdpConnection | undefined;
let isReady = false;
let isQuitting = false;
let ownsLock: string | undefined;
const paths = new Map<string, string>();
let resolveReady: (value?: unknown) => void = () => {};
const ready = new Promise((resolve) => {
  resolveReady = resolve;
});

export function startStandIn(options: StandInStart): void {
  start = options;
  // A second client waits for the address that Chromium prints, before the app is ready.
  if (options.debuggingPort !== undefined) runningChromium();
  process.on('SIGTERM', () => app.quit());
  process.on('SIGINT', () => app.quit());
}

/** Started with the first window, or earlier when Playwright waits for it. */
export function runningChromium(): CdpConnection {
  chromium ??= startChromium(start?.debuggingPort);
  return chromium;
}

export function requireNotReady(what: string): void {
  if (isReady) throw new Error(`${what} should be called before app is ready`);
}

export function requireReady(what: string): void {
  if (!isReady) throw new Error(`${what} can only be used when app is ready`);
}

class StandInApp extends EventEmitter {
  readonly isPackaged = false;
  readonly commandLine = strict('app.commandLine', {
    appendSwitch: () => {},
    hasSwitch: (name: string) => switchValue(name) !== undefined,
    getSwitchValue: (name: string) => switchValue(name) ?? '',
  });

  standInCodeLoaded(): void {
    setImmediate(() => {
      isReady = true;
      resolveReady();
      this.emit('ready', {}, {});
    });
  }

  isReady(): boolean {
    return isReady;
  }

  whenReady(): Promise<unknown> {
    return ready;
  }

  enableSandbox(): void {
    requireNotReady('app.enableSandbox()');
  }

  getName(): string {
    return start?.name ?? '';
  }

  getVersion(): string {
    return start?.version ?? '';
  }

  getAppPath(): string {
    return start?.folder ?? '';
  }

  setPath(name: string, path: string): void {
    mkdirSync(path, { recursive: true });
    paths.set(name, path);
  }

  getPath(name: string): string {
    const known: Record<string, string> = {
      home: homedir(),
      temp: tmpdir(),
      downloads: join(homedir(), 'Downloads'),
      userData: join(process.env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'), this.getName()),
    };
    const path = paths.get(name) ?? known[name];
    if (path === undefined) throw new Error(`The Electron stand-in has no path named ${name}.`);
    return path;
  }

  /** Like Chromium's: a symbolic link to the owner's pid in the profile; a dead owner's lock is taken over. */
  requestSingleInstanceLock(): boolean {
    const folder = this.getPath('userData');
    mkdirSync(folder, { recursive: true });
    const lock = join(folder, 'SingletonLock');
    const messages = join(folder, 'SingletonMessages');
    const owner = lockOwner(lock);
    if (owner !== undefined && isAlive(owner)) {
      mkdirSync(messages, { recursive: true });
      const message = { argv: process.argv, workingDirectory: process.cwd() };
      writeFileSync(join(messages, `${process.pid}`), JSON.stringify(message));
      return false;
    }
    rmSync(lock, { force: true });
    symlinkSync(String(process.pid), lock);
    rmSync(messages, { recursive: true, force: true });
    mkdirSync(messages);
    ownsLock = lock;
    watch(messages, () => {
      for (const name of readdirSync(messages)) {
        const file = join(messages, name);
        const text = readFileSync(file, 'utf8');
        if (text === '') continue;
        rmSync(file);
        const { argv, workingDirectory } = JSON.parse(text) as { argv: string[]; workingDirectory: string };
        this.emit('second-instance', preventable({}), argv, workingDirectory, undefined);
      }
    }).unref();
    return true;
  }

  quit(): void {
    if (isQuitting) return;
    const beforeQuit = preventable({});
    this.emit('before-quit', beforeQuit);
    if (beforeQuit.defaultPrevented) return;
    isQuitting = true;
    for (const window of openWindows) {
      window.close();
      if (!window.isDestroyed()) {
        isQuitting = false;
        return;
      }
    }
    const willQuit = preventable({});
    this.emit('will-quit', willQuit);
    if (willQuit.defaultPrevented) isQuitting = false;
    else this.exit(0);
  }

  exit(code = 0): void {
    this.emit('quit', {}, code);
    if (ownsLock) rmSync(ownsLock, { force: true });
    process.exit(code);
  }

  /** Called by a window once it is gone. */
  standInWindowClosed(): void {
    if (openWindows.size > 0 || isQuitting) return;
    if (this.listenerCount('window-all-closed') > 0) this.emit('window-all-closed');
    else this.quit();
  }
}

export const app = strict('app', new StandInApp());

function switchValue(name: string): string | undefined {
  const arg = process.argv.find((each) => each === `--${name}` || each.startsWith(`--${name}=`));
  return arg?.slice(name.length + 3);
}

function lockOwner(lock: string): number | undefined {
  try {
    return Number(readlinkSync(lock));
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
