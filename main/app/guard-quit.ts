import { app, type BrowserWindow, dialog, powerMonitor } from 'electron';
import { createQuit, type QuitPorts } from './quit.ts';
import { describeQuit } from './words.ts';

/** Has every way to quit go through quit.ts. Call once the app is ready. */
export function guardQuit(
  ports: Omit<QuitPorts, 'ask' | 'quit'> & { readonly currentWindow: () => BrowserWindow | undefined },
): void {
  const quit = createQuit({
    ...ports,
    ask: (transfers) => askToQuit(ports.currentWindow(), transfers),
    quit: () => app.quit(),
  });
  app.on('before-quit', (event) => quit.beforeQuit(event));
  const unasked = (): void => quit.unasked();
  // Ahead of whoever else quits on these: the question would come first.
  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT'] as const) process.prependListener(signal, unasked);
  powerMonitor.on('shutdown', unasked);
}

async function askToQuit(window: BrowserWindow | undefined, transfers: number): Promise<boolean> {
  const { message, detail, buttons } = describeQuit(transfers);
  const options = {
    type: 'question' as const,
    message,
    detail,
    buttons: [buttons.quit, buttons.cancel],
    defaultId: 0,
    cancelId: 1,
    noLink: true,
  };
  const isShown = window !== undefined && !window.isDestroyed() && window.isVisible();
  const { response } = await (isShown ? dialog.showMessageBox(window, options) : dialog.showMessageBox(options));
  return response === 0;
}
