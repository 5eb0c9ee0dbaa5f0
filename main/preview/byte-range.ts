/** Positions of the first and the last byte, both included. */
export type ByteRange = { readonly from: number; readonly to: number };

/**
 * What a Range header (RFC 9110) asks of something of `sizeBytes`: one range, `all` where there is none, or several, or it is
 * not to be understood (all of which a server may answer with everything), or `beyond` the end. Pure.
 */
export function parseRange(header: string | null, sizeBytes: number): ByteRange | 'all' | 'beyond' {
  const match = /^bytes=\s*(\d*)-(\d*)\s*$/i.exec(header?.trim() ?? '');
  if (match === null) return 'all';
  const [, first = '', last = ''] = match;
  if (first === '' && last === '') return 'all';
  if (first === '') {
    const suffixBytes = Math.min(Number(last), sizeBytes);
    return suffixBytes === 0 ? 'beyond' : { from: sizeBytes - suffixBytes, to: sizeBytes - 1 };
  }
  const from = Number(first);
  const to = last === '' ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1);
  if (last !== '' && Number(last) < from) return 'all';
  return from >= sizeBytes ? 'beyond' : { from, to };
}
