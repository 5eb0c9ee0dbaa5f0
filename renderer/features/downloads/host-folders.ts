import type { CommandOutput } from '../../../shared/contract/commands.ts';
import type { AppError } from '../../../shared/errors.ts';
import { hostCrumbs, hostParent } from '../../listing/host-path.ts';

export type HostFolder = CommandOutput<'hostFiles.list'>;
export type HostEntry = HostFolder['entries'][number];

const isHidden = (name: string) => name.startsWith('.');

/** Pure. The folders to choose from: hidden ones only for who has gone into a hidden one already. */
export function shownFolders({ folder, entries }: HostFolder, separator: string): readonly HostEntry[] {
  const withHidden = hostCrumbs(folder, separator).some(({ name }) => isHidden(name));
  return entries.filter(({ isFolder, name }) => isFolder && (withHidden || !isHidden(name)));
}

/** Pure. The folder that an error says is not there, where it could be made; null for any other error. */
export function missingFolder({ code, context }: AppError, separator: string): string | null {
  const { path } = context;
  const isMissing = code === 'FileNotFound' && typeof path === 'string' && hostParent(path, separator) !== null;
  return isMissing ? path : null;
}
