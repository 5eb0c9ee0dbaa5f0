import * as fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { describe, expect, test } from 'vitest';
import { linesOfRows, rowsOfColumns, rowsOfLines } from '../../main/s3/data-plane/listing/page-lines.ts';
import { decodeUrlName, type PageColumns, scanPage } from '../../main/s3/data-plane/listing/scan-page.ts';
import { quotedEtag } from '../../main/s3/etag.ts';
import type { ObjectRow } from '../../shared/domain/listing.ts';

type Page = { objects: ObjectRow[]; prefixes: string[]; continuationToken: string | null };
type Node = { name: string; text: string; children: Node[] };

/** A whole XML parser that other people wrote; null for what it refuses. */
function parse(text: string): Node | null {
  const top: Node = { name: '', text: '', children: [] };
  const open = [top];
  let isBroken = false;
  const parser = new SaxesParser();
  parser.on('error', () => void (isBroken = true));
  parser.on('opentag', ({ name }) => {
    const node = { name, text: '', children: [] };
    open.at(-1)?.children.push(node);
    open.push(node);
  });
  parser.on('closetag', () => void open.pop());
  const add = (piece: string): void => {
    const node = open.at(-1);
    if (node !== undefined) node.text += piece;
  };
  parser.on('text', add);
  parser.on('cdata', add);
  // As a decoder of UTF-8 does it.
  parser.write(text.replace(/^\uFEFF/, '')).close();
  return isBroken ? null : (top.children[0] ?? null);
}

/** What a page means, told from its tree; null when it is none. */
function pageOfTree(root: Node): Page | null {
  const prefix = root.name.slice(0, root.name.indexOf(':') + 1);
  const all = (node: Node, name: string) => node.children.filter((child) => child.name === prefix + name);
  const one = (node: Node, name: string): string | undefined => {
    const found = all(node, name);
    if (found.length > 1) throw new Error('twice');
    return found[0]?.text;
  };
  if (root.name !== `${prefix}ListBucketResult`) return null;
  try {
    const decode = one(root, 'EncodingType')?.trim() === 'url' ? decodeUrlName : (text: string) => text;
    const objects = all(root, 'Contents').map((node): ObjectRow => {
      const [key, size, time] = [one(node, 'Key'), one(node, 'Size'), one(node, 'LastModified')];
      if (key === undefined || key === '' || (size !== undefined && !/^\d{1,16}$/.test(size.trim()))) throw new Error();
      if (Number(size ?? 0) > Number.MAX_SAFE_INTEGER) throw new Error('too large');
      const dateMs = Date.parse(time?.trim() ?? '');
      return {
        key: decode(key),
        sizeBytes: Number(size ?? 0),
        lastModified: Number.isNaN(dateMs) ? null : new Date(dateMs).toISOString(),
        etag: quotedEtag(one(node, 'ETag')),
        storageClass: one(node, 'StorageClass') ?? null,
      };
    });
    const prefixes = all(root, 'CommonPrefixes').flatMap((node) => all(node, 'Prefix').map(({ text }) => decode(text)));
    const truncated = one(root, 'IsTruncated')?.trim() ?? 'false';
    const token = one(root, 'NextContinuationToken') ?? '';
    if (!['true', 'false'].includes(truncated) || (truncated === 'true' && token === '')) return null;
    return { objects, prefixes, continuationToken: truncated === 'true' ? token : null };
  } catch {
    return null;
  }
}

function expectedOf(bytes: Uint8Array): Page | null {
  const root = parse(Buffer.from(bytes).toString('utf8'));
  return root === null ? null : pageOfTree(root);
}

function pageOf(columns: PageColumns): Page {
  const { prefixes, continuationToken } = columns;
  return { objects: rowsOfColumns(columns), prefixes, continuationToken };
}

/** What is seen must be the page; nothing need be. */
function soundPage(bytes: Uint8Array): { readonly seen: Page | null; readonly expected: Page | null } {
  const scanned = scanPage(bytes);
  const hasOddNumber = /&#x?0*[\da-f]{1,2};/i.test(Buffer.from(bytes).toString());
  // Control characters by number, which S3 means and XML has not.
  if (!scanned.ok || hasOddNumber) return { seen: null, expected: null };
  return { seen: pageOf(scanned.value), expected: expectedOf(bytes) };
}

const escaped: Record<string, readonly string[]> = {
  '&': ['&amp;', '&#38;', '&#x26;'],
  '<': ['&lt;', '&#60;', '&#x3C;'],
  '>': ['&gt;', '>'],
  '"': ['&quot;', '"'],
  "'": ['&apos;', "'", '&#39;'],
  '\r': ['&#13;'],
};

