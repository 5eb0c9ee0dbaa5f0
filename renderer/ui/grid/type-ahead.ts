/** What was typed so far and when the last of it came. */
export type TypeAhead = { readonly text: string; readonly atMs: number };

export const nothingTyped: TypeAhead = { text: '', atMs: Number.NEGATIVE_INFINITY };

const pauseMs = 1000;

/** Whether a key now goes on with what was typed before. */
export function isTyping(typed: TypeAhead, nowMs: number): boolean {
  return typed.text !== '' && nowMs - typed.atMs < pauseMs;
}

/** Pure. What is searched for once `character` has come; after a pause of a second it begins anew. */
export function typeOn(typed: TypeAhead, character: string, nowMs: number): TypeAhead {
  return { text: isTyping(typed, nowMs) ? typed.text + character : character, atMs: nowMs };
}

type Key = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'isComposing'> & {
  getModifierState: (key: string) => boolean;
};

/** The character that a key types, or null: commands, named keys and what an input method is still composing type none. */
export function typedCharacter(event: Key): string | null {
  if (event.isComposing || Array.from(event.key).length !== 1) return null;
  // AltGr, and Option of a Mac, type characters of their own; elsewhere it is a command.
  if (event.getModifierState('AltGraph')) return event.key;
  return event.ctrlKey || event.metaKey || event.altKey ? null : event.key;
}

/** Pure. The next name that begins with what was typed, around the end; with a first letter another one than that it is at. */
export function findTyped(names: readonly string[], active: number, text: string): number | null {
  const steps = [...names.keys()].slice(text.length === 1 ? 1 : 0);
  const wanted = text.toLocaleLowerCase();
  const indexes = steps.map((step) => (active + step) % names.length);
  return indexes.find((index) => names[index]?.toLocaleLowerCase().startsWith(wanted)) ?? null;
}
