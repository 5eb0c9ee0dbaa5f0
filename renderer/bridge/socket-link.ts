import type { CommandInput, CommandName, CommandOutput } from '../../shared/contract/commands.ts';
import type { EventBatch } from '../../shared/contract/events.ts';
import { serverFrameSchema } from '../../shared/contract/wire.ts';
import type { Clock } from '../../shared/domain/clock.ts';
import { appError } from '../../shared/errors.ts';
import { err, type Result } from '../../shared/result.ts';
import type { EngineLink, LinkState } from './engine-link.ts';
import { parseAnswer, parseBatch } from './parse-answer.ts';

/** Opens one socket and tells what happens on it; `onClose` comes once, also when it never opened. */
export type OpenSocket = (handlers: {
  readonly onOpen: () => void;
  readonly onMessage: (data: unknown) => void;
  readonly onClose: () => void;
}) => { readonly send: (text: string) => void };

const firstPauseMs = 500;
const longestPauseMs = 10_000;

type Waiting = { readonly name: CommandName; readonly settle: (result: Result<unknown>) => void };

/**
 * The engine of the web host, over one WebSocket that is opened again after every loss (pauses of 0.5 s doubling to
 * 10 s). A command that was under way when the link broke, or is asked while it is broken, fails with
 * EngineUnavailable: it may or may not have been carried out, so it is never sent twice. Commands asked before the
 * first connection wait for it.
 */
export function createSocketLink(openSocket: OpenSocket, clock: Clock): EngineLink {
  const waiting = new Map<number, Waiting>();
  const unsent: string[] = [];
  const batchListeners = new Set<(batch: EventBatch) => void>();
  const linkListeners = new Set<(state: LinkState) => void>();
  let link: LinkState = { state: 'connecting', opened: 0 };
  let socket: ReturnType<OpenSocket> | null = null;
  let nextId = 1;
  let pauseMs = firstPauseMs;
  let cancelTimer = () => {};

  const setLink = (next: LinkState) => {
    link = next;
    for (const listener of linkListeners) listener(next);
  };

  const connect = () => {
    socket = openSocket({ onOpen: opened, onMessage: receive, onClose: closed });
  };

  const opened = () => {
    pauseMs = firstPauseMs;
    for (const text of unsent.splice(0)) socket?.send(text);
    setLink({ state: 'open', opened: link.opened + 1 });
  };

  const closed = () => {
    socket = null;
    unsent.length = 0;
    const lost = [...waiting.values()];
    waiting.clear();
    for (const { name, settle } of lost) settle(err(appError('EngineUnavailable', { command: name })));
    setLink({ state: 'lost', opened: link.opened, retryAtMs: clock.nowMs() + pauseMs });
    cancelTimer = clock.setTimer(pauseMs, connect);
    pauseMs = Math.min(pauseMs * 2, longestPauseMs);
  };

  const receive = (data: unknown) => {
    const frame = serverFrameSchema.safeParse(parseJson(data));
    if (!frame.success) return;
    if ('batch' in frame.data) {
      const batch = parseBatch(frame.data.batch);
      if (batch) for (const listener of batchListeners) listener(batch);
      return;
    }
    const asked = waiting.get(frame.data.id);
    if (!asked) return;
    waiting.delete(frame.data.id);
    asked.settle(parseAnswer(asked.name, frame.data.result));
  };

  connect();
  return {
    call<N extends CommandName>(name: N, input: CommandInput<N>): Promise<Result<CommandOutput<N>>> {
      if (link.state === 'lost') return Promise.resolve(err(appError('EngineUnavailable', { command: name })));
      const id = nextId++;
      const text = JSON.stringify({ id, name, input });
      return new Promise((resolve) => {
        waiting.set(id, { name, settle: (result) => resolve(result as Result<CommandOutput<N>>) });
        if (link.state === 'open') socket?.send(text);
        else unsent.push(text);
      });
    },
    subscribe(listener) {
      batchListeners.add(listener);
      return () => batchListeners.delete(listener);
    },
    watchLink(listener) {
      linkListeners.add(listener);
      listener(link);
      return () => linkListeners.delete(listener);
    },
    reconnectNow() {
      if (link.state !== 'lost' || socket) return;
      cancelTimer();
      connect();
    },
    pathOf: () => '',
  };
}

function parseJson(data: unknown): unknown {
  if (typeof data !== 'string') return undefined;
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}
