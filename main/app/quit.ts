export type QuitPorts = {
  /** How many transfers run now. */
  readonly runningTransfers: () => number;
  readonly ask: (transfers: number) => Promise<boolean>;
  /** Brings the engine to a resumable point. */
  readonly close: () => Promise<void>;
  /** Asks the system to end the app: that is `beforeQuit` again. */
  readonly quit: () => void;
  readonly onRefused: () => void;
};

/**
 * Quitting, whoever began it: a person is asked when transfers run, then it waits for the engine to close. A system that shuts
 * down, and a signal, are not kept waiting by a question.
 */
export function createQuit(ports: QuitPorts) {
  let stage: 'running' | 'asking' | 'closing' | 'closed' = 'running';
  let mayAsk = true;

  async function quit(): Promise<void> {
    const transfers = ports.runningTransfers();
    if (mayAsk && transfers > 0) {
      stage = 'asking';
      const isMeant = await ports.ask(transfers);
      // Meanwhile somebody who cannot wait has begun.
      if (stage !== 'asking') return;
      stage = 'running';
      if (!isMeant) return ports.onRefused();
    }
    stage = 'closing';
    try {
      await ports.close();
    } finally {
      stage = 'closed';
      ports.quit();
    }
  }

  return {
    beforeQuit(event: { preventDefault(): void }): void {
      if (stage === 'closed') return;
      event.preventDefault();
      if (stage === 'running' || (stage === 'asking' && !mayAsk)) void quit();
    },
    /** By somebody who cannot be asked. */
    unasked(): void {
      mayAsk = false;
      ports.quit();
    },
  };
}
