import { type BrowserWindow, dialog, type MessageBoxOptions } from 'electron';

/**
 * Shows the system's box at the window, if one is to be seen; gives the button that was chosen. On macOS a box without a window
 * holds up the whole process until it is answered: only for what a person has just asked for.
 */
export async function showMessage(window: BrowserWindow | undefined, options: MessageBoxOptions): Promise<number> {
  const isShown = window !== undefined && !window.isDestroyed() && window.isVisible();
  const answer = await (isShown ? dialog.showMessageBox(window, options) : dialog.showMessageBox(options));
  return answer.response;
}
