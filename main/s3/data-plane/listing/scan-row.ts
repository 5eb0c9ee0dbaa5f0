import { quotedEtag } from '../../etag.ts';
import { localName, readText } from './read-element.ts';
import { decodeXmlText, type XmlReader } from './xml-reader.ts';

const field = { key: 0, lastModified: 1, etag: 2, size: 3, storageClass: 4, other: 5 } as const;
type Field = (typeof field)[keyof typeof field];
const fieldByName: Readonly<Record<string, Field>> = {
  Key: field.key,
  LastModified: field.lastModified,
  ETag: field.etag,
  Size: field.size,
  StorageClass: field.storageClass,
};

/**
 * How a row was written: what stands before, between and after its texts, tags and all. A row that has the same between
 * texts without a `<` has the same elements, so that it need not be read tag by tag.
 */
export type RowTemplate = { readonly separators: readonly string[]; readonly fields: readonly Field[] };

type RowValues = [
  key: string | null,
  modified: string | null,
  etag: string | null,
  size: string | null,
  storageClass: string | null,
];

/** One `Contents`, tag by tag, whose tag has just been read. No template when its texts are more than plain texts. */
export function readRow(
  reader: XmlReader,
  text: string,
  prefix: string,
): 'broken' | { values: RowValues; template: RowTemplate | null } {
  const values: RowValues = [null, null, null, null, null];
  const separators: string[] = [];
  const fields: Field[] = [];
  const begin = reader.start();
  const depth = reader.depth();
  let isPlain = true;
  let copied = begin;
  for (;;) {
    const event = reader.next();
    if (event === 'broken') return 'broken';
    if (event === 'close' && reader.depth() < depth) break;
    if (event !== 'open') continue;
    const name = reader.name();
    const local = localName(name, prefix);
    const isOwn = reader.depth() === depth + 1;
    const known = isOwn && Object.hasOwn(fieldByName, local) ? (fieldByName[local] ?? field.other) : field.other;
    const isSelfClosing = text[reader.position() - 2] === '/';
    const from = reader.position();
    if (known === field.other) {
      // Of an element that is not known, what is below it is looked at in the same way.
      const end = text.indexOf('<', from);
      if (isSelfClosing || !text.startsWith('</', end)) continue;
      separators.push(text.slice(copied, from));
      fields.push(field.other);
      copied = end;
      continue;
    }
    const leaf = readText(reader);
    if (leaf === 'broken') return 'broken';
    if (values[known] !== null) return brokenRow(values);
    values[known] = leaf.text;
    const end = text.indexOf('<', from);
    if (isSelfClosing || end !== leaf.closesAt) isPlain = false;
    separators.push(text.slice(copied, from));
    fields.push(known);
    copied = end;
  }
  separators.push(text.slice(copied, reader.position()));
  return { values, template: isPlain ? { separators, fields } : null };
}

/** A field that stands twice: without a key it is refused. */
function brokenRow(values: RowValues): { values: RowValues; template: null } {
  values[field.key] = null;
  return { values, template: null };
}

/** Rows have equal positions. */
export type RowColumns = {
  readonly keys: string[];
  readonly sizesBytes: number[];
  /** ISO 8601 in UTC with milliseconds. */
  readonly lastModified: (string | null)[];
  /** Quotes are part of it. */
  readonly etags: (string | null)[];
  readonly storageClasses: (string | null)[];
};

/** The rows so far, a column for each field. */
export type Rows = {
  readonly columns: RowColumns;
  /** What is wrong with the row, or null. */
  add(values: RowValues): string | null;
  /** As it was written in the last row: most rows share it with the one before. */
  lastModifiedText: string;
  lastModified: string | null;
  storageClass: string;
};

export function createRows(): Rows {
  const columns: Rows['columns'] = { keys: [], sizesBytes: [], lastModified: [], etags: [], storageClasses: [] };
  return {
    columns,
    lastModifiedText: '',
    lastModified: null,
    storageClass: '',
    add(values) {
      const key = values[field.key];
      const modified = values[field.lastModified];
      if (key === null || key === '') return 'an object without a key';
      const sizeBytes = sizeOf(values[field.size]);
      if (sizeBytes < 0) return 'a size that is no number';
      if (modified !== null && modified !== this.lastModifiedText) {
        this.lastModifiedText = modified;
        this.lastModified = isoTime(modified);
      }
      columns.keys.push(key);
      columns.sizesBytes.push(sizeBytes);
      columns.lastModified.push(modified === null ? null : this.lastModified);
      const etag = values[field.etag];
      columns.etags.push(etag?.startsWith('"') ? etag : quotedEtag(etag ?? undefined));
      columns.storageClasses.push(values[field.storageClass]);
      this.storageClass = values[field.storageClass] ?? '';
      return null;
    },
  };
}

/** -1 for what is no size. */
function sizeOf(text: string | null): number {
  if (text === null) return 0;
  const digits = text.trim();
  return digits === '' || digits.length > 16 ? -1 : sizeAt(digits, 0, digits.length);
}

function sizeAt(text: string, from: number, to: number): number {
  let size = 0;
  for (let at = from; at < to; at += 1) {
    const digit = text.charCodeAt(at) - 0x30;
    if (digit < 0 || digit > 9) return -1;
    size = size * 10 + digit;
  }
  return Number.isSafeInteger(size) ? size : -1;
}

const usualTime = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;

/** As JavaScript writes it; null for what is no time. */
function isoTime(text: string): string | null {
  if (usualTime.test(text)) return text;
  const dateMs = Date.parse(text.trim());
  return Number.isNaN(dateMs) ? null : new Date(dateMs).toISOString();
}

const quote = '&quot;';

/** Adds the row that begins at `start` and says where it ends; -1, and nothing added, when it is not by the template. */
export function replayRow(text: string, start: number, { separators, fields }: RowTemplate, rows: Rows): number {
  const values: RowValues = [null, null, null, null, null];
  let position = start;
  for (let index = 0; index < fields.length; index += 1) {
    const separator = separators[index] as string;
    if (!text.startsWith(separator, position)) return -1;
    const from = position + separator.length;
    position = text.indexOf('<', from);
    if (position < 0) return -1;
    const which = fields[index] as Field;
    const value = valueAt(text, from, position, which, rows);
    // The careful reader says what is wrong with it.
    if (value === null) return -1;
    if (which !== field.other) values[which] = value;
  }
  const last = separators[fields.length] as string;
  if (!text.startsWith(last, position)) return -1;
  if (rows.add(values) !== null) return -1;
  return position + last.length;
}

/** Null when it cannot be read. */
function valueAt(text: string, from: number, to: number, which: Field, rows: Rows): string | null {
  const length = to - from;
  if (which === field.etag && length > 2 * quote.length && text.startsWith(quote, from)) {
    const inner = text.slice(from + quote.length, to - quote.length);
    if (text.startsWith(quote, to - quote.length) && !inner.includes('&') && !inner.includes('>')) return `"${inner}"`;
  } else if (which === field.lastModified || which === field.storageClass) {
    const before = which === field.storageClass ? rows.storageClass : rows.lastModifiedText;
    if (length === before.length && text.startsWith(before, from)) return before;
  }
  const raw = text.slice(from, to);
  return raw.includes('&') || raw.includes('>') ? decodeXmlText(raw) : raw;
}
