import type { ConnectionDraft } from './connection-draft.ts';

/** What a certificate's or a private key's field holds, as far as it can be told without opening it. */
export type KeyKind = 'certificates' | 'privateKey' | 'pkcs12' | 'unknown';

/** The contract takes 200,000 characters; base64 makes four of three bytes. No certificate comes near it. */
export const maxKeyFileBytes = 150_000;

const pemBlock = /-----BEGIN ([A-Z0-9 ]+)-----[^-]*(?:-(?!----)[^-]*)*-----END \1-----/g;
const isCertificateLabel = (label: string) => /^(?:X509 |TRUSTED )?CERTIFICATE$/.test(label);

type Blocks = { readonly certificates: readonly string[]; readonly keys: readonly string[] };
function pemBlocks(text: string): Blocks {
  const blocks = Array.from(text.matchAll(pemBlock), ([block, label]) => ({ block, label: label ?? '' }));
  return {
    certificates: blocks.filter(({ label }) => isCertificateLabel(label)).map(({ block }) => block),
    keys: blocks.filter(({ label }) => label.endsWith('PRIVATE KEY')).map(({ block }) => block),
  };
}

/** Pure. What the bytes of a file are in the contract: PEM text as it is, anything else in base64. */
export function keyTextOf(bytes: Uint8Array): string {
  const [first, second] = bytes;
  // PowerShell writes its text files like this.
  const isUtf16 = first === 0xff && second === 0xfe;
  const text = new TextDecoder(isUtf16 ? 'utf-16le' : 'utf-8').decode(bytes);
  if (text.includes('-----BEGIN ')) return text;
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}

/** Pure. */
export function keyKind(text: string): KeyKind {
  if (text.includes('-----BEGIN ')) {
    const { certificates, keys } = pemBlocks(text);
    return certificates.length > 0 ? 'certificates' : keys.length > 0 ? 'privateKey' : 'unknown';
  }
  return derKind(text);
}

/** Pure. How many certificates are in it; one for a binary file. */
export function certificateCount(text: string): number {
  return Math.max(1, pemBlocks(text).certificates.length);
}

/** Pure. Whether the certificate's file brings its private key along. */
export const hasOwnKey = (certificatePem: string): boolean => keyKind(certificatePem) === 'pkcs12';

/** Pure. Whether the text of a private key says that it is encrypted; a binary file may be all the same. */
export const isEncrypted = (privateKeyPem: string): boolean =>
  /-----BEGIN ENCRYPTED PRIVATE KEY-----|Proc-Type: 4,ENCRYPTED/.test(privateKeyPem);

const sequence = 0x30;
const integer = 0x02;

/** By its first fields: each of these begins with another one (RFC 5280, 5208, 5915, 8017, 7292). */
function derKind(base64: string): KeyKind {
  const bytes = firstBytes(base64);
  if (bytes[0] !== sequence) return 'unknown';
  const at = contentStart(bytes, 0);
  if (bytes[at] === integer && bytes[at + 1] === 1) {
    const version = bytes[at + 2];
    return version === 3 ? 'pkcs12' : version === 0 || version === 1 ? 'privateKey' : 'unknown';
  }
  if (bytes[at] !== sequence) return 'unknown';
  // The name of an algorithm: an encrypted key. Otherwise what a certificate's issuer has signed.
  return bytes[contentStart(bytes, at)] === 0x06 ? 'privateKey' : 'certificates';
}

function firstBytes(base64: string): Uint8Array {
  const start = base64.replaceAll(/\s/g, '').slice(0, 32);
  if (start.length < 16 || !/^[A-Za-z0-9+/]+$/.test(start)) return new Uint8Array();
  return Uint8Array.from(atob(start.slice(0, start.length - (start.length % 4))), (one) => one.charCodeAt(0));
}

/** Behind the tag and the length, which takes one byte or says how many it takes. */
function contentStart(bytes: Uint8Array, tagAt: number): number {
  const length = bytes[tagAt + 1] ?? 0;
  return tagAt + 2 + (length > 0x80 ? length - 0x80 : 0);
}

export type KeyField = 'certificatePem' | 'privateKeyPem';

const inField = (field: KeyField, text: string, name: string): Partial<ConnectionDraft> =>
  field === 'certificatePem'
    ? { certificatePem: text, certificateName: name }
    : { privateKeyPem: text, privateKeyName: name };

/**
 * Pure. Where a file or a text that one of the fields got goes to: a certificate and its key in one file into both
 * fields, and what is meant for the other field into that, unless something is there already. `name` is empty for what
 * was pasted.
 */
export function takeKeyText(
  draft: ConnectionDraft,
  field: KeyField,
  text: string,
  name: string,
): Partial<ConnectionDraft> {
  const kind = keyKind(text);
  if (kind === 'pkcs12') {
    return { ...inField('certificatePem', text, name), ...inField('privateKeyPem', '', '') };
  }
  const { certificates, keys } = pemBlocks(text);
  if (certificates.length > 0 && keys.length > 0) {
    return {
      ...inField('certificatePem', `${certificates.join('\n')}\n`, name),
      ...inField('privateKeyPem', `${keys.join('\n')}\n`, name),
    };
  }
  const meant = kind === 'certificates' ? 'certificatePem' : kind === 'privateKey' ? 'privateKeyPem' : field;
  return inField(draft[meant] === '' ? meant : field, text, name);
}
