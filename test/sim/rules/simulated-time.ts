type Act = () => void;

let nowMs = (): number => 0;
let after = (_delayMs: number, _act: Act): void => undefined;
let isInstalled = false;

/**
 * Dates are the simulated machine's from now on, and signals of AbortSignal.timeout its timers: libraries ask for the time, and
 * are given this one. (After forbidTimers, in the same process.)
 */
export function setTimeOf(now: () => number, timer: (delayMs: number, act: Act) => void): void {
  nowMs = now;
  after = timer;
  if (isInstalled) return;
  isInstalled = true;
  const Refusing = Date;
  const Simulated = new Proxy(Refusing, {
    construct: (target, args: unknown[]) => Reflect.construct(target, args.length === 0 ? [nowMs()] : args),
    get: (target, name, receiver) => (name === 'now' ? () => nowMs() : Reflect.get(target, name, receiver)),
  });
  Object.defineProperty(globalThis, 'Date', { value: Simulated, configurable: true });
  AbortSignal.timeout = (delayMs) => {
    const controller = new AbortController();
    after(delayMs, () => controller.abort());
    return controller.signal;
  };
}
