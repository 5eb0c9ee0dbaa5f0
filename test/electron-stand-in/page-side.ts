/**
 * The two functions that run inside the page, handed over as text: nothing outside them exists there. The worlds share the
 * document only; a CustomEvent's `detail` is structured-cloned between them, synchronously, which is what contextBridge needs.
 */

/** The page's own world: builds what the preload exposes out of plain functions. */
export function mainWorldSide(channel: string): void {
  if (window !== window.top) return;
  const settlers = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  const callbacks = new Map<number, (...args: unknown[]) => unknown>();
  let nextId = 0;
  type Reply = { ok: boolean; value?: unknown; message?: string; promiseId?: number; functionId?: number };
  // Filled by the listener below while dispatchEvent runs.
  let replies: Reply[] = [];

  const callThrough = (target: { api?: string; name?: string; functionId?: number }, args: unknown[]): unknown => {
    const sent = args.map((arg) => {
      if (typeof arg !== 'function') return { value: arg };
      nextId += 1;
      callbacks.set(nextId, arg as (...args: unknown[]) => unknown);
      return { callbackId: nextId };
    });
    replies = [];
    window.dispatchEvent(new CustomEvent(`${channel}:call`, { detail: { target, args: sent } }));
    const [answer] = replies;
    if (!answer) throw new Error('The Electron stand-in: the preload did not answer.');
    if (!answer.ok) throw new Error(answer.message);
    if (answer.functionId !== undefined) return proxyOf({ functionId: answer.functionId });
    if (answer.promiseId === undefined) return answer.value;
    const { promiseId } = answer;
    return new Promise((resolve, reject) => settlers.set(promiseId, { resolve, reject }));
  };
  const proxyOf =
    (target: { api?: string; name?: string; functionId?: number }) =>
    (...args: unknown[]): unknown =>
      callThrough(target, args);

  window.addEventListener(`${channel}:reply`, (event) => {
    replies.push((event as CustomEvent).detail as Reply);
  });
  window.addEventListener(`${channel}:settle`, (event) => {
    const { promiseId, ok, value, message } = (event as CustomEvent).detail;
    const settler = settlers.get(promiseId);
    settlers.delete(promiseId);
    if (ok) settler?.resolve(value);
    else settler?.reject(new Error(message));
  });
  window.addEventListener(`${channel}:callback`, (event) => {
    const { callbackId, args } = (event as CustomEvent).detail;
    callbacks.get(callbackId)?.(...args);
  });
  window.addEventListener(`${channel}:expose`, (event) => {
    const { api, members } = (event as CustomEvent).detail as {
      api: string;
      members: { name: string; isFunction: boolean; value?: unknown }[];
    };
    const exposed: Record<string, unknown> = {};
    for (const { name, isFunction, value } of members) exposed[name] = isFunction ? proxyOf({ api, name }) : value;
    Object.defineProperty(window, api, { value: Object.freeze(exposed), enumerable: true });
  });
}

