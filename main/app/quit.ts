/** What runs now; `changes` of objects, such as deletions, which nothing goes on with later. */
export type UnderWay = { readonly transfers: number; readonly changes: number };

export type QuitPorts = {
  readonly underWay: () => UnderWay;
  readonly ask: (underWay: UnderWay) => Promise<boolean>;
  /** Brings the engine to a resumable point. */
  readonly close: () => Promise<void>;
  /** Asks the system to end the app: that is `beforeQuit` again. */
  readonly quit: () => void;
  readonly onRefused: () => void;
};

/**
 * Quitting, whoever began it: a person is asked while something runs, then it waits for the engine to close. A system that shuts
 * down, and a signal, are not kept waiting by a question.
 */
export function createQuit(ports: QuitPorts) {
  let stage: 'running' | 'asking' | 'closing' | 'closed' = 'running';
  let mayAsk = true;

  async function quit(): Promise<void> {
    const underWay = ports.underWay();
    if (mayAsk && underWay.transfers + underWay.changes > 0) {
      stage = 'asking';
      const isMeant = await ports.ask(underWay);
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
