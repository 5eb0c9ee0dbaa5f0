/** What a reader met: a tag or a text of an element, the end of the document, or what makes it unreadable. */
export type XmlEvent = 'open' | 'close' | 'text' | 'end' | 'broken';

/**
 * Reads a document one event at a time. Strict where a lenient reader would guess: a tag that does not match, an entity
 * nobody declared, a document that ends early or goes on after its end is `broken`, and stays it. Comments and
 * processing instructions are passed over; a DOCTYPE is refused, no answer of S3 has one.
 */
export type XmlReader = {
  next(): XmlEvent;
  /** Of the last `open` or `close`, with its prefix. */
  name(): string;
  /** Of the last `text`, decoded. Text between two tags may come in pieces. */
  value(): string;
  /** Where the last event begins in the text. A self-closing element is an `open` and a `close` at its end. */
  start(): number;
  /** Where the next event begins. */
  position(): number;
  /** Elements that are open. */
  depth(): number;
  /** Goes on from there. The text in between must be whole elements. */
  moveTo(position: number): void;
  /** Why it is broken. `isCutOff`: more text might mend it. */
  problem(): { readonly isCutOff: boolean; readonly reason: string };
};

/** XML's, which JavaScript's `\s` is more than. */
const gap = String.raw`[ \t\r\n]`;
/** All names that S3 has; XML allows more. */
const namePattern = String.raw`[A-Za-z_][\w.\-]*(?::[A-Za-z_][\w.\-]*)?`;
const attributePattern = String.raw`(${namePattern})${gap}*=${gap}*(?:"([^<"]*)"|'([^<']*)')`;
const uncaught = attributePattern.replaceAll(/\((?!\?)/g, '(?:');
const openTag = new RegExp(`<(${namePattern})((?:${gap}+${uncaught})*)${gap}*(/?)>`, 'y');
const closeTag = new RegExp(`</(${namePattern})${gap}*>`, 'y');
const attribute = new RegExp(attributePattern, 'g');
const blank = /^[ \t\r\n]*$/;
const declaration = new RegExp(
  `^xml${gap}+version${gap}*=${gap}*(?:"1\\.0"|'1\\.0')` +
    `(?:${gap}+encoding${gap}*=${gap}*(?:"([\\w.-]+)"|'([\\w.-]+)'))?` +
    `(?:${gap}+standalone${gap}*=${gap}*(?:"(?:yes|no)"|'(?:yes|no)'))?${gap}*$`,
);
const instructionName = new RegExp(`^${namePattern}(?:${gap}|$)`);
const utf8Name = /^(?:utf-?8|us-ascii)$/i;

/** Where in a document a text begins: the elements that are open there, and whether its root has been met. */
export type XmlPlace = { readonly open: readonly string[]; readonly hasRoot: boolean };

/** `text`: the document or the rest of one, line ends already `\n`. */
export function createXmlReader(text: string, place: XmlPlace = { open: [], hasRoot: false }): XmlReader {
  const open = [...place.open];
  const isBeginning = !place.hasRoot;
  let pos = 0;
  let start = 0;
  let name = '';
  let value = '';
  let { hasRoot } = place;
  let closesNext = false;
  let problem: { isCutOff: boolean; reason: string } | null = null;

  const broken = (reason: string, isCutOff = false): 'broken' => {
    problem ??= { isCutOff, reason };
    return 'broken';
  };
  const cutOff = (): 'broken' => broken('it ends too early', true);

  /** Past what is no part of the content; false when there is none at `pos`. */
  const skipMarkup = (): boolean | 'broken' => {
    if (text.startsWith('<!--', pos)) {
      const end = text.indexOf('--', pos + 4);
      if (end < 0 || end + 2 >= text.length) return cutOff();
      if (text[end + 2] !== '>') return broken('a comment with two hyphens in it');
      pos = end + 3;
      return true;
    }
    if (!text.startsWith('<?', pos)) return false;
    const end = text.indexOf('?>', pos + 2);
    if (end < 0) return cutOff();
    const instruction = text.slice(pos + 2, end);
    if (/^xml(?![\w.:-])/i.test(instruction)) {
      if (pos !== 0 || !isBeginning) return broken('an XML declaration that is not at the beginning');
      const declared = declaration.exec(instruction);
      if (declared === null) return broken('an XML declaration that is none');
      const encoding = declared[1] ?? declared[2];
      if (encoding !== undefined && !utf8Name.test(encoding)) return broken('an encoding other than UTF-8');
    } else if (!instructionName.test(instruction)) return broken('a processing instruction without a name');
    pos = end + 2;
    return true;
  };

  const readText = (end: number): XmlEvent | null => {
    const raw = text.slice(pos, end);
    start = pos;
    pos = end;
    if (open.length === 0) return blank.test(raw) ? null : broken('text outside of the document');
    const decoded = decodeXmlText(raw);
    if (decoded === null) return broken('a text that is none');
    value = decoded;
    return 'text';
  };

  const readTag = (): XmlEvent => {
    start = pos;
    if (text.startsWith('<![CDATA[', pos)) {
      if (open.length === 0) return broken('text outside of the document');
      const end = text.indexOf(']]>', pos + 9);
      if (end < 0) return cutOff();
      value = text.slice(pos + 9, end);
      pos = end + 3;
      return 'text';
    }
    if (text.startsWith('</', pos)) {
      closeTag.lastIndex = pos;
      const match = closeTag.exec(text);
      if (match === null) return text.includes('>', pos) ? broken('a tag that is none') : cutOff();
      name = match[1] ?? '';
      if (open.pop() !== name) return broken(`an element that is closed but not open: ${name.slice(0, 100)}`);
      pos = closeTag.lastIndex;
      return 'close';
    }
    openTag.lastIndex = pos;
    const match = openTag.exec(text);
    if (match === null) return text.includes('>', pos) ? broken('a tag that is none') : cutOff();
    if (open.length === 0 && hasRoot) return broken('a second document');
    if (match[2] !== '' && !attributesFit(match[2] ?? '')) return broken('attributes that are none');
    hasRoot = true;
    name = match[1] ?? '';
    pos = openTag.lastIndex;
    if (match[3] === '/') closesNext = true;
    else open.push(name);
    return 'open';
  };

  return {
    next() {
      for (;;) {
        if (problem !== null) return 'broken';
        if (closesNext) {
          closesNext = false;
          start = pos;
          return 'close';
        }
        if (pos >= text.length) return open.length > 0 || !hasRoot ? cutOff() : 'end';
        const tag = text.indexOf('<', pos);
        if (tag !== pos) {
          if (tag < 0 && open.length > 0) return cutOff();
          const event = readText(tag < 0 ? text.length : tag);
          if (event !== null) return event;
          continue;
        }
        const skipped = skipMarkup();
        if (skipped === 'broken') return 'broken';
        if (!skipped) return readTag();
      }
    },
    name: () => name,
    value: () => value,
    start: () => start,
    position: () => pos,
    depth: () => open.length + (closesNext ? 1 : 0),
    moveTo(position) {
      pos = position;
    },
    problem: () => problem ?? { isCutOff: false, reason: '' },
  };
}

function attributesFit(attributes: string): boolean {
  const names = new Set<string>();
  for (const [, name = '', double, single] of attributes.matchAll(attribute)) {
    if (names.has(name) || decodeXmlText(double ?? single ?? '') === null) return false;
    names.add(name);
  }
  return true;
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/**
 * Text with its entities decoded; null when one is unknown, or it has the end of a CDATA section in it. Numbers of control characters are taken as S3 means them,
 * though XML has no such characters.
 */
export function decodeXmlText(raw: string): string | null {
  if (raw.includes(']]>')) return null;
  if (!raw.includes('&')) return raw;
  let isKnown = true;
  const decoded = raw.replaceAll(/&([^;&]{0,12};)?/g, (_, body: string | undefined) => {
    const character = body === undefined ? undefined : entityOf(body.slice(0, -1));
    if (character === undefined) isKnown = false;
    return character ?? '';
  });
  return isKnown ? decoded : null;
}

function entityOf(name: string): string | undefined {
  if (Object.hasOwn(entities, name)) return entities[name];
  const number = /^#(?:x([\da-fA-F]+)|(\d+))$/.exec(name);
  if (number === null) return undefined;
  const code = number[1] === undefined ? Number(number[2]) : Number.parseInt(number[1], 16);
  const isCharacter = code > 0 && code <= 0x10_ff_ff && !(code >= 0xd8_00 && code <= 0xdf_ff);
  return isCharacter ? String.fromCodePoint(code) : undefined;
}
