import { z } from 'zod';
import { webPaths } from '../../shared/contract/wire.ts';
import { type AppError, appError, appErrorSchema } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { SpoolItem } from './dropped-items.ts';

const parallelFiles = 4;
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
  const sent = new Map<number, number>();
  let filesDone = 0;
  let next = 0;
  let failure: AppError | null = null;
  const report = () => onProgress({ filesDone, bytesDone: [...sent.values()].reduce((sum, bytes) => sum + bytes, 0) });

  const sendSome = async () => {
    while (next < items.length && !stopAll.aborted) {
      const index = next++;
      const item = items[index];
      if (!item) return;
      const problem = await putItem(spoolPath(spoolId, item), item.file, stopAll, (bytes) => {
        sent.set(index, bytes);
        report();
      });
      if (problem === 'aborted') return;
      if (problem) {
        failure ??= problem;
        stop.abort();
        return;
      }
      filesDone += 1;
      sent.set(index, item.file?.size ?? 0);
      report();
    }
  };
  await Promise.all(Array.from({ length: parallelFiles }, sendSome));
  if (signal.aborted || failure !== null) {
    await fetch(`${webPaths.spool}/${spoolId}`, { method: 'DELETE' }).catch(() => undefined);
    return failure === null ? null : err(failure);
  }
  return ok({ folder });
}

function spoolPath(spoolId: string, item: SpoolItem): string {
  const path = item.path.map((name) => encodeURIComponent(name.toWellFormed())).join('/');
  return `${webPaths.spool}/${spoolId}/${path}${item.file === null ? '?folder' : ''}`;
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
function putItem(
  path: string,
  file: File | null,
  signal: AbortSignal,
  onBytes: (bytes: number) => void,
): Promise<AppError | 'aborted' | null> {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    const abort = () => request.abort();
    const end = (outcome: AppError | 'aborted' | null) => {
      signal.removeEventListener('abort', abort);
      resolve(outcome);
    };
    request.open('PUT', path);
    request.upload.addEventListener('progress', (event) => onBytes(event.loaded));
    request.addEventListener('load', () =>
      end(request.status >= 200 && request.status < 300 ? null : readFailure(request.responseText, request.status)),
    );
    // Also what the browser reports when the file was changed or deleted while it was read.
    request.addEventListener('error', () => end(appError('EngineUnavailable', { path: file?.name ?? path })));
    request.addEventListener('abort', () => end('aborted'));
    signal.addEventListener('abort', abort);
    request.send(file ?? null);
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
