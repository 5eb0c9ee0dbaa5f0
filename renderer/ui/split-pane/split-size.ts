/** How wide or high a pane may be, in CSS pixels. */
export type SplitLimits = {
  readonly minPx: number;
  readonly maxPx: number;
};

/** What is left for a pane when the other keeps its own minimum. Never below `minPx`: the window clips before it. */
export function splitLimits(
  minPx: number,
  maxPx: number | undefined,
  totalPx: number,
  otherMinPx: number,
): SplitLimits {
  const room = totalPx > 0 ? totalPx - otherMinPx : Number.MAX_SAFE_INTEGER;
  return { minPx, maxPx: Math.max(minPx, Math.min(maxPx ?? room, room)) };
}

export const clampSize = (px: number, limits: SplitLimits): number =>
  Math.min(limits.maxPx, Math.max(limits.minPx, px));

/** A pane that is dragged below half of its least size closes. */
export const closesAt = (px: number, limits: SplitLimits): boolean => px < limits.minPx / 2;

const stepPx = 16;
const bigStepPx = 64;

type Press = { readonly key: string; readonly shiftKey: boolean };

/**
 * The size after a key on the separator; null for keys that do nothing here. The arrows move the line in their own
 * direction: `growKey` is the one that makes the pane bigger.
 */
export function sizeAfterKey(
  press: Press,
  px: number,
  growKey: string,
  shrinkKey: string,
  limits: SplitLimits,
): number | null {
  const step = press.shiftKey ? bigStepPx : stepPx;
  if (press.key === growKey) return clampSize(px + step, limits);
  if (press.key === shrinkKey) return clampSize(px - step, limits);
  if (press.key === 'Home') return limits.minPx;
  if (press.key === 'End') return limits.maxPx;
  return null;
}
