import { webPaths } from '../../shared/contract/wire.ts';
import type { Engine } from '../engine-types.ts';
import { previewHead, previewRefusal } from '../preview/answer-headers.ts';
import { isOwnUrl } from './app-url.ts';

/** The id in the address of a preview of our own origin; null for every other address. */
export function previewIdOf(url: string): string | null {
  if (!isOwnUrl(url)) return null;
  const { pathname } = new URL(url);
  return pathname.startsWith(`${webPaths.preview}/`) ? (pathname.split('/')[2] ?? '') : null;
}

/** Answers with an open preview, or the range of it that is asked for, as the web host does. Left early, it ends. */
export async function servePreview(
  request: Pick<Request, 'method' | 'headers' | 'signal'>,
  engine: Pick<Engine, 'streams'>,
  previewId: string,
): Promise<Response> {
  if (request.method !== 'GET') return new Response(null, { status: 405 });
  const left = new AbortController();
  const signal = AbortSignal.any([left.signal, request.signal]);
  const opened = await engine.streams.preview({ previewId, range: request.headers.get('range') }, signal);
  if (!opened.ok) {
    const { status, headers } = previewRefusal(opened.error);
    return new Response(null, { status, headers });
  }
  const { status, headers } = previewHead(opened.value);
  return new Response(streamOf(opened.value.body, left), { status, headers });
}

/** Not ReadableStream.from: leaving that waits for the chunk that is under way, which may never come. */
function streamOf(body: AsyncIterable<Uint8Array>, left: AbortController): ReadableStream<Uint8Array> {
  const iterator = body[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const step = await iterator.next();
      if (step.done === true) controller.close();
      else controller.enqueue(step.value);
    },
    cancel: () => left.abort(),
  });
}
