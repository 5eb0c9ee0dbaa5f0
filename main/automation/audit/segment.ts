import type { AuditSettings } from '../../../shared/domain/audit.ts';

/** One request, held in memory. */
export const maxSegmentBytes = 8_000_000;

/** Whose lines they are: the machine's name as a key may have it, and what tells two data folders on it apart. Pure. */
export function segmentSource(hostName: string, installationId: string): string {
  const host = hostName.replaceAll(/[^A-Za-z0-9.-]+/g, '-').slice(0, 63) || 'host';
  return `${host}-${installationId.replaceAll('-', '').slice(0, 8)}`;
}

/** Where a place's days are. */
function folderOf(prefix: string): string {
  const bare = prefix.replaceAll(/^\/+|\/+$/g, '');
  return bare === '' ? '' : `${bare}/`;
}

/** Whether the key is of this place. Pure. */
export function isSegmentKey({ prefix }: Pick<AuditSettings, 'prefix'>, key: string): boolean {
  const folder = folderOf(prefix);
  return key.startsWith(folder) && /^\d{4}\/\d{2}\/\d{2}\/[^/]+$/.test(key.slice(folder.length));
}

/** [A51] `attempt` from 1: another one where a key is taken by something else. Pure. */
export function segmentKey(
  { prefix }: Pick<AuditSettings, 'prefix'>,
  source: string,
  first: { readonly firstSeq: number; readonly firstMs: number },
  attempt = 1,
): string {
  const day = new Date(first.firstMs).toISOString().slice(0, 10).replaceAll('-', '/');
  const number = String(first.firstSeq).padStart(12, '0');
  const more = attempt === 1 ? '' : `-${attempt}`;
  return `${folderOf(prefix)}${day}/${source}-${number}${more}.jsonl`;
}

/** Whether a key is that of a segment of this source, wherever its place may be. Pure. */
export function isSegmentOf(source: string, key: string): boolean {
  const [name = '', day, month, year] = key.split('/').toReversed();
  if (!name.startsWith(`${source}-`) || !/^\d{12}(?:-\d+)?\.jsonl$/.test(name.slice(source.length + 1))) return false;
  return /^\d{4}\/\d{2}\/\d{2}$/.test(`${year}/${month}/${day}`);
}

export function segmentBody(lines: readonly string[]): Buffer {
  return Buffer.from(lines.map((line) => `${line}\n`).join(''));
}

/**
 * What an object has of the lines that were to be written there: all of them, some from the first on (it was written for
 * fewer lines, before another place was chosen and this one again), or it is something else. Pure.
 */
export function compareSegment(
  stored: Uint8Array,
  lines: readonly string[],
): 'whole' | { readonly first: number } | 'other' {
  const body = segmentBody(lines);
  if (stored.byteLength === 0 || stored.byteLength > body.byteLength) return 'other';
  if (!body.subarray(0, stored.byteLength).equals(stored)) return 'other';
  if (stored.byteLength === body.byteLength) return 'whole';
  const newline = 10;
  if (stored.at(-1) !== newline) return 'other';
  return { first: stored.reduce((count, byte) => count + (byte === newline ? 1 : 0), 0) };
}
