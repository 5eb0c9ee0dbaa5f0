import { kindOfKey, type SelectionEvent } from './grid-selection.ts';

/** Pure. The row that a key moves to from `index`, or null when the key does not move. `pageRows` rows fit the view. */
export function rowForKey(key: string, index: number, count: number, pageRows: number): number | null {
  if (count === 0) return null;
  const clamp = (to: number) => Math.min(count - 1, Math.max(0, to));
  switch (key) {
    case 'ArrowDown':
      return clamp(index + 1);
    case 'ArrowUp':
      return clamp(index - 1);
    case 'PageDown':
      return clamp(Math.max(index, 0) + pageRows);
    case 'PageUp':
      return clamp(index - pageRows);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return null;
  }
}

export type KeyPress = {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
};

export type GridCommand =
  | { readonly type: 'select'; readonly event: SelectionEvent }
  | { readonly type: 'open' | 'preview' };

export type KeyContext = {
  /** -1: none yet. */
  readonly active: number;
  readonly count: number;
  readonly pageRows: number;
};

/** Pure. What a key does in the rows, or null when it is not one of the grid's. Characters are not looked at. */
export function commandForKey(press: KeyPress, { active, count, pageRows }: KeyContext): GridCommand | null {
  if (press.altKey || count === 0) return null;
  const { key, shiftKey: shift } = press;
  const command = press.ctrlKey || press.metaKey;
  // Cmd+Up and Cmd+Down go to the folder above and open, on the only system that has Cmd.
  const to = press.metaKey && key.startsWith('Arrow') ? null : rowForKey(key, active, count, pageRows);
  if (to !== null) return select({ type: 'pick', index: to, kind: kindOfKey({ shift, command }) });
  const current = Math.max(0, active);
  switch (key) {
    case 'Enter':
      return command || shift ? null : { type: 'open' };
    case ' ':
      if (shift) return null;
      return command ? select({ type: 'pick', index: current, kind: 'toggle' }) : { type: 'preview' };
    case 'Escape':
      return select({ type: 'none' });
    default:
      return command && !shift && key.toLowerCase() === 'a' ? select({ type: 'all' }) : null;
  }
}

const select = (event: SelectionEvent): GridCommand => ({ type: 'select', event });
