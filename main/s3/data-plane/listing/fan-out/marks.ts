import { type KeyPace, paceOf } from './key-pace.ts';

/** Where a listing was after each of its last pages, and how many keys it had met until then. */
export type Marks = readonly { readonly key: string; readonly keys: number }[];

export const noMarks: Marks = [];

/** A stretch of so many pages tells what comes next: a longer one is of another folder, a shorter one knows only this one. */
const mostPages = 6;
const fewestPages = 3;

/** `keys`: what has come now, not empty. */
export function withMark(marks: Marks, keys: readonly string[]): Marks {
  const before = marks.at(-1)?.keys ?? 0;
  const first = { key: keys[0] as string, keys: before };
  const last = { key: keys.at(-1) as string, keys: before + keys.length };
  return [...(marks.length === 0 ? [first] : marks), last].slice(-1 - mostPages);
}

/** Null while it is too short. `page`: the last keys that came; a page is taken to have as many. */
export function paceOfMarks(marks: Marks, page: readonly string[]): KeyPace | null {
  const [first, last] = [marks[0], marks.at(-1)];
  if (first === undefined || last === undefined || marks.length <= fewestPages || page.length === 0) return null;
  return paceOf(first.key, last.key, (last.keys - first.keys) / page.length, page);
}