/** A text as some server may write it. */
const written = (text: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.tuple(text, fc.nat(2), fc.boolean()).map(([plain, way, isCdata]) => {
    if (isCdata && way === 2 && !plain.includes(']]>') && !plain.includes('\r')) return `<![CDATA[${plain}]]>`;
    return plain.replaceAll(/[&<>"'\r]/g, (one) => {
      const ways = escaped[one] ?? [one];
      return ways[way % ways.length] ?? one;
    });
  });
const xmlText = fc
  .string({ unit: 'grapheme', maxLength: 12 })
  .filter((text) => parse(`<a>${encodeOdd(text)}</a>`) !== null);
function encodeOdd(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll(']]>', ']]&gt;').replaceAll('\r', '&#13;');
}
const keyText = fc.oneof(
  xmlText.map((text) => `k${text}`),
  fc.constantFrom(
    'a b',
    'a+b%2Bc%25',
    'ü/%C3%BC',
    'x&y<z>"\'',
    '%zz',
    'photos/2026/a.jpg',
    ' lead',
    'tail ',
    ']]',
    '日本/語',
  ),
);
const gap = fc.constantFrom('', '', '', ' ', '\n  ', '\r\n\t', '<!-- c > -->', '<?pi x?>', '<!--\n<Contents>\n-->');
const attributes = fc.constantFrom('', '', '', ' a="1"', ' b=\'>\' c = "&lt;"', '\n x:y="z" ');
const junk = fc.constantFrom(
  '<Owner><ID>1</ID><Key>not this</Key></Owner>',
  '<Owner><ID>a&amp;b</ID><DisplayName/></Owner>',
  '<ChecksumAlgorithm>CRC32</ChecksumAlgorithm><ChecksumAlgorithm>SHA1</ChecksumAlgorithm>',
  '<RestoreStatus><IsRestoreInProgress>false</IsRestoreInProgress></RestoreStatus>',
  '<o:Key xmlns:o="urn:o">other</o:Key>',
  '<Empty/>',
);

type Shape = { prefix: string; attributes: string };
const element = ({ prefix, attributes: more }: Shape, name: string, content: string) =>
  content === '' && more === ''
    ? `<${prefix}${name}/>`
    : `<${prefix}${name}${more}>${content}</${prefix}${name}${more === '' ? '' : ' '}>`;

const rowText = (shape: Shape) =>
  fc
    .tuple(
      fc.record({
        Key: written(keyText),
        LastModified: fc.option(
          fc.constantFrom(
            '2026-01-01T00:00:00.000Z',
            '2026-02-29T10:00:00Z',
            '2025-12-31T23:59:59.123456+02:00',
            '2026-02-31T00:00:00.000Z',
            'never',
            '',
          ),
        ),
        ETag: fc.option(
          fc.constantFrom('&quot;d41d8cd9&quot;', '"abc-3"', 'bare', '', '&quot;a&amp;b&quot;', '&quot;', 'W/"x"'),
        ),
        Size: fc.option(
          fc.oneof(
            fc.nat().map(String),
            fc.constantFrom(' 7 ', '0', '53687091200000', '007', '-1', '', '1e3', '99999999999999999'),
          ),
        ),
        StorageClass: fc.option(fc.constantFrom('STANDARD', 'GLACIER', '')),
      }),
      fc.array(junk, { maxLength: 2 }),
      fc.infiniteStream(fc.nat(1000)),
      gap,
      fc.boolean(),
    )
    .map(([fields, extras, order, space, isTwice]) => {
      const parts = Object.entries(fields).flatMap(([name, text]) =>
        text === null ? [] : [element(shape, name, text)],
      );
      if (isTwice && fields.Size === '007') parts.push(element(shape, 'Key', 'again'));
      const shuffled = [...parts, ...extras].map((part) => ({ part, at: order.next().value ?? 0 }));
      shuffled.sort((a, b) => a.at - b.at);
      return element(shape, 'Contents', space + shuffled.map(({ part }) => part + space).join(''));
    });

const documentText = fc
  .record({
    prefix: fc.constantFrom('', '', '', 's3:'),
    attributes,
    isUrl: fc.boolean(),
    truncated: fc.constantFrom('true', 'false', ' true ', null, 'True'),
    token: fc.option(written(xmlText)),
    head: fc.constantFrom(
      '<?xml version="1.0" encoding="UTF-8"?>\n',
      '',
      '\uFEFF',
      '<!-- x -->',
      "<?xml version='1.0'?>",
    ),
    space: gap,
  })
  .chain(({ prefix, attributes: more, isUrl, truncated, token, head, space }) => {
    const shape = { prefix, attributes: more };
    const row = rowText(shape);
    const rows = fc.oneof(
      fc.array(row, { maxLength: 6 }),
      // Rows of one shape, one after another, as servers write them.
      fc
        .tuple(row, fc.integer({ min: 1, max: 30 }))
        .map(([one, count]) => Array.from({ length: count }, (_, at) => one.replace(/Key([^>]*)>k/, `Key$1>k${at}`))),
    );
    return fc.record({ rows, folders: fc.array(written(keyText), { maxLength: 3 }), at: fc.nat(30) }).map((parts) => {
      const folders = parts.folders.map((name) => element(shape, 'CommonPrefixes', element(shape, 'Prefix', name)));
      const children = [...parts.rows, ...folders];
      const insert = (text: string): void => void children.splice(parts.at % (children.length + 1), 0, text);
      if (isUrl) insert(element(shape, 'EncodingType', 'url'));
      if (truncated !== null) insert(element(shape, 'IsTruncated', truncated));
      if (token !== null) insert(element(shape, 'NextContinuationToken', token));
      insert(element(shape, 'Prefix', 'p'));
      const names = prefix === '' ? 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"' : 'xmlns:s3="urn:s3"';
      return `${head}<${prefix}ListBucketResult ${names}>${space}${children.join(space)}</${prefix}ListBucketResult>\n`;
    });
  });

describe('the scanner of listings, beside a whole XML parser', () => {
  test('sees the same page in documents of every shape, and refuses the same ones', () => {
    let pages = 0;
    fc.assert(
      fc.property(documentText, (text) => {
        const bytes = Buffer.from(text);
        const expected = expectedOf(bytes);
        const scanned = scanPage(bytes);
        expect(scanned.ok ? pageOf(scanned.value) : null).toEqual(expected);
        if (scanned.ok) pages += 1;
      }),
      { numRuns: 3000 },
    );
    expect(pages).toBeGreaterThan(500);
  });

  test('never sees another page in what was damaged on the way', () => {
    const damage = fc.array(
      fc.record({
        at: fc.nat(),
        kind: fc.nat(3),
        byte: fc.oneof(fc.integer({ min: 32, max: 255 }), fc.constantFrom(...Buffer.from('<>/&;"=! -\n\t'))),
        length: fc.nat(40),
      }),
      { minLength: 1, maxLength: 4 },
    );
    fc.assert(
      fc.property(documentText, damage, (text, changes) => {
        let bytes = Buffer.from(text);
        for (const { at, kind, byte, length } of changes) {
          const place = at % bytes.length;
          const [before, after] = [bytes.subarray(0, place), bytes.subarray(place)];
          const rest = kind === 0 ? after.subarray(1) : kind === 1 ? after.subarray(length) : after;
          const added = kind === 3 ? bytes.subarray(0, length) : kind === 1 ? [] : [byte];
          bytes = Buffer.concat([before, Uint8Array.from(added), rest]);
          if (bytes.length === 0) return;
        }
        const { seen, expected } = soundPage(bytes);
        expect(seen).toEqual(expected);
      }),
      { numRuns: 4000 },
    );
  });

  test('a document that ends early is never a page, wherever it ends', () => {
    for (const text of fc.sample(documentText, { numRuns: 10, seed: 7 })) {
      const bytes = Buffer.from(text.trimEnd());
      for (let length = 0; length < bytes.length; length += 1)
        expect(scanPage(bytes.subarray(0, length)).ok).toBe(false);
    }
  });

  test('documents of many windows, with elements across their edges', () => {
    const sized = fc.tuple(fc.array(fc.nat(90_000), { minLength: 1, maxLength: 40 }), fc.boolean());
    fc.assert(
      fc.property(sized, ([lengths, isAscii]) => {
        const rows = lengths.map((length, at) => {
          const filler =
            length % 5 === 0 ? `<Owner><ID>${'o'.repeat(length)}</ID></Owner>` : `<!--${'c'.repeat(length % 9000)}-->`;
          return `<Contents><Key>${at}${isAscii ? '' : 'ü'}${'k'.repeat(length % 900)}</Key>${filler}<Size>${at}</Size></Contents>`;
        });
        const bytes = Buffer.from(
          `<ListBucketResult><IsTruncated>false</IsTruncated>${rows.join('')}</ListBucketResult>`,
        );
        const scanned = scanPage(bytes);
        expect(scanned.ok ? pageOf(scanned.value) : scanned).toEqual(expectedOf(bytes));
        expect(scanPage(bytes.subarray(0, bytes.length - 1 - ((lengths[0] ?? 0) % bytes.length))).ok).toBe(false);
      }),
      { numRuns: 60 },
    );
  });
});

describe('rows as lines', () => {
  test('are what JSON.stringify makes of them, and come back', () => {
    const anyText = fc.string({ unit: 'binary', maxLength: 20 });
    const row = fc.record({
      key: anyText,
      sizeBytes: fc.maxSafeNat(),
      lastModified: fc.option(fc.constant('2026-01-01T00:00:00.000Z')),
      etag: fc.option(fc.oneof(anyText, fc.constant('"0123-4"'))),
      storageClass: fc.option(fc.oneof(anyText, fc.constant('STANDARD'))),
    });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 300 }), (rows) => {
        const lines = linesOfRows(rows);
        expect(Buffer.from(lines).toString()).toBe(rows.map((one) => `${JSON.stringify(one)}\n`).join(''));
        expect(rowsOfLines(lines)).toEqual(rows);
      }),
      { numRuns: 200 },
    );
  });
});
