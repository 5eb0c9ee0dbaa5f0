/** One `-----BEGIN …-----` block of a text. */
export type PemBlock = {
  /** `CERTIFICATE`, `RSA PRIVATE KEY` … */
  readonly label: string;
  /** Empty when what stands between the lines is no base64, or the END line is missing. */
  readonly der: Buffer;
  /** Of a key encrypted the old way: cipher and salt, as in its DEK-Info line. */
  readonly dekInfo: string | null;
};

const begin = /-----BEGIN ([A-Z0-9][A-Z0-9 ]*)-----/g;
/** Both lines of RFC 1421 that OpenSSL writes; a paste may have put everything on one line. */
const encryptionHeaders = /^\s*Proc-Type:\s*4,\s*ENCRYPTED\s+DEK-Info:\s*([A-Za-z0-9-]+,[0-9A-Fa-f]+)\s/;

/**
 * Pure. The PEM blocks of a text, in their order, whatever stands around them: bag attributes, mail, comments. Line ends
 * may be of any kind, missing, or the two characters `\n` as in JSON.
 */
export function readPemBlocks(text: string): PemBlock[] {
  const begins = [...text.matchAll(begin)];
  return begins.map((match, index) => {
    const label = match[1] ?? '';
    const content = text.slice(match.index + match[0].length, begins[index + 1]?.index);
    const end = content.indexOf(`-----END ${label}-----`);
    return end < 0 ? { label, der: Buffer.alloc(0), dekInfo: null } : { label, ...readContent(content.slice(0, end)) };
  });
}

function readContent(content: string): Omit<PemBlock, 'label'> {
  const lines = content.replace(/\\[nrt]/g, '\n');
  const headers = encryptionHeaders.exec(lines);
  const der = decodeBase64(headers === null ? lines : lines.slice(headers[0].length));
  return { der: der ?? Buffer.alloc(0), dekInfo: headers?.[1] ?? null };
}

/** Pure. The bytes of base64 text with any white space in it; null when it is not that, or empty. */
export function decodeBase64(text: string): Buffer | null {
  const compact = text.replace(/\s+/g, '');
  if (compact === '' || !/^[A-Za-z0-9+/]+={0,2}$/.test(compact)) return null;
  // Cut off in the middle of a group: Node would drop the rest silently.
  if (compact.replace(/=+$/, '').length % 4 === 1) return null;
  return Buffer.from(compact, 'base64');
}

/** Pure. A block as OpenSSL writes it. */
export function writePem({ label, der, dekInfo }: PemBlock): string {
  const lines = der.toString('base64').replace(/.{64}(?=.)/g, '$&\n');
  const headers = dekInfo === null ? '' : `Proc-Type: 4,ENCRYPTED\nDEK-Info: ${dekInfo}\n\n`;
  return `-----BEGIN ${label}-----\n${headers}${lines}\n-----END ${label}-----\n`;
}

/** Pure. The text of a file: UTF-8, or UTF-16 when a byte order mark says so (PowerShell writes it). */
export function decodeText(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const isUtf16 = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  return new TextDecoder(isUtf16 ? (first === 0xff ? 'utf-16le' : 'utf-16be') : 'utf-8').decode(bytes);
}
