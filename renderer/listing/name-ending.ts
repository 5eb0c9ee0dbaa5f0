/** Pure. `PDF` for `report.pdf`; null for a name without an ending, or with a long one: just a file. */
export function endingOf(name: string): string | null {
  const ending = /[^.]\.([A-Za-z0-9]{1,8})$/.exec(name)?.[1];
  return ending === undefined ? null : ending.toUpperCase();
}
