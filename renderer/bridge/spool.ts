import { z } from 'zod';
import { webPaths } from '../../shared/contract/wire.ts';
import { type AppError, appError, appErrorSchema } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { SpoolItem } from './dropped-items.ts';
import { batchesOf, bodyOf, findUnreadable, type SpoolBatch } from './spool-batches.ts';

const parallelRequests = 4;
const openedSchema = z.object({ spoolId: z.string(), folder: z.string() });

export type SpoolProgress = { readonly filesDone: number; readonly bytesDone: number };
/** `folder` is on the engine's machine; the items lie below it at their paths. */
export type Spooled = { readonly folder: string };
/** `null`: it was aborted. */
export type SpoolOutcome = Result<Spooled> | null;

/** Hands files over to the web host, some at a time. The first that fails, or an abort, ends all of them. */
export async function spoolItems(
  items: readonly SpoolItem[],
  onProgress: (progress: SpoolProgress) => void,
  signal: AbortSignal,
): Promise<SpoolOutcome> {
  const opened = await openSpool(signal);
  if (opened === null || !opened.ok) return opened;
  const { spoolId, folder } = opened.value;
  const stop = new AbortController();
  const stopAll = AbortSignal.any([signal, stop.signal]);
  const batches = batchesOf(items);
  const underWay = new Map<SpoolBatch, number>();
  const done = { files: 0, bytes: 0 };
  let next = 0;
  let failure: AppError | null = null;
  const report = () => {
    const moving = [...underWay.values()].reduce((sum, bytes) => sum + bytes, 0);
    onProgress({ filesDone: done.files, bytesDone: done.bytes + moving });
  };

  const sendSome = async () => {
    while (next < batches.length && !stopAll.aborted) {
      const batch = batches[next++];
      if (!batch) return;
      const problem = await sendBatch(spoolId, batch, stopAll, (fraction) => {
        underWay.set(batch, fraction * batch.bytes);
        report();
      });
      underWay.delete(batch);
      if (problem === 'aborted') return;
      if (problem) {
        failure ??= problem;
        stop.abort();
        return;
      }
      done.files += batch.items.length;
      done.bytes += batch.bytes;
      report();
    }
  };
  await Promise.all(Array.from({ length: parallelRequests }, sendSome));
  if (signal.aborted || failure !== null) {
    await fetch(`${webPaths.spool}/${spoolId}`, { method: 'DELETE' }).catch(() => undefined);
    return failure === null ? null : err(failure);
  }
  return ok({ folder });
}

async function sendBatch(
  spoolId: string,
  batch: SpoolBatch,
  signal: AbortSignal,
  onFraction: (fraction: number) => void,
): Promise<AppError | 'aborted' | null> {
  const [first] = batch.items;
  if (!first) return null;
  const outcome = batch.together
    ? await put(`${webPaths.spool}/${spoolId}?files`, bodyOf(batch), signal, onFraction)
    : await put(spoolPath(spoolId, first), first.file, signal, onFraction);
  if (outcome !== 'unsent') return outcome;
  const unreadable = await findUnreadable(batch.items);
  return unreadable === null ? appError('EngineUnavailable') : appError('SourceChanged', { path: unreadable });
}

function spoolPath(spoolId: string, item: SpoolItem): string {
  const path = item.path.map((name) => encodeURIComponent(name.toWellFormed())).join('/');
  return `${webPaths.spool}/${spoolId}/${path}`;
}

async function openSpool(signal: AbortSignal): Promise<Result<z.infer<typeof openedSchema>> | null> {
  try {
    const response = await fetch(webPaths.spool, { method: 'POST', signal });
    if (!response.ok) return err(readFailure(await response.text(), response.status));
    return ok(openedSchema.parse(await response.json()));
  } catch (cause) {
    return signal.aborted ? null : err(appError('EngineUnavailable', {}, cause));
  }
}

/** XMLHttpRequest, because fetch does not tell how much of a body has been sent. */
function put(
  path: string,
  body: Blob | null,
  signal: AbortSignal,
  onFraction: (fraction: number) => void,
): Promise<AppError | 'aborted' | 'unsent' | null> {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    const abort = () => request.abort();
    const end = (outcome: AppError | 'aborted' | 'unsent' | null) => {
      signal.removeEventListener('abort', abort);
      resolve(outcome);
    };
    request.open('PUT', path);
    request.upload.addEventListener('progress', ({ loaded, total }) => onFraction(total > 0 ? loaded / total : 0));
    request.addEventListener('load', () =>
      end(request.status >= 200 && request.status < 300 ? null : readFailure(request.responseText, request.status)),
    );
    // Also what the browser reports when the file was changed or deleted while it was read.
    request.addEventListener('error', () => end('unsent'));
    request.addEventListener('abort', () => end('aborted'));
    signal.addEventListener('abort', abort);
    request.send(body);
  });
}

function readFailure(text: string, status: number): AppError {
  try {
    const json: unknown = JSON.parse(text);
    const error = appErrorSchema.safeParse(
      typeof json === 'object' && json !== null && 'error' in json ? json.error : json,
    );
    if (error.success) return error.data;
  } catch {
    // Not ours: a proxy's page, or nothing at all.
  }
  return appError('EngineUnavailable', { status }, text.slice(0, 500));
}
