import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { webPaths } from '../../../shared/contract/wire.ts';
import type { Engine } from '../../engine-types.ts';
import { previewHead, previewRefusal } from '../../preview/answer-headers.ts';

/** The id in the path of a preview; null for every other path. */
export function previewIdIn(pathname: string): string | null {
  return pathname.startsWith(`${webPaths.preview}/`) ? (pathname.split('/')[2] ?? '') : null;
}

/** Sends an open preview, or the range of it that is asked for. The source is left as soon as the browser goes away. */
export async function servePreview(
  engine: Engine,
  request: IncomingMessage,
  response: ServerResponse,
  previewId: string,
): Promise<void> {
  const aborted = new AbortController();
  response.once('close', () => aborted.abort());
  const opened = await engine.streams.preview({ previewId, range: request.headers.range ?? null }, aborted.signal);
  const { status, headers } = opened.ok ? previewHead(opened.value) : previewRefusal(opened.error);
  response.writeHead(status, headers);
  if (!opened.ok) {
    response.end();
    return;
  }
  try {
    await pipeline(opened.value.body, response);
  } catch {
    response.destroy();
  }
}
