/**
 * Pure. The text with a sign in the place of what would tear up a line or a terminal (control characters), or would
 * show a name as another one than it is (direction overrides, embeddings and isolates: `report<RLO>fdp.exe` looks like
 * `reportexe.pdf`). Names in right-to-left scripts stay as they are.
 */
export function visibleText(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]/gu, '\uFFFD');
}
