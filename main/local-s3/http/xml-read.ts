/** An element without its attributes; `text` is what stands in it, entities decoded, without that of its children. */
export type XmlElement = { readonly name: string; readonly children: readonly XmlElement[]; readonly text: string };

type OpenElement = { readonly name: string; readonly children: XmlElement[]; text: string };

const namedEntities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
/** Nothing S3 takes is deeper than four. */
const maxDepth = 16;

/**
 * Reads the small documents clients send (lists of keys and parts). Own code because keys must come out byte for byte:
 * white space is kept, references to control characters are taken, declarations of entities are refused.
 * Null when it is not well-formed.
 */
export function readXml(text: string): XmlElement | null {
  const open: OpenElement[] = [];
  let root: XmlElement | null = null;
  let at = text.startsWith('\ufeff') ? 1 : 0;
  while (at < text.length) {
    const start = text.indexOf('<', at);
    const between = text.slice(at, start < 0 ? text.length : start);
    const current = open.at(-1);
    if (current) {
      const decoded = decodeEntities(between);
      if (decoded === null) return null;
      current.text += decoded;
    } else if (between.trim() !== '') return null;
    if (start < 0) break;

    const skipped = skipSpecial(text, start);
    if (skipped === null) return null;
    if (skipped.to > start) {
      if (skipped.text !== '' && current) current.text += skipped.text;
      at = skipped.to;
      continue;
    }
    const end = text.indexOf('>', start);
    if (end < 0) return null;
    const tag = text.slice(start + 1, end);
    at = end + 1;
    if (tag.startsWith('/')) {
      const closed = open.pop();
      if (!closed || closed.name !== localName(tag.slice(1).trim())) return null;
      const parent = open.at(-1);
      if (parent) parent.children.push(closed);
      else root = closed;
      continue;
    }
    const match = /^([A-Za-z_][\w.:-]*)(\s+[\w.:-]+\s*=\s*("[^"<]*"|'[^'<]*'))*\s*(\/?)$/.exec(tag);
    if (!match || (open.length === 0 && root !== null) || open.length === maxDepth) return null;
    const made: OpenElement = { name: localName(match[1] as string), children: [], text: '' };
    if (match[4] !== '/') open.push(made);
    else if (current) current.children.push(made);
    else root = made;
  }
  return open.length === 0 ? root : null;
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

/** Behind a comment, an instruction or a CDATA section (whose text counts); null for a declaration. */
function skipSpecial(text: string, start: number): { readonly to: number; readonly text: string } | null {
  const kinds = [
    ['<!--', '-->'],
    ['<![CDATA[', ']]>'],
    ['<?', '?>'],
  ] as const;
  for (const [opening, closing] of kinds) {
    if (!text.startsWith(opening, start)) continue;
    const end = text.indexOf(closing, start + opening.length);
    if (end < 0) return null;
    return { to: end + closing.length, text: opening === '<![CDATA[' ? text.slice(start + opening.length, end) : '' };
  }
  return text.startsWith('<!', start) ? null : { to: start, text: '' };
}

function decodeEntities(text: string): string | null {
  if (!text.includes('&')) return text;
  let valid = true;
  const decoded = text.replace(/&(#x[0-9a-fA-F]{1,6}|#\d{1,7}|\w+);|&/g, (_, name: string | undefined) => {
    const value = name === undefined ? undefined : entity(name);
    if (value === undefined) valid = false;
    return value ?? '';
  });
  return valid ? decoded : null;
}

function entity(name: string): string | undefined {
  if (!name.startsWith('#')) return Object.hasOwn(namedEntities, name) ? namedEntities[name] : undefined;
  const point = name.startsWith('#x') ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
  return point <= 0x10ffff && !(point >= 0xd800 && point <= 0xdfff) ? String.fromCodePoint(point) : undefined;
}

/** Text of the first child of this name. */
export function childText(parent: XmlElement, name: string): string | undefined {
  return parent.children.find((child) => child.name === name)?.text;
}
