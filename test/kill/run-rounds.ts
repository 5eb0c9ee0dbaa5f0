import { parseArgs } from 'node:util';
import { cephIsInstalled, startCeph, type Ceph } from '../servers/ceph.ts';
import { describeRounds, runKillRounds } from './kill-rounds.ts';

/** `npm run kill -- [--rounds 500] [--seed 1] [--lanes 2] [--no-ceph]`: exit 1 when a round had a problem. */
const { values } = parseArgs({
  allowNegative: true,
  options: {
    rounds: { type: 'string', default: '500' },
    seed: { type: 'string', default: '1' },
    lanes: { type: 'string', default: '2' },
    ceph: { type: 'boolean', default: true },
  },
});
const rounds = Number(values.rounds);
const say = (line: string) => process.stdout.write(`${line}\n`);
let starting: Promise<Ceph> | undefined;
let ended = 0;
const startedMs = Date.now();
try {
  const reports = await runKillRounds({
    rounds,
    seed: Number(values.seed),
    lanes: Number(values.lanes),
    ceph: values.ceph && cephIsInstalled ? () => (starting ??= startCeph()) : undefined,
    onRound: ({ plan, phases, problems }, server) => {
      ended += 1;
      const kills = phases.length === 0 ? 'ended by itself' : `killed at ${phases.join(', ')}`;
      const outcome = problems.length === 0 ? 'whole' : `PROBLEM: ${problems.join('; ')}`;
      say(`${ended}/${rounds} seed ${plan.seed} ${server} ${plan.scenario}: ${kills}; ${outcome}`);
    },
  });
  say(`${describeRounds(reports).join('\n')}\n${((Date.now() - startedMs) / 1000).toFixed(0)} s`);
  process.exitCode = reports.some(({ problems }) => problems.length > 0) ? 1 : 0;
} finally {
  await (await starting?.catch(() => undefined))?.close();
}
