import { mkdirSync, mkdtempSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { app } from 'electron';
import { dataFolderFor } from '../ipc/default-data-folder.ts';
import { createRedactor } from '../credentials/redact.ts';
import { chosenDataFolder } from './data-folder-argument.ts';
import { loginCommand } from './login-command.ts';
import { openAppEngine } from './open-engine.ts';
import { registerAppScheme } from './protocol.ts';
import { runShell } from './shell.ts';

/** The Electron app's main bundle. What must happen before `ready` happens here, synchronously; the rest in shell.ts. */
app.enableSandbox();
registerAppScheme();
// The name of the installed shortcut (electron-builder.yml), or Windows shows no notifications.
if (process.platform === 'win32') app.setAppUserModelId('io.github.bucket-brigade.app');

const surroundings = { platform: process.platform, env: process.env, homeFolder: homedir() };
const dataFolder = resolve(dataFolderFor(chosenDataFolder(process.argv), surroundings));
// A login has no BRIGADE_DATA_DIR, which a shell may have set.
const atLogin = { ...surroundings, env: { ...process.env, BRIGADE_DATA_DIR: undefined } };
const usualDataFolder = resolve(dataFolderFor(undefined, atLogin));
app.setPath('userData', profileFolderBelow(dataFolder));

// The lock belongs to the profile, so there is one app for each data folder.
if (app.requestSingleInstanceLock()) {
  // Not awaited: `ready` comes only after this module has been evaluated.
  const outDir = resolve(import.meta.dirname, '..');
  const redactor = createRedactor();
  void runShell({
    dataFolder,
    outDir,
    redactor,
    openEngine: () => openAppEngine(dataFolder, outDir, redactor),
    loginCommand: loginCommand({
      execPath: process.execPath,
      appPath: app.isPackaged ? null : app.getAppPath(),
      appImage: process.env['APPIMAGE'],
      dataFolder: dataFolder === usualDataFolder ? null : dataFolder,
    }),
  });
} else {
  app.exit(0);
}

/** Chromium's own files. When the data folder cannot be written the window must still open to say so: somewhere else then. */
function profileFolderBelow(folder: string): string {
  const profile = join(folder, 'electron');
  try {
    mkdirSync(profile, { recursive: true, mode: 0o700 });
    return profile;
  } catch {
    return mkdtempSync(join(tmpdir(), 'bucket-brigade-'));
  }
}
