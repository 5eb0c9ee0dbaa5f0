import { clipboard, Notification } from 'electron';
import type { SystemNotice } from './notices.ts';

/** Those on screen: without a reference one may be collected, and its click with it. */
const shown = new Set<Notification>();
/** Not every system tells that one is gone. */
const keptAtMost = 50;

/** Shows the system's notification. What the system does not show (the person does not want any) is not told in another way. */
export function notify({ title, body }: SystemNotice, onClick: () => void): void {
  const notification = new Notification({ title, body });
  const forget = (): void => void shown.delete(notification);
  notification.on('click', () => {
    forget();
    onClick();
  });
  notification.on('close', forget);
  shown.add(notification);
  const [oldest] = shown;
  if (shown.size > keptAtMost && oldest !== undefined) shown.delete(oldest);
  notification.show();
}

/** False when the system refuses it. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
