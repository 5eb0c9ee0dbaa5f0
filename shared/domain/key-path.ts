import { utf8Bytes } from './utf8.ts';

/**
 * Keys and file names, both ways ([T30]-[T34] of SPEC.md). Pure.
 *
 * A key is split at `/` into segments. A segment the file system can hold is its file name, byte for byte; anything
 * else is escaped so that two keys never share a path and the key can be read back:
 *   `%XX`  a character the file system cannot hold (upper-case hex of its UTF-8 bytes), and `%` itself among those
 *   `%_`   an empty segment (`a//b`, or an object whose key ends in `/`)
 *   `x%+/%+y`  one segment over two levels of folders (it is longer than a file name may be)
 *   `x%~n` the name was taken by another key of the same job (`n` empty or letters and digits)
 * A name which would read as one of these escapes gets its `%` escaped; a name that only looks like one is kept.
 */
export type PathRules = {
  readonly platform: 'posix' | 'win32';
  /** The file system takes `A` and `a`, or two spellings of `é`, for the same name (macOS, Windows). Left out: to be found out. */
  readonly foldsNames?: boolean;
};

/** Bytes on Linux and macOS, UTF-16 units on Windows. */
const maxNameLength = 255;
/** Temporary names put 28 characters around the name; shorter chunks leave room for them. */
const chunkBytes = 180;

const windowsReserved = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?$/i;
const posixUnholdable = /[\0/]/u;
const windowsUnholdable = /[\u0000-\u001f<>:"/\\|?*]/u;

/** Only ASCII characters are ever escaped. */
function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}

function isUnholdable(segment: string, rules: PathRules): boolean {
  if (segment === '' || segment === '.' || segment === '..') return true;
  if (rules.platform === 'posix') return posixUnholdable.test(segment);
  return windowsUnholdable.test(segment) || /[. ]$/.test(segment) || windowsReserved.test(segment);
}

function escapeSegment(segment: string, rules: PathRules): string {
  if (segment === '') return '%_';
  const bad = rules.platform === 'posix' ? posixUnholdable : windowsUnholdable;
  const characters = Array.from(segment);
  const allDots = segment === '.' || segment === '..';
  const reserved = rules.platform === 'win32' && windowsReserved.test(segment);
  return characters
    .map((character, index) => {
      const last = index === characters.length - 1;
      const escape =
        character === '%' ||
        allDots ||
        bad.test(character) ||
        (reserved && index === 0) ||
        (rules.platform === 'win32' && last && (character === '.' || character === ' '));
      return escape ? percent(character) : character;
    })
    .join('');
}

/** Reads the escapes of one name as they stand, canonical or not; null where it has none or they are malformed. */
function unescapeName(name: string): string | null {
  if (name === '%_') return '';
  if (!/%[0-9A-F]{2}/.test(name)) return null;
  const escaped = name.replace(/%(?![0-9A-F]{2})/g, '%25');
  try {
    return decodeURIComponent(escaped);
  } catch {
    return null;
  }
}

function encodeSegment(segment: string, rules: PathRules): string {
  if (isUnholdable(segment, rules)) return escapeSegment(segment, rules);
  const readsAsEscape = decodeName(segment, rules) !== segment || /%\+$|%~[0-9a-z]*$/.test(segment) || segment === '%_';
  return readsAsEscape ? segment.replaceAll('%', '%25') : segment;
}

function decodeName(name: string, rules: PathRules): string {
  const segment = unescapeName(name);
  // A slash inside a segment is nothing we ever escape.
  return segment !== null && !segment.includes('/') && encodeSegment(segment, rules) === name ? segment : name;
}

/**
 * Splits a name that is too long between characters: `x%+`, `%+y%+`, `%+z`. The mark in front keeps a short rest
 * from being a name of its own meaning (`..`, `CON`).
 */
function splitLong(name: string, rules: PathRules): string[] {
  return lengthOf(name, rules) <= maxNameLength ? [name] : chunksOf(name);
}

function lengthOf(name: string, { platform }: PathRules): number {
  return platform === 'win32' ? name.length : utf8Bytes(name);
}

function chunksOf(name: string): string[] {
  const chunks: string[] = [];
  let chunk = '';
  let size = 0;
  for (const character of name) {
    const bytes = utf8Bytes(character);
    if (size + bytes > chunkBytes) {
      chunks.push(`${chunk}%+`);
      chunk = '%+';
      size = 0;
    }
    chunk += character;
    size += bytes;
  }
  chunks.push(chunk);
  return chunks;
}

/** The file names, from the outermost folder to the file, under which a key (or the rest of it below a prefix) is kept. */
export function keyToNames(key: string, rules: PathRules): string[] {
  return key.split('/').flatMap((segment) => splitLong(encodeSegment(segment, rules), rules));
}

/** The key of a file from the names of the folders above it (below the transfer's root) and its own. */
export function namesToKey(names: readonly string[], rules: PathRules): string {
  const segments: string[] = [];
  let open: string | null = null;
  for (const [index, name] of names.entries()) {
    const rest: string = open === null ? name : open + name.slice(2);
    const own = rest.replace(/%~[0-9a-z]*$/, '');
    if (own.endsWith('%+') && names[index + 1]?.startsWith('%+')) {
      open = own.slice(0, -2);
      continue;
    }
    open = null;
    segments.push(decodeName(own, rules));
  }
  return segments.join('/');
}

/**
 * The name that a file or folder gets when another key of the same job has taken its own: reads back as the same key. Over
 * two levels of folders where it would be too long. `tag`: letters a-z and digits, none or a few.
 */
export function twinNames(name: string, tag: string): string[] {
  const mark = `%~${tag}`;
  if (utf8Bytes(name) + mark.length <= maxNameLength) return [name + mark];
  const chunks = chunksOf(name);
  const last = chunks.pop() ?? '';
  return [...chunks, last + mark];
}
