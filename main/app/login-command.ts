import { isAbsolute, join } from 'node:path';

/** What was given when the app was started at login: no window then. */
export const hiddenArgument = '--hidden';

export type LoginCommand = { readonly program: string; readonly args: readonly string[] };

/**
 * How the system is to start this app at login: this very copy of it, on this data folder. An AppImage runs from a folder that is
 * gone by then: its file is meant. Pure.
 */
export function loginCommand(app: {
  readonly execPath: string;
  /** What Electron was started with; null when packaged. */
  readonly appPath: string | null;
  readonly appImage: string | undefined;
  /** Null: the usual one. */
  readonly dataFolder: string | null;
}): LoginCommand {
  return {
    program: app.appImage ?? app.execPath,
    args: [
      ...(app.appPath === null ? [] : [app.appPath]),
      hiddenArgument,
      ...(app.dataFolder === null ? [] : ['--data-dir', app.dataFolder]),
    ],
  };
}

/** Where desktops on Linux look for what to start (XDG Desktop Application Autostart Specification). Pure. */
export function autostartPath(env: Readonly<Record<string, string | undefined>>, homeFolder: string): string {
  const configured = env['XDG_CONFIG_HOME'];
  // A relative one is to be ignored, the specification says.
  const folder = configured !== undefined && isAbsolute(configured) ? configured : join(homeFolder, '.config');
  return join(folder, 'autostart', 'bucket-brigade.desktop');
}

/** Pure. */
export function autostartFile({ program, args }: LoginCommand, name: string): string {
  return [
    '[Desktop Entry]',
    'Type=Application',
    `Name=${name}`,
    `Exec=${[program, ...args].map(quoted).join(' ')}`,
    'Icon=bucket-brigade',
    'Terminal=false',
    'X-GNOME-Autostart-enabled=true',
    '',
  ].join('\n');
}

/** Whether desktops would start what the file names: a person may have switched it off there, which leaves the file. Pure. */
export function isAutostartOn(text: string): boolean {
  return !/^\s*(Hidden\s*=\s*true|X-GNOME-Autostart-enabled\s*=\s*false)\s*$/im.test(text);
}

/**
 * An argument in the `Exec` line (Desktop Entry Specification): quoted, its quotes and the like escaped, then each backslash once
 * more because the line is a string. Pure.
 */
function quoted(argument: string): string {
  if (/^[\w@+=:,./-]+$/.test(argument)) return argument;
  const escaped = argument.replaceAll(/["`$\\]/g, (character) => `\\${character}`).replaceAll('%', '%%');
  return `"${escaped.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}"`;
}
