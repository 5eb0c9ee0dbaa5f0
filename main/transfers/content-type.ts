import { extname } from 'node:path';
import mimeDb from 'mime-db';

const byExtension = new Map<string, string>();
/** Where several types claim an extension, the registered one wins over Apache's and nginx's lists. */
const rank = (source: string | undefined) => (source === 'iana' ? 2 : source === 'apache' ? 1 : 0);
const chosen = new Map<string, number>();
for (const [type, { extensions, source }] of Object.entries(mimeDb)) {
  for (const extension of extensions ?? []) {
    const weight = rank(source) - (type.startsWith('application/x-') || type.includes('vnd.') ? 0.5 : 0);
    if (weight > (chosen.get(extension) ?? -1)) {
      chosen.set(extension, weight);
      byExtension.set(extension, type);
    }
  }
}
// The same everywhere, whatever a system's own table says; text is UTF-8 unless its bytes say otherwise.
byExtension.set('js', 'text/javascript');
byExtension.set('mjs', 'text/javascript');
byExtension.set('ts', 'text/plain');
byExtension.set('mp4', 'video/mp4');
byExtension.set('xml', 'application/xml');

/** The media type of a file by its extension; application/octet-stream where nothing is known. */
export function contentTypeOf(path: string): string {
  return byExtension.get(extname(path).slice(1).toLowerCase()) ?? 'application/octet-stream';
}
