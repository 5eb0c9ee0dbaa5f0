import { strict } from './strict.ts';

export interface StandInFrame {
  readonly url: string;
  readonly origin: string;
  readonly parent: StandInFrame | null;
}

type InvokeHandler = (event: { sender: unknown; senderFrame: StandInFrame | null }, ...args: unknown[]) => unknown;

const handlers = new Map<string, InvokeHandler>();

export const ipcMain = strict('ipcMain', {
  handle: (channel: string, handler: InvokeHandler): void => {
    if (handlers.has(channel)) throw new Error(`Attempted to register a second handler for '${channel}'`);
    handlers.set(channel, handler);
  },
  removeHandler: (channel: string): void => {
    handlers.delete(channel);
  },
});

/** Runs the channel's handler; rejects with the texts Electron's renderer sees. */
export async function invokeHandler(
  channel: string,
  event: { sender: unknown; senderFrame: StandInFrame | null },
  args: unknown[],
): Promise<unknown> {
  const handler = handlers.get(channel);
  if (!handler)
    throw new Error(`Error invoking remote method '${channel}': Error: No handler registered for '${channel}'`);
  try {
    return await handler(event, ...args);
  } catch (error) {
    throw new Error(`Error invoking remote method '${channel}': ${String(error)}`);
  }
}
