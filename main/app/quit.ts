import { app, type BrowserWindow, dialog, powerMonitor } from 'electron';
import { describeQuit } from './words.ts';

export type QuitOptions = {
  /** How many transfers run now. */
  readonly runningTransfers: () => number;
  readonly currentWindow: () => BrowserWindow | undefined;
  /** Brings the engine to a resumable point. */
  readonly close: () => Promise<void>;
  readonly onRefused: () => void;
};

/**
 * Quitting, whoever began it: a person is asked when transfers run, then it waits for the engine to close. A system that shuts
 * down, and a signal, are not kept waiting by a question. Call once the app is ready.
 */
export function guardQuit({ runningTransfers, currentWindow, close, onRefused }: QuitOptions): void {
  let stage: 'running' | 'asking' | 'closing' | 'closed' = 'running';
  let mayAsk = true;
  const quitUnasked = (): void => {
    mayAsk = false;
    app.quit();
  };
  // Before those who are told of it otherwise: Electron itself quits on these, and the question would come first.
  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT'] as const) process.prependListener(signal, quitUnasked);
  powerMonitor.on('shutdown', quitUnasked);

  const quit = async (): Promise<void> => {
    const transfers = runningTransfers();
    if (mayAsk && transfers > 0) {
      stage = 'asking';
      const isMeant = await askToQuit(currentWindow(), transfers);
      stage = 'running';
      if (mayAsk && !isMeant) return onRefused();
    }
    stage = 'closing';
    try {
      await close();
    } finally {
      stage = 'closed';
      app.quit();
    }
  };
  app.on('before-quit', (event) => {
    if (stage === 'closed') return;
    event.preventDefault();
    // Asked already, but by somebody who cannot wait: the question stays open until the process ends.
    if (stage === 'running' || (stage === 'asking' && !mayAsk)) void quit();
  });
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
