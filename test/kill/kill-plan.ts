import { createSeededRandom } from '../fakes/seeded-random.ts';

export const scenarios = ['upload one', 'upload folder', 'download one', 'download folder', 'move folder up'] as const;
export type Scenario = (typeof scenarios)[number];

/**
 * When a run is killed: so long after its start, or so long after something was seen at the proxy before the server. A
 * share is of the requests that an undisturbed run makes.
 */
export type KillMoment =
  | { readonly type: 'afterStart'; readonly delayMs: number }
  | { readonly type: 'afterFirstRequest'; readonly delayMs: number }
  | { readonly type: 'afterShare'; readonly share: number; readonly delayMs: number }
  | { readonly type: 'atCompletion'; readonly delayMs: number }
  | { readonly type: 'atEnd'; readonly delayMs: number };

/** What befalls the database beside a kill. */
export type Mishap = 'walCutShort' | 'lockedMeanwhile' | null;

export type PlannedKill = {
  readonly moment: KillMoment;
  readonly mishap: Mishap;
  /** How the next run goes on: from the journal, or by giving the same command again. */
  readonly next: 'resume' | 'same command';
};

export type RoundPlan = {
  readonly seed: number;
  readonly scenario: Scenario;
  /** With a data folder that does not exist yet. */
  readonly freshData: boolean;
  readonly kills: readonly PlannedKill[];
};

/** Pure: the same seed, the same plan. Up to four kills, one in most rounds. */
export function planRound(seed: number): RoundPlan {
  const random = createSeededRandom(seed);
  const scenario = random.pick(scenarios);
  const moment = (): KillMoment => {
    switch (random.between(0, 7)) {
      case 0:
        return { type: 'afterStart', delayMs: random.between(0, 600) };
      case 1:
        return { type: 'afterFirstRequest', delayMs: random.between(0, 40) };
      case 2:
        return { type: 'atCompletion', delayMs: random.between(0, 25) };
      case 3:
        return { type: 'atEnd', delayMs: random.between(0, 80) };
      default:
        return { type: 'afterShare', share: random.next(), delayMs: random.between(0, 20) };
    }
  };
  const count = random.pick([1, 1, 1, 2, 2, 3, 4]);
  const kills = Array.from({ length: count }, (): PlannedKill => {
    const mishap = random.next();
    return {
      moment: moment(),
      mishap: mishap < 0.1 ? 'walCutShort' : mishap < 0.2 ? 'lockedMeanwhile' : null,
      next: random.chance(0.75) ? 'resume' : 'same command',
    };
  });
  return { seed, scenario, freshData: random.chance(0.4), kills };
}
