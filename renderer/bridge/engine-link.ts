import type { EngineClient } from '../../shared/contract/client.ts';

/**
 * Whether the engine can be reached. `opened` counts how often the link came up: everything read before belongs to an
 * engine that may have been another one, so listings and snapshots are asked for again.
 */
export type LinkState =
  | { readonly state: 'connecting'; readonly opened: number }
  | { readonly state: 'open'; readonly opened: number }
  | { readonly state: 'lost'; readonly opened: number; readonly retryAtMs: number };

/** The engine as the window sees it: commands, event batches, and the state of the way to it. */
export interface EngineLink extends EngineClient {
  /** Calls back with the present state at once, then with every change; returns the function that ends it. */
  watchLink(listener: (state: LinkState) => void): () => void;
  /** Tries now instead of after the pause. Does nothing unless the link is lost. */
  reconnectNow(): void;
  /** Absolute path of a dropped file where the host can tell it (Electron); '' elsewhere. */
  pathOf(file: File): string;
}
