import type { WebSocket } from 'ws';
import { requestFrameSchema } from '../../../shared/contract/wire.ts';
import { appError } from '../../../shared/errors.ts';
import { err } from '../../../shared/result.ts';
import type { Engine } from '../../engine-types.ts';
import { createWindowPreviews } from '../../ipc/window-previews.ts';
import type { Spool } from './spool.ts';
import { answerWebCall } from './web-calls.ts';

/** The longest message a window may send: a job of thousands of dropped files names each of them. */
export const maxMessageBytes = 16 * 1024 * 1024;
/** A window that does not read (a tab put to sleep) misses batches, sees the gap in `seq` and asks for a snapshot. */
const maxBacklogBytes = 8 * 1024 * 1024;

/** Speaks shared/contract/wire.ts with one window until it goes. Anything that is not a request ends the connection. */
export function serveWindow(engine: Engine, spool: Spool, socket: WebSocket): void {
  const send = (frame: unknown): void => {
    if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(frame));
  };
  const unsubscribe = engine.subscribe((batch) => {
    if (socket.bufferedAmount < maxBacklogBytes) send({ batch });
  });
  const previews = createWindowPreviews(engine);
  socket.once('close', () => {
    unsubscribe();
    previews.closeAll();
  });
  // Oversized frames and bad encodings end up here; ws closes the connection itself.
  socket.on('error', () => undefined);
  socket.on('message', (data: Buffer, isBinary: boolean) => {
    const frame = isBinary ? null : requestFrameSchema.safeParse(parseJson(data.toString()));
    if (frame === null || !frame.success) return socket.close(1008, 'Not a request.');
    const { id, name, input } = frame.data;
    void answerWebCall(engine, spool, name, input)
      .catch((failure: unknown) => err(appError('UnexpectedFailure', { what: name }, failure)))
      .then((result) => {
        previews.note(name, input, result);
        return send({ id, result });
      });
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
