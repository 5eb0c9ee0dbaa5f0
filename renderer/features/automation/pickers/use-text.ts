import { useState } from 'react';

/** A field whose text says a value in its own way: what is typed stays as it is typed. */
export function useText<V>(
  value: V,
  how: {
    readonly write: (value: V) => string;
    readonly read: (text: string) => V;
    readonly onChange: (value: V) => void;
  },
): { readonly value: string; readonly onValueChange: (text: string) => void } {
  const [text, setText] = useState(() => how.write(value));
  return {
    value: text,
    onValueChange: (next) => {
      setText(next);
      how.onChange(how.read(next));
    },
  };
}

/** One a line. */
export const lines = {
  write: (values: readonly string[]) => values.join('\n'),
  read: (text: string) =>
    text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== ''),
};

/** `name=value`, one a line. */
export const pairs = {
  write: (values: Readonly<Record<string, string>>) =>
    Object.entries(values)
      .map(([name, value]) => `${name}=${value}`)
      .join('\n'),
  read: (text: string): Record<string, string> =>
    Object.fromEntries(
      lines.read(text).map((line) => {
        const at = line.indexOf('=');
        return at < 0 ? [line, ''] : [line.slice(0, at).trim(), line.slice(at + 1).trim()];
      }),
    ),
};

/**
 * Pure. A number as people write it, with a point or a comma; null: it is none, or not within the limits. `1,000` could be
 * one or a thousand: it is none.
 */
export function readNumber(text: string, least: number, most: number): number | null {
  const plain = text.trim();
  if (!/^\d+(?:[.,]\d+)?$/.test(plain) || /,\d{3}$/.test(plain)) return null;
  const number = Number(plain.replace(',', '.'));
  return number >= least && number <= most ? number : null;
}
