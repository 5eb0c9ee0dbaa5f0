/** Apart from wire.ts so that the preload stays free of the schemas: this file imports nothing. */
export const ipcChannels = { call: 'brigade:call', batch: 'brigade:batch' } as const;

/** What the preload puts on `window.brigade`; absent in a browser, where the same goes over a WebSocket. */
export interface PreloadBridge {
  readonly call: (name: string, input: unknown) => Promise<unknown>;
  readonly onBatch: (listener: (batch: unknown) => void) => () => void;
  /** Absolute path of a file or folder dropped or picked in the window; '' when it has none. */
  readonly pathOf: (file: unknown) => string;
}
