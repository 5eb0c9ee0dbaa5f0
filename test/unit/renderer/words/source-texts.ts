/** One `t('key', {values})` of a source file. */
export type TextCall = {
  readonly key: string;
  readonly values: ReadonlySet<string>;
  /** The values are not written out there, or not all of them. */
  readonly isOpen: boolean;
};

/** The names between double braces, without how they are formatted. */
export function placeholders(text: string): Set<string> {
  return new Set(Array.from(text.matchAll(/\{\{\s*(\w+)[^}]*\}\}/g), (match) => match[1] ?? ''));
}

/** The calls whose key is written out. */
export function callsOfT(source: string): TextCall[] {
  return Array.from(source.matchAll(/\bt\(\s*'([\w.]+)'/g), (match) => {
    const rest = source.slice(match.index + match[0].length);
    const given = /^\s*,\s*/.exec(rest);
    if (given === null) return { key: match[1] ?? '', values: new Set<string>(), isOpen: false };
    const list = rest.slice(given[0].length);
    if (!list.startsWith('{')) {
      const none = list.startsWith(')');
      return { key: match[1] ?? '', values: new Set<string>(), isOpen: !none };
    }
    const parts = topLevelParts(list);
    const names = parts.map((part) => /^(\w+)/.exec(part)?.[1]).filter((name) => name !== undefined);
    return { key: match[1] ?? '', values: new Set(names), isOpen: parts.some((part) => part.startsWith('...')) };
  });
}

/** What stands between the commas of an object literal, at whose brace the text begins. */
function topLevelParts(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let part = '';
  let quote = '';
  for (const character of text) {
    if (quote === '' && '\'"`'.includes(character)) quote = character;
    else if (quote === character) quote = '';
    if (quote === '' && '([{'.includes(character)) depth++;
    if (quote === '' && ')]}'.includes(character)) depth--;
    if (depth === 0) break;
    if (depth === 1 && quote === '' && character === ',') {
      parts.push(part.trim());
      part = '';
    } else if (!(depth === 1 && character === '{' && part === '')) part += character;
  }
  return [...parts, part.trim()].filter((one) => one !== '');
}
