/**
 * Pure. The text with a sign in the place of what would tear up a line or a terminal (control characters), or would
 * show a name as another one than it is (direction overrides, embeddings and isolates: `report<RLO>fdp.exe` looks like
 * `reportexe.pdf`). Names in right-to-left scripts stay as they are.
 */
export function visibleText(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]/gu, '\uFFFD');
}

const [isolateStart, isolateEnd] = ['\u2068', '\u2069'];

/**
 * Pure. The text in an isolate of its own, so that in a sentence that runs the other way a path, a size or a name keeps its
 * order and that of what stands around it. Isolates in it that are whole, those of a text put into another text, stay.
 */
export function isolatedText(text: string): string {
  let depth = 0;
  let isWhole = true;
  for (const character of text) {
    if (character === isolateStart) depth += 1;
    if (character === isolateEnd) depth -= 1;
    isWhole &&= depth >= 0;
  }
  const shown =
    isWhole && depth === 0
      ? text
          .split(/([\u2068\u2069])/)
          .map(shownPart)
          .join('')
      : visibleText(text);
  return `${isolateStart}${shown}${isolateEnd}`;
}

const shownPart = (part: string) => (part === isolateStart || part === isolateEnd ? part : visibleText(part));
