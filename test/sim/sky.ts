import type { Dice } from './dice.ts';
import { calmWeather, type Weather } from './weather.ts';

/** The weather as it is now, and what it has done so far. */
export type Sky = {
  weather: Weather;
  /** Whether one of the weather's spans of this kind is now; counted as a fault each time. */
  isIn(what: Weather['spans'][number]['what']): boolean;
  /** Counts a fault; gives back what it is given. */
  fault<T>(what: string, value: T): T;
  readonly faults: number;
  readonly byKind: ReadonlyMap<string, number>;
  calm(): void;
};

export function createSky(weather: Weather, nowMs: () => number): Sky {
  const byKind = new Map<string, number>();
  let faults = 0;
  const fault: Sky['fault'] = (what, value) => {
    faults += 1;
    byKind.set(what, (byKind.get(what) ?? 0) + 1);
    return value;
  };
  return {
    weather,
    fault,
    isIn(what) {
      const isNow = this.weather.spans.some(
        (span) => span.what === what && span.fromMs <= nowMs() && nowMs() < span.toMs,
      );
      return isNow ? fault(what, true) : false;
    },
    get faults() {
      return faults;
    },
    byKind,
    calm() {
      this.weather = calmWeather;
    },
  };
}

/** Bytes with one of them changed, as a bad cable or memory does. */
export function corrupted(bytes: Uint8Array, dice: Dice): Uint8Array {
  const changed = Uint8Array.from(bytes);
  const at = dice.int(bytes.length);
  changed[at] = (changed[at] as number) ^ (1 + dice.int(255));
  return changed;
}
