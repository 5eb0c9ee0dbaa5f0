import type { CommandOutput } from '../../../shared/contract/commands.ts';
import { hostCrumbs } from '../../listing/host-path.ts';

export type HostFolder = CommandOutput<'hostFiles.list'>;
export type HostEntry = HostFolder['entries'][number];

const isHidden = (name: string) => name.startsWith('.');

/** Pure. The folders to choose from: hidden ones only for who has gone into a hidden one already. */
export function shownFolders({ folder, entries }: HostFolder, separator: string): readonly HostEntry[] {
  const withHidden = hostCrumbs(folder, separator).some(({ name }) => isHidden(name));
  return entries.filter(({ isFolder, name }) => isFolder && (withHidden || !isHidden(name)));
}

/** Pure. Where a key goes to in a list of `count` rows; null for keys that move nothing. */
export function moveInList(key: string, active: number, count: number, pageRows: number): number | null {
  const to: Readonly<Record<string, number>> = {
    ArrowDown: active + 1,
    ArrowUp: active - 1,
    PageDown: active + pageRows,
    PageUp: active - pageRows,
    Home: 0,
    End: count - 1,
  };
  const next = to[key];
  return next === undefined || count === 0 ? null : Math.min(count - 1, Math.max(0, next));
}

/** Pure. The next name that begins with what was typed, around the end; a first letter goes on from the row it is on. */
export function findTyped(names: readonly string[], active: number, text: string): number | null {
  const from = text.length === 1 ? active + 1 : active;
  const wanted = text.toLowerCase();
  for (let step = 0; step < names.length; step += 1) {
    const index = (from + step) % names.length;
    if (names[index]?.toLowerCase().startsWith(wanted)) return index;
  }
  return null;
}
