import type { S3Address } from '../fakes/test-connection.ts';
import { planRound, scenarios } from './kill-plan.ts';
import { type RoundReport, type RoundsState, runRound } from './kill-round.ts';
import { killPhases } from './kill-run.ts';
import { createKillWorld, type KillWorld } from './kill-world.ts';

export type KillOptions = {
  readonly rounds: number;
  /** Rounds are numbered from here: round n of a run is round 0 of `seed + n`. */
  readonly seed: number;
  readonly lanes: number;
  /** For every eighth round; all on the local S3 when there is none. */
  readonly ceph?: (() => Promise<S3Address>) | undefined;
  readonly onRound?: (report: RoundReport, server: 'local-s3' | 'Ceph') => void;
};

const cephEvery = 8;

/** Runs the rounds in lanes of their own servers and data folders. */
export async function runKillRounds(options: KillOptions): Promise<RoundReport[]> {
  const reports: RoundReport[] = [];
  const lane = async (index: number): Promise<void> => {
    const worlds = new Map<string, { world: KillWorld; state: RoundsState }>();
    try {
      for (let round = index; round < options.rounds; round += options.lanes) {
        const server = options.ceph !== undefined && round % cephEvery === cephEvery - 1 ? 'Ceph' : 'local-s3';
        let at = worlds.get(server);
        if (at === undefined) {
          const world = await createKillWorld(server === 'Ceph' ? await options.ceph?.() : undefined);
          at = { world, state: { present: new Map(), dataDir: null } };
          worlds.set(server, at);
        }
        const report = await runRound(at.world, at.state, planRound(options.seed + round));
        reports.push(report);
        options.onRound?.(report, server);
      }
    } finally {
      for (const { world } of worlds.values()) await world.close();
    }
  };
  await Promise.all(Array.from({ length: options.lanes }, (_, index) => lane(index)));
  return reports;
}

/** The figures of a run, as lines of text. */
export function describeRounds(reports: readonly RoundReport[]): string[] {
  const count = (of: (report: RoundReport) => number) => reports.reduce((sum, report) => sum + of(report), 0);
  const kills = count(({ phases }) => phases.length);
  const byPhase = killPhases.map(
    (phase) => `${phase} ${count(({ phases }) => phases.filter((at) => at === phase).length)}`,
  );
  const byScenario = scenarios.map((name) => `${name} ${count(({ plan }) => Number(plan.scenario === name))}`);
  const bad = reports.filter(({ problems }) => problems.length > 0);
  return [
    `${reports.length} rounds (${byScenario.join(', ')})`,
    `${kills} kills (${byPhase.join(', ')}), ${count(({ tooLate }) => tooLate)} too late`,
    `${count(({ plan }) => plan.kills.filter(({ mishap }) => mishap === 'walCutShort').length)} write-ahead logs cut short, ` +
      `${count(({ putAway }) => Number(putAway))} of them to be put away, ` +
      `${count(({ plan }) => plan.kills.filter(({ mishap }) => mishap === 'lockedMeanwhile').length)} times locked meanwhile`,
    `${count(({ emptyUploads }) => emptyUploads)} uploads begun on the server that no journal knows, without a part`,
    `${bad.length} rounds with problems`,
    ...bad.map(({ plan, problems }) => `  seed ${plan.seed}, ${plan.scenario}: ${problems.join('; ')}`),
  ];
}
