import { app, type BrowserWindow, powerMonitor } from 'electron';
import { showMessage } from './message-box.ts';
import { createQuit, type QuitPorts, type UnderWay } from './quit.ts';
import { describeQuit } from './words.ts';

/** Has every way to quit go through quit.ts. Call once the app is ready. */
export function guardQuit(
  ports: Omit<QuitPorts, 'ask' | 'quit'> & { readonly currentWindow: () => BrowserWindow | undefined },
): void {
  const quit = createQuit({
    ...ports,
    ask: (underWay) => askToQuit(ports.currentWindow(), underWay),
    quit: () => app.quit(),
  });
  app.on('before-quit', (event) => quit.beforeQuit(event));
  const unasked = (): void => quit.unasked();
  // Ahead of whoever else quits on these: the question would come first.
  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT'] as const) process.prependListener(signal, unasked);
  powerMonitor.on('shutdown', unasked);
}

async function askToQuit(window: BrowserWindow | undefined, underWay: UnderWay): Promise<boolean> {
  const { message, detail, buttons } = describeQuit(underWay);
  const labels = [buttons.quit, buttons.cancel];
  const common = { buttons: labels, defaultId: 0, cancelId: 1, noLink: true };
  return (await showMessage(window, { type: 'question', message, detail, ...common })) === 0;
}
