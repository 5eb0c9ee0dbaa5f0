/** Time as services see it. The tests walk their own. */
export interface Clock {
  /** Milliseconds since 1970. */
  nowMs(): number;
  /** Calls back once after `delayMs`; the returned function takes it back. */
  setTimer(delayMs: number, callback: () => void): () => void;
}

/** Chance as services see it; tests seed their own. */
export interface Random {
  /** 0 <= value < 1. For jitter and names, not for keys or secrets. */
  next(): number;
}
