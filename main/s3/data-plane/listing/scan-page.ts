import { isAscii } from 'node:buffer';
import { err, ok, type Result } from '../../../../shared/result.ts';
import { localName, readChildren, readText } from './read-element.ts';
import { createRows, readRow, replayRow, type RowColumns, type Rows, type RowTemplate } from './scan-row.ts';
import { createXmlReader, type XmlPlace, type XmlReader } from './xml-reader.ts';

/** A page of a listing, a column for each field: as it is scanned, and as it is made JSON of. */
export type PageColumns = RowColumns & {
  readonly prefixes: string[];
  /** Null on the last page. */
  readonly continuationToken: string | null;
  /** What the server says it listed, as it stands there: not every server that encodes keys encodes this. */
  readonly listedPrefix: string;
};

/** Why an answer with status 200 is no page. */
export type ScanFailure =
  /** It ends before its end. */
  | { readonly type: 'cutOff' }
  /** Not XML, not a listing, or one that contradicts itself. */
  | { readonly type: 'notAListing'; readonly reason: string }
  /** An error inside of a 200. */
  | { readonly type: 'error'; readonly code: string; readonly message: string | undefined };

/**
 * Scans the body of an answer to ListObjectsV2. Pure. Elements that are not known are passed over, in any order. The first
 * row is read tag by tag and the others by its template, as long as they follow it: 1,000 keys take about a millisecond.
 * Keys are decoded where the answer says `url`. Anything that is not a whole, consistent listing is a failure.
 */
export function scanPage(body: Uint8Array): Result<PageColumns, ScanFailure> {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const scan: Scan = {
    place: { open: [], hasRoot: false },
    prefix: '',
    rows: createRows(),
    prefixes: [],
    once: new Map(),
    template: null,
  };
  // Encoded listings are ASCII. Others are read at once: their characters may lie across two windows.
  const isSimple = isAscii(bytes) && !bytes.includes(carriageReturn);
  const whole = isSimple
    ? ''
    : bytes
        .toString('utf8')
        .replace(/^\uFEFF/, '')
        .replaceAll(/\r\n?/g, '\n');
  const length = isSimple ? bytes.length : whole.length;
  let windowLength = isSimple ? windowBytes : length;
  for (let offset = 0; ; ) {
    const end = Math.min(length, offset + windowLength);
    const text = isSimple ? bytes.toString('latin1', offset, end) : whole;
    const step = scanWindow(scan, text, end === length);
    if (step.type === 'failed') return err(step.failure);
    if (step.type === 'done') return finish(scan);
    offset += step.readTo;
    // An element that is longer than the window.
    windowLength = step.readTo === 0 ? windowLength * 2 : windowBytes;
  }
}

/** V8 keeps strings up to here among its small ones; a longer one costs as much as the whole scan of a page. */
const windowBytes = 64 * 1024;
const carriageReturn = 13;

type Scan = {
  /** Where the next window begins: outside of the root, or in it between two of its children. */
  place: XmlPlace;
  /** The root's, with its colon. */
  prefix: string;
  readonly rows: Rows;
  readonly prefixes: string[];
  /** Of what stands once in a page. */
  readonly once: Map<string, string>;
  template: RowTemplate | null;
};

const onceOnly: ReadonlySet<string> = new Set(['IsTruncated', 'NextContinuationToken', 'EncodingType', 'Prefix']);

type Step =
  | { readonly type: 'done' }
  | { readonly type: 'more'; readonly readTo: number }
  | { readonly type: 'failed'; readonly failure: ScanFailure };

const failed = (failure: ScanFailure): Step => ({ type: 'failed', failure });
const notAListing = (reason: string): Step => failed({ type: 'notAListing', reason });

