import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname } from 'node:path';
import { app } from 'electron';
import { type AppError, appError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { readPrivateFile, removePrivateFile, writePrivateFile } from '../private-file.ts';
import { mapFileError } from '../s3/file-errors.ts';
import { autostartFile, autostartPath, isAutostartOn, type LoginCommand } from './login-command.ts';
import { startingAtLogin } from './words.ts';

/** Whether the system starts this app at login. It knows best: a person may change it there. */
export interface LoginItem {
  /** other: it starts another copy of the app, or this one on another data folder. */
  state(): Promise<Result<'on' | 'other' | 'off'>>;
  /** Idempotent; done when the system says so. */
  set(on: boolean): Promise<Result<void, AppError | 'needsApproval'>>;
}

/** Of this system: the login items of macOS and Windows, an autostart file elsewhere. */
export function createLoginItem(command: LoginCommand): LoginItem {
  if (process.platform === 'darwin') return createMacItem(command);
  return process.platform === 'win32' ? createWindowsItem(command) : createAutostartItem(command);
}

/** macOS starts the app's bundle, without arguments. */
function createMacItem({ args }: LoginCommand): LoginItem {
  const isPossible = app.isPackaged && args.length === 1;
  return {
    state: async () => ok(isPossible && app.getLoginItemSettings().openAtLogin ? 'on' : 'off'),
    async set(on) {
      if (!isPossible) return on ? err(appError('Unsupported', { what: startingAtLogin })) : ok();
      app.setLoginItemSettings({ openAtLogin: on });
      const { openAtLogin, status } = app.getLoginItemSettings();
      if (on && status === 'requires-approval') return err('needsApproval');
      return openAtLogin === on ? ok() : err(appError('Unsupported', { what: startingAtLogin }));
    },
  };
}

function createWindowsItem({ program, args }: LoginCommand): LoginItem {
  const item = { path: program, args: args.map((arg) => (/\s/.test(arg) ? `"${arg}"` : arg)) };
  return {
    state: async () => {
      const { openAtLogin, executableWillLaunchAtLogin } = app.getLoginItemSettings(item);
      return ok(openAtLogin && executableWillLaunchAtLogin ? 'on' : 'off');
    },
    async set(on) {
      app.setLoginItemSettings({ ...item, openAtLogin: on, enabled: on });
      return app.getLoginItemSettings(item).openAtLogin === on
        ? ok()
        : err(appError('Unsupported', { what: startingAtLogin }));
    },
  };
}

function createAutostartItem(command: LoginCommand): LoginItem {
  const path = autostartPath(process.env, homedir());
  const own = autostartFile(command, app.getName());
  return {
    async state() {
      const file = await readPrivateFile(path);
      if (!file.ok) return file;
      const text = file.value?.toString('utf8');
      return ok(text === undefined || !isAutostartOn(text) ? 'off' : text === own ? 'on' : 'other');
    },
    async set(on) {
      if (!on) {
        const removed = await removePrivateFile(path);
        return removed.ok ? ok() : removed;
      }
      try {
        await mkdir(dirname(path), { recursive: true });
      } catch (cause) {
        return err(mapFileError(cause, dirname(path)));
      }
      return writePrivateFile(path, Buffer.from(own));
    },
  };
}
