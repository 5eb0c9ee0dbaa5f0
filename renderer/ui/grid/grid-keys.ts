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
