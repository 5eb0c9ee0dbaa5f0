import { randomBytes } from 'node:crypto';
import type { CommandOutput, CommandParsed } from '../../shared/contract/commands.ts';
import { type PreviewId, previewIdSchema } from '../../shared/domain/ids.ts';
import type { Preview, PreviewSource } from '../../shared/domain/preview.ts';
import { appError, AppErrorException } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { webPaths } from '../../shared/contract/wire.ts';
import type { EngineStreams } from '../engine-types.ts';
import type { ConnectionOpener } from '../s3/open-connection.ts';
import { parseRange } from './byte-range.ts';
import { decodeText, sniffBytes } from './decode-text.ts';
import { type ConflictSource, openFile, openObject, type PlainSource, type PreviewContent } from './preview-content.ts';
import { previewKind } from './preview-kind.ts';

export type PreviewDeps = {
  readonly opener: ConnectionOpener;
  /** What one side of an open conflict question is: an object, or a file of this machine. */
  readonly findConflictSide: (side: ConflictSource) => Promise<Result<PlainSource>>;
};

export interface PreviewService {
  /** Text comes with the answer; the rest is read through `stream` until closed. */
  open(input: CommandParsed<'preview.open'>): Promise<Result<CommandOutput<'preview.open'>>>;
  /** Idempotent; ends what is being read of it. */
  close(input: CommandParsed<'preview.close'>): Promise<Result<CommandOutput<'preview.close'>>>;
  readonly stream: EngineStreams['preview'];
  closeAll(): void;
}

/** Of a text, and of no more, whatever its size. */
export const maxTextBytes = 256 * 1024;
/** Images and PDFs are loaded whole; audio and video only as far as they are played. */
export const maxWholeBytes = 50_000_000;
/** Windows that go without closing theirs: the ones not looked at for longest end first. */
const maxPreviews = 32;

type OpenPreview = { readonly content: PreviewContent; readonly contentType: string; readonly stop: AbortController };

export function createPreviewService({ opener, findConflictSide }: PreviewDeps): PreviewService {
  /** In the order of their last use. */
  const previews = new Map<PreviewId, OpenPreview>();

  const end = (previewId: PreviewId): void => {
    previews.get(previewId)?.stop.abort();
    previews.delete(previewId);
  };

  const openContent = async (source: PreviewSource): Promise<Result<PreviewContent>> => {
    if ('path' in source) return openFile(source);
    if ('key' in source) return openObject(opener, source);
    const side = await findConflictSide(source);
    return side.ok ? openContent(side.value) : side;
  };

  const show = async (content: PreviewContent): Promise<Result<Preview>> => {
    const { contentType, name, sizeBytes } = content;
    if (sizeBytes === 0) return ok({ kind: 'none', reason: 'empty' });
    const kind = previewKind(contentType, name);
    if (kind.kind === 'text' || kind.kind === 'unknown') return showText(content, kind.kind === 'unknown');
    if ((kind.kind === 'image' || kind.kind === 'pdf') && sizeBytes > maxWholeBytes) {
      return ok({ kind: 'tooLarge', limitBytes: maxWholeBytes });
    }
    if (content.mayBeArchived) {
      // The class does not tell whether it has been restored; a byte does.
      const tried = await readBytes(content, 1);
      if (!tried.ok) return noneOr(tried);
    }
    const previewId = previewIdSchema.parse(`preview-${randomBytes(24).toString('base64url')}`);
    previews.set(previewId, { content, contentType: kind.contentType, stop: new AbortController() });
    for (const oldest of previews.keys()) {
      if (previews.size <= maxPreviews) break;
      end(oldest);
    }
    return ok({ kind: kind.kind, previewId, url: previewUrl(previewId, name) });
  };

  return {
    async open({ source }) {
      for (let attempt = 1; ; attempt += 1) {
        const content = await openContent(source);
        if (!content.ok) return content;
        const shown = await show(content.value);
        // Replaced between being looked at and being read: the new one, then.
        const hasChanged = !shown.ok && ['PreconditionFailed', 'SourceChanged'].includes(shown.error.code);
        if (!hasChanged || attempt === 2) return shown;
      }
    },

    async close({ previewId }) {
      end(previewId);
      return ok({});
    },

    async stream({ previewId, range: header }, signal) {
      const id = previewIdSchema.safeParse(previewId);
      const preview = id.success ? previews.get(id.data) : undefined;
      if (!id.success || preview === undefined) return err(appError('PreviewNotFound', {}));
      previews.delete(id.data);
      previews.set(id.data, preview);
      const { content, contentType, stop } = preview;
      const { sizeBytes } = content;
      const range = parseRange(header, sizeBytes);
      if (range === 'beyond') return err(appError('InvalidRange', { sizeBytes }));
      const ended = signal === undefined ? stop.signal : AbortSignal.any([stop.signal, signal]);
      const body = await content.read(range === 'all' ? { from: 0, to: sizeBytes - 1 } : range, ended);
      // Closed while the server was asked: as if it had been before.
      if (stop.signal.aborted) return err(appError('PreviewNotFound', {}));
      if (!body.ok) return body;
      return ok({ contentType, sizeBytes, range: range === 'all' ? null : range, body: body.value });
    },

    closeAll() {
      for (const previewId of previews.keys()) end(previewId);
    },
  };
}

/** The name is for people only: what the browser's viewer shows, and saves it as. */
function previewUrl(previewId: PreviewId, name: string): string {
  const last = name.split('/').at(-1) ?? '';
  const url = `${webPaths.preview}/${previewId}`;
  return /^\.{0,2}$/.test(last) ? url : `${url}/${encodeURIComponent(last.toWellFormed())}`;
}

async function showText(content: PreviewContent, isGuess: boolean): Promise<Result<Preview>> {
  const wantedBytes = Math.min(content.sizeBytes, maxTextBytes);
  const read = await readBytes(content, wantedBytes, (bytes) => {
    return !isGuess || decodeText(bytes.subarray(0, sniffBytes), true) !== null;
  });
  if (!read.ok) return noneOr(read);
  const truncated = wantedBytes < content.sizeBytes;
  const text = read.value === null ? null : decodeText(read.value, truncated);
  return ok(text === null ? { kind: 'none', reason: 'binary' } : { kind: 'text', text, truncated });
}

const noneOr = (failure: Extract<Result<unknown>, { ok: false }>): Result<Preview> =>
  failure.error.code === 'InvalidObjectState' ? ok({ kind: 'none', reason: 'archived' }) : failure;

/** The first bytes; null as soon as `isWanted`, asked once when the first few KiB are there, says no. */
async function readBytes(
  content: PreviewContent,
  wantedBytes: number,
  isWanted: (beginning: Uint8Array) => boolean = () => true,
): Promise<Result<Uint8Array | null>> {
  const body = await content.read({ from: 0, to: wantedBytes - 1 });
  if (!body.ok) return body;
  const bytes = Buffer.alloc(wantedBytes);
  let filledBytes = 0;
  let isChecked = false;
  try {
    for await (const chunk of body.value) {
      bytes.set(chunk, filledBytes);
      filledBytes += chunk.byteLength;
      if (isChecked || filledBytes < Math.min(sniffBytes, wantedBytes)) continue;
      isChecked = true;
      if (!isWanted(bytes.subarray(0, filledBytes))) return ok(null);
    }
  } catch (failure) {
    if (failure instanceof AppErrorException) return err(failure.error);
    throw failure;
  }
  return ok(bytes.subarray(0, filledBytes));
}
