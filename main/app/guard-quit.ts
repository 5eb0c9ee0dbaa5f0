import { app, type BrowserWindow, powerMonitor } from 'electron';
import { showMessage } from './message-box.ts';
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
  const labels = [buttons.quit, buttons.cancel];
  const common = { buttons: labels, defaultId: 0, cancelId: 1, noLink: true };
  return (await showMessage(window, { type: 'question', message, detail, ...common })) === 0;
}
