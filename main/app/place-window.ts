import type { Bounds } from './shell-state.ts';

const firstSize = { width: 1200, height: 800 };
export const smallestSize = { width: 720, height: 480 };
/** A window counts as visible when at least this much of its top edge can be grabbed. */
const grabbable = { width: 120, height: 40 };

/**
 * Where the window opens: where it was, if a display still shows its title bar; else in the middle of the first
 * display (`x` and `y` left out), no larger than that. Pure.
 */
export function placeWindow(
  saved: Bounds | undefined,
  workAreas: readonly Bounds[],
): Partial<Bounds> & typeof firstSize {
  if (saved && workAreas.some((area) => isGrabbable(saved, area))) {
    return {
      ...saved,
      width: Math.max(saved.width, smallestSize.width),
      height: Math.max(saved.height, smallestSize.height),
    };
  }
  const wanted = saved ?? firstSize;
  const area = workAreas[0] ?? { ...firstSize, x: 0, y: 0 };
  return { width: Math.min(wanted.width, area.width), height: Math.min(wanted.height, area.height) };
}

function isGrabbable(window: Bounds, area: Bounds): boolean {
  const left = Math.max(window.x, area.x);
  const right = Math.min(window.x + window.width, area.x + area.width);
  const top = window.y;
  return right - left >= grabbable.width && top >= area.y && top + grabbable.height <= area.y + area.height;
}
