import { type BrowserWindow, ipcMain, type IpcMainInvokeEvent } from 'electron';
import { ipcChannels } from '../../shared/contract/preload-bridge.ts';
import type { Engine } from '../engine-types.ts';
import { isOwnUrl } from './app-url.ts';
import { answerCall, type Host } from './host-commands.ts';

export interface IpcOptions {
  /** Settles once the engine is open; calls made before wait for it. */
  readonly engine: Promise<Engine>;
  readonly currentWindow: () => BrowserWindow | undefined;
  readonly host: Host;
}

/** Answers the window's calls and sends it the engine's batches. Call once. */
export function connectIpc({ engine, currentWindow, host }: IpcOptions): void {
  ipcMain.handle(ipcChannels.call, async (event, name: unknown, input: unknown) => {
    if (!isOwnTopFrame(event, currentWindow())) throw new Error('Refused: this page may not call the engine.');
    return answerCall(await engine, host, name, input);
  });
  void engine.then(
    (opened) =>
      opened.subscribe((batch) => {
        const window = currentWindow();
        if (window && !window.isDestroyed()) window.webContents.send(ipcChannels.batch, batch);
      }),
    // The one who opened it reports why it could not be.
    () => {},
  );
}

/** Our window, its top frame, and still on our own origin: anything else in the process is refused. */
function isOwnTopFrame(event: IpcMainInvokeEvent, window: BrowserWindow | undefined): boolean {
  const frame = event.senderFrame;
  if (!window || window.isDestroyed() || event.sender !== window.webContents || !frame) return false;
  return frame.parent === null && isOwnUrl(frame.url);
}