/** Reads whole children of the root, as far as the text has them. */
function scanWindow(scan: Scan, text: string, isLast: boolean): Step {
  const reader = createXmlReader(text, scan.place);
  for (;;) {
    let unitStart = reader.position();
    if (scan.template !== null && reader.depth() === 1) {
      for (let end = unitStart; end >= 0; end = replayRow(text, unitStart, scan.template, scan.rows)) unitStart = end;
      reader.moveTo(unitStart);
    }
    if (unitStart === text.length && !isLast) return { type: 'more', readTo: unitStart };
    const event = reader.next();
    if (event === 'end') return isLast ? { type: 'done' } : { type: 'more', readTo: text.length };
    let step: Step | 'broken' | null = null;
    if (event === 'broken') step = 'broken';
    else if (event === 'open') step = scan.place.hasRoot ? scanChild(scan, reader, text) : scanRoot(scan, reader);
    if (step === 'broken') {
      // The cut of the window may look like any fault.
      if (!isLast) return { type: 'more', readTo: unitStart };
      const { isCutOff, reason } = reader.problem();
      return isCutOff ? failed({ type: 'cutOff' }) : notAListing(reason);
    }
    if (step !== null) return step;
    if (event === 'close') scan.place = { open: [], hasRoot: true };
  }
}

function scanRoot(scan: Scan, reader: XmlReader): Step | 'broken' | null {
  const root = reader.name();
  const prefix = root.slice(0, root.indexOf(':') + 1);
  const kind = root.slice(prefix.length);
  if (kind === 'Error') return scanError(reader, prefix);
  if (kind !== 'ListBucketResult') return notAListing(`the answer is a ${kind.slice(0, 100)}`);
  scan.prefix = prefix;
  scan.place = { open: [root], hasRoot: true };
  return null;
}

function scanChild(scan: Scan, reader: XmlReader, text: string): Step | 'broken' | null {
  const { prefix, rows, prefixes, once } = scan;
  const local = localName(reader.name(), prefix);
  if (local === 'Contents') {
    const row = readRow(reader, text, prefix);
    if (row === 'broken') return 'broken';
    const problem = rows.add(row.values);
    if (problem !== null) return notAListing(problem);
    scan.template = row.template ?? scan.template;
    return null;
  }
  if (local === 'CommonPrefixes') {
    const found = readChildren(reader, prefix);
    if (found === 'broken') return 'broken';
    for (const [child, value] of found) if (child === 'Prefix') prefixes.push(value);
    return null;
  }
  const value = readText(reader);
  if (value === 'broken') return 'broken';
  if (!onceOnly.has(local)) return null;
  if (once.has(local)) return notAListing(`it has two of ${local}`);
  once.set(local, value.text);
  return null;
}

function finish({ rows, prefixes, once }: Scan): Result<PageColumns, ScanFailure> {
  const isTruncated = once.get('IsTruncated')?.trim() ?? 'false';
  if (isTruncated !== 'true' && isTruncated !== 'false') {
    return err({ type: 'notAListing', reason: 'IsTruncated is neither true nor false' });
  }
  const token = once.get('NextContinuationToken') ?? '';
  // Taking a cut-off listing for a whole one could delete what it did not show.
  if (isTruncated === 'true' && token === '') {
    return err({ type: 'notAListing', reason: 'a truncated page without a token' });
  }
  if (once.get('EncodingType')?.trim() === 'url') {
    decodeAll(rows.columns.keys);
    decodeAll(prefixes);
  }
  return ok({
    ...rows.columns,
    prefixes,
    continuationToken: isTruncated === 'true' ? token : null,
    listedPrefix: once.get('Prefix') ?? '',
  });
}

function decodeAll(names: string[]): void {
  for (const [index, name] of names.entries()) {
    if (name.includes('%') || name.includes('+')) names[index] = decodeUrlName(name);
  }
}

/** S3's `url` encoding: `+` is a space, a plus is `%2B`. */
export function decodeUrlName(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    // Bytes that are no UTF-8: such a key cannot be named in a request of ours anyway.
    return text;
  }
}

function scanError(reader: XmlReader, prefix: string): Step | 'broken' {
  const children = readChildren(reader, prefix);
  if (children === 'broken') return 'broken';
  const { Code, Message } = Object.fromEntries(children) as Record<string, string | undefined>;
  return Code === undefined || Code === ''
    ? notAListing('an error without a code')
    : failed({ type: 'error', code: Code, message: Message });
}
