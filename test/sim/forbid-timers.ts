type Act = () => void;

let takeTurn: (act: Act) => void = (act) => void realImmediate(act);
const realImmediate = setImmediate;

/** Whose turns of the event loop the engine takes with setImmediate. */
export function takeTurnsFrom(next: (act: Act) => void): void {
  takeTurn = next;
}

/**
 * From now on nothing in this process sees the real time, sets a real timer or has real chance: what does would make a
 * seed mean something else each time. (The simulation takes its own turns of the event loop by what it kept of before.)
 */
export function forbidTimers(): void {
  const refuse = (what: string) => () => {
    throw new Error(`${what} in the simulation`);
  };
  const put = (name: string, value: unknown) => Object.defineProperty(globalThis, name, { value, configurable: true });
  put('setTimeout', refuse('setTimeout'));
  put('setInterval', refuse('setInterval'));
  put('setImmediate', (act: Act) => takeTurn(act));
  put('performance', { now: refuse('performance.now') });
  Math.random = refuse('Math.random');
  Object.defineProperty(globalThis.crypto, 'randomUUID', { value: refuse('randomUUID') });
  const RealDate = Date;
  put(
    'Date',
    new Proxy(RealDate, {
      construct: (target, args: unknown[]) =>
        args.length === 0 ? refuse('new Date()')() : Reflect.construct(target, args),
      get: (target, name, receiver) => (name === 'now' ? refuse('Date.now') : Reflect.get(target, name, receiver)),
    }),
  );
}