/** The isolated world: `require('electron')` as a sandboxed preload has it, then the preload itself. */
export function isolatedWorldSide(
  channel: string,
  binding: string,
  preload: (require: (id: string) => unknown, module: object, exports: object, process: object) => void,
): void {
  if (window !== window.top) return;
  const exposed = new Map<string, Record<string, unknown>>();
  const returned = new Map<number, (...args: unknown[]) => unknown>();
  const invoked = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  const listeners = new Map<string, Set<(event: object, ...args: unknown[]) => void>>();
  let nextId = 0;
  const tell = (what: string, detail: object): void => {
    window.dispatchEvent(new CustomEvent(`${channel}:${what}`, { detail }));
  };
  const send = (message: object): void => {
    (globalThis as unknown as Record<string, (text: string) => void>)[binding]?.(JSON.stringify(message));
  };
  const plain = (value: unknown): unknown => {
    if (typeof value === 'function' || typeof value === 'symbol') throw new Error('An object could not be cloned.');
    if (ArrayBuffer.isView(value) || value instanceof Blob || value instanceof Map) {
      throw new Error('The Electron stand-in sends JSON only over IPC.');
    }
    if (Array.isArray(value)) return value.map(plain);
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member)]));
  };

  // Main process -> preload; called through Runtime.evaluate in this world.
  (globalThis as unknown as Record<string, unknown>)[`${binding}Deliver`] = (message: {
    kind: 'reply' | 'event';
    id: number;
    ok: boolean;
    value: unknown;
    error: string;
    channel: string;
    args: unknown[];
  }): void => {
    if (message.kind === 'event') {
      for (const listener of listeners.get(message.channel) ?? []) listener({}, ...message.args);
      return;
    }
    const waiting = invoked.get(message.id);
    invoked.delete(message.id);
    if (message.ok) waiting?.resolve(message.value);
    else waiting?.reject(new Error(message.error));
  };

  window.addEventListener(`${channel}:call`, (event) => {
    const { target, args } = (event as CustomEvent).detail;
    try {
      const callee = (
        target.functionId === undefined ? exposed.get(target.api)?.[target.name] : returned.get(target.functionId)
      ) as (...args: unknown[]) => unknown;
      const given = (args as { value?: unknown; callbackId?: number }[]).map(({ value, callbackId }) =>
        callbackId === undefined
          ? value
          : (...callbackArgs: unknown[]) => tell('callback', { callbackId, args: callbackArgs }),
      );
      const result = callee(...given);
      nextId += 1;
      const id = nextId;
      if (result instanceof Promise) {
        tell('reply', { ok: true, promiseId: id });
        result.then(
          (value) => tell('settle', { promiseId: id, ok: true, value }),
          (error: Error) => tell('settle', { promiseId: id, ok: false, message: error.message }),
        );
      } else if (typeof result === 'function') {
        returned.set(id, result as (...args: unknown[]) => unknown);
        tell('reply', { ok: true, functionId: id });
      } else tell('reply', { ok: true, value: result });
    } catch (error) {
      tell('reply', { ok: false, message: (error as Error).message });
    }
  });

  // The name and the local variables are known to web-contents.ts: it reads `file` and sets `path` while this is paused.
  const standInGetPathForFile = (file: File): string => {
    if (!(file instanceof File)) throw new TypeError('getPathForFile: not a File.');
    // oxlint-disable-next-line prefer-const
    let path = '';
    // oxlint-disable-next-line no-debugger
    debugger;
    return path;
  };

  const electron = {
    contextBridge: {
      exposeInMainWorld: (api: string, value: Record<string, unknown>): void => {
        exposed.set(api, value);
        const members = Object.entries(value).map(([name, member]) =>
          typeof member === 'function' ? { name, isFunction: true } : { name, isFunction: false, value: member },
        );
        tell('expose', { api, members });
      },
    },
    ipcRenderer: {
      invoke: (ipcChannel: string, ...args: unknown[]): Promise<unknown> =>
        new Promise((resolve, reject) => {
          nextId += 1;
          const message = { id: nextId, channel: ipcChannel, args: args.map(plain) };
          invoked.set(nextId, { resolve, reject });
          send(message);
        }),
      on: (ipcChannel: string, listener: (event: object, ...args: unknown[]) => void): void => {
        const set = listeners.get(ipcChannel) ?? new Set();
        listeners.set(ipcChannel, set.add(listener));
      },
      removeListener: (ipcChannel: string, listener: (event: object, ...args: unknown[]) => void): void => {
        listeners.get(ipcChannel)?.delete(listener);
      },
    },
    webUtils: { getPathForFile: standInGetPathForFile },
  };
  const module = { exports: {} };
  preload(
    (id) => {
      if (id === 'electron' || id === 'electron/renderer') return electron;
      throw new Error(`module not found: ${id}`);
    },
    module,
    module.exports,
    { type: 'renderer', sandboxed: true, contextIsolated: true },
  );
}
