/** Apart from wire.ts so that the preload stays free of the schemas: this file imports nothing. */
export const ipcChannels = { call: 'brigade:call', batch: 'brigade:batch', showRule: 'brigade:showRule' } as const;

/** What the preload puts on `window.brigade`; absent in a browser, where the same goes over a WebSocket. */
export interface PreloadBridge {
  readonly call: (name: string, input: unknown) => Promise<unknown>;
  readonly onBatch: (listener: (batch: unknown) => void) => () => void;
  /** Absolute path of a file or folder dropped or picked in the window; '' when it has none. */
  readonly pathOf: (file: unknown) => string;
  /**
   * The id of a rule that the person asked for outside of the window (a notification). One listener; what was asked for before
   * it is told at once.
   */
  readonly onShowRule: (listener: (ruleId: unknown) => void) => () => void;
}
