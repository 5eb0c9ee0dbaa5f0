import { posix, win32 } from 'node:path';

/** What the choice of the data folder depends on; `process`-like, so that tests can name another platform. */
export interface DataFolderSurroundings {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homeFolder: string;
}

/**
 * The one folder all state lives in, the same for the app and the `brigade` command: `chosen` (--data-dir), else
 * BRIGADE_DATA_DIR, else the platform's application-data folder. Pure; nothing is created. A relative choice is left
 * as it is, for the caller to resolve.
 */
export function dataFolderFor(
  chosen: string | undefined,
  { platform, env, homeFolder }: DataFolderSurroundings,
): string {
  if (chosen) return chosen;
  if (env['BRIGADE_DATA_DIR']) return env['BRIGADE_DATA_DIR'];
  if (platform === 'darwin') return posix.join(homeFolder, 'Library', 'Application Support', 'Bucket Brigade');
  if (platform === 'win32') {
    // Local, not roaming: the journal and the database belong to this machine.
    return win32.join(env['LOCALAPPDATA'] ?? win32.join(homeFolder, 'AppData', 'Local'), 'Bucket Brigade');
  }
  // The XDG specification: a relative XDG_DATA_HOME is to be ignored.
  const dataHome = env['XDG_DATA_HOME'];
  const base = dataHome && posix.isAbsolute(dataHome) ? dataHome : posix.join(homeFolder, '.local', 'share');
  return posix.join(base, 'bucket-brigade');
}
