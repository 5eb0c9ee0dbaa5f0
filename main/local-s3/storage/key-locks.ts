/** Runs tasks of one name one after another, in the order they came; tasks of other names run beside them. */
export type KeyLocks = { hold<T>(name: string, task: () => Promise<T>): Promise<T> };

export function createKeyLocks(): KeyLocks {
  const tails = new Map<string, Promise<unknown>>();
  return {
    hold: (name, task) => {
      const before = tails.get(name);
      const run = before === undefined ? task() : before.then(task, task);
      tails.set(name, run);
      const forget = () => {
        if (tails.get(name) === run) tails.delete(name);
      };
      run.then(forget, forget);
      return run;
    },
  };
}
