/** What placeholders stand for; null: nothing there to say. */
export type TemplateValues = {
  readonly key: string | null;
  /** Below the trigger's prefix or folder. */
  readonly path: string | null;
  readonly bucket: string | null;
  readonly sizeBytes: number | null;
  readonly etag: string | null;
  readonly modifiedMs: number | null;
  readonly event: string;
  readonly connection: string;
  readonly rule: string;
  /** When the event was seen: a step that is tried again writes the same. */
  readonly atMs: number;
  /** Of the presign step before. */
  readonly url: string | null;
};

type Read = (values: TemplateValues, format: string | undefined) => string;

const nameOf = (path: string | null): string => (path ?? '').slice((path ?? '').lastIndexOf('/') + 1);

/** `.gitignore` has no extension. */
function splitName(path: string | null): { readonly stem: string; readonly ext: string } {
  const name = nameOf(path);
  const dot = name.lastIndexOf('.');
  return dot <= 0 ? { stem: name, ext: '' } : { stem: name.slice(0, dot), ext: name.slice(dot + 1) };
}

const placeholders: Readonly<Record<string, Read>> = {
  key: ({ key }) => key ?? '',
  path: ({ path }) => path ?? '',
  name: ({ path }) => nameOf(path),
  stem: ({ path }) => splitName(path).stem,
  ext: ({ path }) => splitName(path).ext,
  /** The folder in which it lies, below the prefix, with `/` at its end; '' at the top. */
  folder: ({ path }) => (path ?? '').slice(0, (path ?? '').lastIndexOf('/') + 1),
  bucket: ({ bucket }) => bucket ?? '',
  size: ({ sizeBytes }) => (sizeBytes === null ? '' : String(sizeBytes)),
  etag: ({ etag }) => (etag ?? '').replaceAll('"', ''),
  date: ({ atMs }, format) => formatDate(atMs, format ?? 'yyyy-MM-dd'),
  modified: ({ modifiedMs }, format) => (modifiedMs === null ? '' : formatDate(modifiedMs, format ?? 'yyyy-MM-dd')),
  event: ({ event }) => event,
  connection: ({ connection }) => connection,
  rule: ({ rule }) => rule,
  url: ({ url }) => url ?? '',
};

/** The names that may stand in braces; `date` and `modified` take a format after a colon. */
export const placeholderNames: readonly string[] = Object.keys(placeholders);
const withFormat = new Set(['date', 'modified']);

const pattern = /\{\{|\}\}|\{([^{}]*)\}/g;

/** Pure. The placeholders of a template that mean nothing, as they stand in it. */
export function unknownPlaceholders(template: string): string[] {
  const unknown: string[] = [];
  for (const [text, inside] of template.matchAll(pattern)) {
    if (inside === undefined) continue;
    const [name, format] = splitOnce(inside);
    if (!Object.hasOwn(placeholders, name) || (format !== undefined && !withFormat.has(name))) unknown.push(text);
  }
  return unknown;
}

/**
 * Pure. The template with its placeholders filled in; `{{` and `}}` are braces. What means nothing stays as it stands.
 * `asPart` is given each value, to make it safe where it goes.
 */
export function fillTemplate(
  template: string,
  values: TemplateValues,
  asPart: (value: string) => string = (value) => value,
): string {
  return template.replaceAll(pattern, (text: string, inside: string | undefined) => {
    if (inside === undefined) return text[0] ?? '';
    const [name, format] = splitOnce(inside);
    const read = Object.hasOwn(placeholders, name) ? placeholders[name] : undefined;
    return read === undefined ? text : asPart(read(values, format));
  });
}

function splitOnce(inside: string): [string, string?] {
  const colon = inside.indexOf(':');
  return colon < 0 ? [inside] : [inside.slice(0, colon), inside.slice(colon + 1)];
}

/** Local time. Unicode's letters: yyyy, yy, MM, dd, HH, mm, ss; everything else stands for itself. */
function formatDate(atMs: number, format: string): string {
  const date = new Date(atMs);
  const two = (value: number): string => String(value).padStart(2, '0');
  const fields: Readonly<Record<string, string>> = {
    yyyy: String(date.getFullYear()).padStart(4, '0'),
    yy: two(date.getFullYear() % 100),
    MM: two(date.getMonth() + 1),
    dd: two(date.getDate()),
    HH: two(date.getHours()),
    mm: two(date.getMinutes()),
    ss: two(date.getSeconds()),
  };
  return format.replaceAll(/yyyy|yy|MM|dd|HH|mm|ss/g, (field) => fields[field] ?? field);
}
