import { type BrowserWindow, ipcMain, type IpcMainInvokeEvent, type WebContents } from 'electron';
import type { EventBatch } from '../../shared/contract/events.ts';
import { ipcChannels } from '../../shared/contract/preload-bridge.ts';
import type { Engine } from '../engine-types.ts';
import { createWindowPreviews, type WindowPreviews } from '../ipc/window-previews.ts';
import { isOwnUrl } from './app-url.ts';
import { answerCall, type Host } from './host-commands.ts';

export interface IpcOptions {
  /** Settles once the engine is open; calls made before wait for it. */
  readonly engine: Promise<Engine>;
  readonly currentWindow: () => BrowserWindow | undefined;
  readonly host: Host;
  /** What the window gets of a batch; called with each of them, also while there is no window. */
  readonly takeNotices: (batch: EventBatch) => EventBatch;
}

/** Answers the window's calls and sends it the engine's batches. Call once. */
export function connectIpc({ engine, currentWindow, host, takeNotices }: IpcOptions): void {
  ipcMain.handle(ipcChannels.call, async (event, name: unknown, input: unknown) => {
    if (!isOwnTopFrame(event, currentWindow())) throw new Error('Refused: this page may not call the engine.');
    const opened = await engine;
    const result = await answerCall(opened, host, name, input);
    if (typeof name === 'string') previewsOf(event.sender, opened).note(name, input, result);
    return result;
  });
  void engine.then(
    (opened) =>
      opened.subscribe((batch) => {
        const shown = takeNotices(batch);
        const window = currentWindow();
        if (window && !window.isDestroyed()) window.webContents.send(ipcChannels.batch, shown);
      }),
    // The one who opened it reports why it could not be.
    () => {},
  );
}

const previewsByContents = new WeakMap<WebContents, WindowPreviews>();

/** Of the page that is loaded now: another one, or the same again, starts without any. */
function previewsOf(contents: WebContents, engine: Engine): WindowPreviews {
  const known = previewsByContents.get(contents);
  if (known) return known;
  const previews = createWindowPreviews(engine);
  previewsByContents.set(contents, previews);
  const end = (): void => {
    if (previewsByContents.get(contents) === previews) previewsByContents.delete(contents);
    previews.closeAll();
  };
  contents.once('did-navigate', end);
  contents.once('destroyed', end);
  return previews;
}

/** Our window, its top frame, and still on our own origin: anything else in the process is refused. */
function isOwnTopFrame(event: IpcMainInvokeEvent, window: BrowserWindow | undefined): boolean {
  const frame = event.senderFrame;
  if (!window || window.isDestroyed() || event.sender !== window.webContents || !frame) return false;
  return frame.parent === null && isOwnUrl(frame.url);
}
