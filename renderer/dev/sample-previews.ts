import type { CommandInput, CommandOutput } from '../../shared/contract/commands.ts';
import { previewIdSchema } from '../../shared/domain/ids.ts';
import type { Preview } from '../../shared/domain/preview.ts';
import { appError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';

const picture = (width: number, height: number) =>
  `data:image/svg+xml,${encodeURIComponent(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="#2f6fb5"/><circle cx="50%" cy="50%" r="${Math.min(width, height) / 3}" fill="#f4c542"/></svg>`,
  )}`;

const table = `date,customer,amount\n${Array.from(
  { length: 400 },
  (_, line) => `2026-10-${String((line % 28) + 1).padStart(2, '0')},customer ${line},${(line * 7.13).toFixed(2)}`,
).join('\n')}\n`;

const streamed = (kind: 'image' | 'audio' | 'pdf', url: string): Preview => ({
  kind,
  previewId: previewIdSchema.parse('preview-sample'),
  url,
});

/** By what is in the name, so that each state can be looked at. */
const previewByPart: readonly (readonly [string, Preview])[] = [
  ['broken', streamed('image', 'data:image/png;base64,AAAA')],
  ['wide', streamed('image', picture(1600, 300))],
  ['.png', streamed('image', picture(800, 600))],
  ['.pdf', streamed('pdf', 'data:application/pdf;base64,JVBERi0xLjQK')],
  ['.csv', { kind: 'text', text: table, truncated: true }],
  ['.wav', streamed('audio', 'data:audio/wav;base64,UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAIA+AAACABAAZGF0YQAAAAA=')],
  ['empty', { kind: 'none', reason: 'empty' }],
  ['archived', { kind: 'none', reason: 'archived' }],
  ['huge', { kind: 'tooLarge', limitBytes: 50_000_000 }],
];

/** Invented answers about single objects and their insides. */
export const samplePreviews = {
  'objects.stat': async ({ key }: CommandInput<'objects.stat'>): Promise<Result<CommandOutput<'objects.stat'>>> => {
    if (key.includes('slow')) return new Promise(() => undefined);
    if (key.includes('denied'))
      return err(appError('AccessDenied', { bucket: 'finance-eu', key, permission: 's3:GetObject' }));
    return ok({
      key,
      sizeBytes: 1_234_567,
      lastModified: '2026-10-03T14:02:00.000Z',
      etag: '"9b2cf535f27731c974343645a3985328-12"',
      storageClass: key.includes('archived') ? 'DEEP_ARCHIVE' : 'STANDARD',
      contentType: 'application/octet-stream',
      metadata: { 'brigade-mtime': '2026-10-03T14:02:00Z', department: 'accounting' },
      checksums: { crc64nvme: 'dGVzdGluZyE=', sha256: 'n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=' },
      checksumType: key.includes('wide') ? 'COMPOSITE' : 'FULL_OBJECT',
      versionId: key.includes('wide') ? '3sL4kqtJlcpXroDTDmJ+rmSpXd3dIbrHY+MTRCxf3vjVBH40Nr8X8gdRQBpUMLUo' : null,
    });
  },
  'buckets.location': () => ok({ region: 'eu-central-1' }),
  'preview.open': async ({ source }: CommandInput<'preview.open'>): Promise<Result<Preview>> => {
    const name = 'key' in source ? source.key : 'path' in source ? source.path : `${source.side}.png`;
    if (name.includes('slow')) return new Promise(() => undefined);
    if (name.includes('denied'))
      return err(appError('AccessDenied', { bucket: 'finance-eu', key: name, permission: 's3:GetObject' }));
    return ok(previewByPart.find(([part]) => name.includes(part))?.[1] ?? { kind: 'none', reason: 'binary' });
  },
  'preview.close': () => ok({}),
};
