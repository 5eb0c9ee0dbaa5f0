import { appError, type AppError } from '../../shared/errors.ts';
import { err, type Result } from '../../shared/result.ts';
import type { Dice } from './dice.ts';
import type { Life, Scheduler } from './scheduler.ts';
import type { Sky } from './sky.ts';

export type Fate = 'fine' | 'lost' | 'truncated';

export type Travel<T> = {
  readonly life: Life;
  readonly label: string;
  readonly host: string;
  /** The key it is about. */
  readonly about: string;
  readonly signal?: AbortSignal | undefined;
  /** The answer has a body that may be cut short. */
  readonly hasBody?: boolean;
  /** What the server does when the request has arrived. `truncated`: only a part of the answer's body will come. */
  readonly effect: (fate: Fate) => Result<T>;
};

/** Requests under way between the engine and the servers, each with a fate of its own. */
export type Network = {
  request<T>(travel: Travel<T>): Promise<Result<T>>;
  /** How often, in this run of the engine, a request about the key failed in a way that may pass. */
  failuresOf(about: string): number;
  /** One more, that only its reader could tell. */
  noteFailure(about: string): void;
  /** The engine died: of what was under way some arrives all the same, just now. */
  breakOff(): void;
};

/** How long nothing moves before a request is cut. */
const stallMs = 30_000;

export const aborted = (): AppError => appError('ConnectionReset', {}, 'aborted', 'no');

export function createNetwork(scheduler: Scheduler, dice: Dice, sky: Sky): Network {
  const failures = new Map<string, number>();
  const noteFailure = (about: string) => void failures.set(about, (failures.get(about) ?? 0) + 1);
  const underWay = new Set<{ arrive(): void }>();

  function failureOnTheWay(host: string): AppError | null {
    const { weather } = sky;
    if (sky.isIn('offline'))
      return dice.chance(0.5) ? appError('EndpointUnreachable', { host }) : appError('HostNotFound', { host });
    if (dice.chance(weather.drop)) return sky.fault('drop', appError('ConnectionReset', { host }));
    return null;
  }

  function refusal(host: string): AppError | null {
    const { weather } = sky;
    if (dice.chance(weather.slowDown)) {
      const retryAfterSeconds = dice.chance(0.3) ? dice.int(5) + 1 : undefined;
      return sky.fault('slowDown', appError('SlowDown', { host, status: 503, retryAfterSeconds }));
    }
    if (dice.chance(weather.serverError)) return sky.fault('serverError', appError('InternalError', { host }));
    return null;
  }

  return {
    noteFailure,
    failuresOf: (about) => failures.get(about) ?? 0,
    request<T>({ life, label, host, about, signal, hasBody = false, effect }: Travel<T>) {
      return new Promise<Result<T>>((resolve) => {
        if (signal?.aborted === true) {
          resolve(err(aborted()));
          return;
        }
        const { weather } = sky;
        let hasArrived = false;
        const cancels: (() => void)[] = [];
        const settle = (result: Result<T>) => {
          if (!result.ok && result.error.retry === 'backoff') noteFailure(about);
          for (const cancel of cancels) cancel();
          signal?.removeEventListener('abort', onAbort);
          underWay.delete(flight);
          resolve(result);
        };
        const answer = (delayMs: number, result: Result<T>) => {
          cancels.push(scheduler.after(delayMs, `< ${label}`, life, () => settle(result)));
        };
        const stalls = dice.chance(weather.stall);
        const isLost = !stalls && dice.chance(weather.lose);
        const isCut = hasBody && dice.chance(weather.truncate);
        const arrive = () => {
          hasArrived = true;
          const backMs = dice.int(sky.weather.latencyMs + 1);
          const failure = failureOnTheWay(host) ?? refusal(host);
          if (failure !== null) return answer(backMs, err(failure));
          if (stalls) {
            sky.fault('stall', null);
            if (dice.chance(0.5)) effect('lost');
            return answer(stallMs, err(appError('Stalled', { host, seconds: stallMs / 1000 })));
          }
          if (isLost) {
            sky.fault('lose', null);
            effect('lost');
            return answer(backMs, err(appError('ConnectionReset', { host })));
          }
          if (isCut) sky.fault('truncate', null);
          return answer(backMs, effect(isCut ? 'truncated' : 'fine'));
        };
        const onAbort = () => {
          if (!hasArrived && dice.chance(0.5)) effect('lost');
          settle(err(aborted()));
        };
        // Broken off before it arrived: the server may have had all of it.
        const flight = {
          arrive: () => {
            if (!hasArrived && dice.chance(0.5)) effect('lost');
            hasArrived = true;
          },
        };
        underWay.add(flight);
        signal?.addEventListener('abort', onAbort, { once: true });
        cancels.push(scheduler.after(dice.int(weather.latencyMs + 1), `> ${label}`, life, arrive));
      });
    },
    breakOff() {
      for (const flight of underWay) flight.arrive();
      underWay.clear();
      failures.clear();
    },
  };
}
