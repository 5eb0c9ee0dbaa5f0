import { contentTypeOf } from '../transfers/content-type.ts';

export type StreamedKind = 'image' | 'pdf' | 'audio' | 'video';

/** What a preview is shown as. `contentType` is one of ours, never what an object says of itself. */
export type PreviewKind =
  | { readonly kind: StreamedKind; readonly contentType: string }
  | { readonly kind: 'text' }
  /** Neither the content type nor the name says: the bytes decide whether it is text. */
  | { readonly kind: 'unknown' };

/** The types that are ever sent to the window, by what objects and extensions call them. */
const streamed: Readonly<Record<string, string>> = {
  'image/png': 'image/png',
  'image/jpeg': 'image/jpeg',
  'image/jpg': 'image/jpeg',
  'image/pjpeg': 'image/jpeg',
  'image/gif': 'image/gif',
  'image/webp': 'image/webp',
  'image/avif': 'image/avif',
  'image/svg+xml': 'image/svg+xml',
  'image/bmp': 'image/bmp',
  'image/x-ms-bmp': 'image/bmp',
  'image/x-icon': 'image/x-icon',
  'image/vnd.microsoft.icon': 'image/x-icon',
  'application/pdf': 'application/pdf',
  'application/x-pdf': 'application/pdf',
  'audio/mpeg': 'audio/mpeg',
  'audio/mp3': 'audio/mpeg',
  'audio/mp4': 'audio/mp4',
  'audio/x-m4a': 'audio/mp4',
  'audio/aac': 'audio/aac',
  'audio/ogg': 'audio/ogg',
  'audio/opus': 'audio/ogg',
  'application/ogg': 'audio/ogg',
  'audio/wav': 'audio/wav',
  'audio/wave': 'audio/wav',
  'audio/x-wav': 'audio/wav',
  'audio/webm': 'audio/webm',
  'audio/flac': 'audio/flac',
  'audio/x-flac': 'audio/flac',
  'video/mp4': 'video/mp4',
  'video/x-m4v': 'video/mp4',
  'video/webm': 'video/webm',
  'video/ogg': 'video/ogg',
  'video/quicktime': 'video/quicktime',
  'video/x-matroska': 'video/x-matroska',
};

/** Text under an application type. */
const textTypes: ReadonlySet<string> = new Set([
  'application/json',
  'application/ld+json',
  'application/x-ndjson',
  'application/xml',
  'application/yaml',
  'application/x-yaml',
  'application/toml',
  'application/javascript',
  'application/x-javascript',
  'application/ecmascript',
  'application/sql',
  'application/x-sh',
  'application/x-subrip',
  'application/x-httpd-php',
  'application/graphql',
]);

/**
 * Decides by the content type, then by the extension of the name; pure. Types that say nothing (`application/octet-stream`)
 * or that no window shows leave it to the name.
 */
export function previewKind(contentType: string | null, name: string): PreviewKind {
  return kindOfType(contentType ?? '') ?? kindOfType(contentTypeOf(name)) ?? { kind: 'unknown' };
}

function kindOfType(contentType: string): PreviewKind | null {
  const type = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (Object.hasOwn(streamed, type)) {
    const safe = streamed[type] ?? '';
    const family = safe === 'application/pdf' ? 'pdf' : safe.split('/', 1)[0];
    return { kind: family as StreamedKind, contentType: safe };
  }
  const isText = type.startsWith('text/') || textTypes.has(type) || type.endsWith('+json') || type.endsWith('+xml');
  return isText ? { kind: 'text' } : null;
}
