import type { ConflictQuestion } from '../../../shared/domain/transfer.ts';

/**
 * Pure. How much larger and newer one side is than the other; negative: smaller, older. `seconds` is null where a date is
 * not known; below a second, which servers do not keep, there is no difference.
 */
export function compareSides(
  side: ConflictQuestion['source'],
  other: ConflictQuestion['source'],
): { readonly bytes: number; readonly seconds: number | null } {
  const bytes = side.sizeBytes - other.sizeBytes;
  if (side.modifiedMs === null || other.modifiedMs === null) return { bytes, seconds: null };
  return { bytes, seconds: Math.trunc((side.modifiedMs - other.modifiedMs) / 1000) + 0 };
}
