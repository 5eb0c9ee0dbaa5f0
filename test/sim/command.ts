import { parseArgs } from 'node:util';
import { startChild } from './child.ts';
import type { Order } from './seed-process.ts';
import { addTally, emptyTally, type Failure, spread } from './tally.ts';
import { mutantsOf, pinnedOf, simulationOf, type WorldName } from './worlds.ts';

/** `npm run sim`. Ends with 1 when a seed failed, or when a mutant was not found. */
const usage = `npm run sim -- [--seeds 1000] [--from 1] [--jobs 1] [--seconds 0]
    runs seeds: so many, and more as long as the seconds are not over
npm run sim -- --seed 17 [--trace]
    one seed, with all that happened
npm run sim -- --mutants [--mutant NAME]… [--seeds 2000] [--jobs 1]
    plants bugs, one at a time, until each is found
with --rules: all of that of the rules instead of the transfers
`;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string' },
    from: { type: 'string', default: '1' },
    jobs: { type: 'string', default: '1' },
    seconds: { type: 'string', default: '0' },
    seed: { type: 'string' },
    trace: { type: 'boolean', default: false },
    mutants: { type: 'boolean', default: false },
    mutant: { type: 'string', multiple: true },
    rules: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const world: WorldName = values.rules ? 'rules' : 'transfers';

const say = (text: string) => void process.stdout.write(`${text}\n`);
const sayEverySeeds = 5_000;
const saidFailures = 10;

function sayFailure({ seed, violation, lines }: Failure): void {
  say(`\nseed ${seed}: ${violation}`);
  for (const line of lines) say(`  ${line}`);
  say(`  all of it: npm run sim -- ${world === 'rules' ? '--rules ' : ''}--seed ${seed} --trace`);
}

async function runAll(from: number, seeds: number, jobs: number, seconds: number): Promise<boolean> {
  const total = emptyTally();
  const startedMs = performance.now();
  const passedMs = () => performance.now() - startedMs;
  const perSecond = () => Math.round(total.seeds / (passedMs() / 1000));
  let failures = 0;
  let saidSeeds = 0;
  const children = Array.from({ length: jobs }, (_, job) => {
    const count = seconds > 0 ? null : Math.floor(seeds / jobs) + (job < seeds % jobs ? 1 : 0);
    const pinned = pinnedOf(world)
      .map(([seed]) => seed)
      .filter((_seed, index) => index % jobs === job);
    const order: Order = { world, from: from + job, stride: jobs, count, pinned, mutant: null, stopAtFirst: false };
    return startChild(order, (news) => {
      if (news.type === 'failure') {
        failures += 1;
        if (failures <= saidFailures) sayFailure(news.failure);
      }
      if (news.type !== 'tally') return;
      addTally(total, news.tally);
      if (seconds > 0 && total.seeds >= seeds && passedMs() >= seconds * 1000)
        for (const child of children) child.stop();
      if (total.seeds - saidSeeds < sayEverySeeds) return;
      saidSeeds = total.seeds;
      say(`${total.seeds} seeds, ${perSecond()} a second, ${failures} failed`);
    });
  });
  const ends = await Promise.all(children.map(({ end }) => end));
  const isWhole = ends.every((end) => end === 'ended');
  if (!isWhole) say('a process died before it had run its seeds');
  const { steps, faults, filesDone, deaths } = total;
  say(`\n${total.seeds} seeds from ${from}, ${perSecond()} a second with --jobs ${jobs}: ${failures} failed`);
  say(
    `least / median / most of a seed: ${spread(steps)} operations, ${spread(faults)} faults, ${spread(filesDone)} files done`,
  );
  say(`crashes and power cuts in all: ${deaths}`);
  return failures === 0 && isWhole;
}

async function runMutants(names: readonly string[], from: number, seeds: number, jobs: number): Promise<boolean> {
  const waiting = [...names];
  let missed = 0;
  const lane = async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      const order: Order = { world, from, stride: 1, count: seeds, pinned: [], mutant: name, stopAtFirst: true };
      let how: string | null = null;
      const child = startChild(order, (news) => {
        if (news.type === 'failure') how ??= `${news.failure.seed - from + 1} seeds: ${news.failure.violation}`;
      });
      // What throws while it is loaded is no bug that was found: its text is not there any more.
      if ((await child.end) === 'died') how = null;
      if (how === null) missed += 1;
      say(
        `${how === null ? 'MISSED' : 'found '} ${name}: ${how ?? `not in ${seeds} seeds, or it could not be planted`}`,
      );
    }
  };
  await Promise.all(Array.from({ length: jobs }, lane));
  say(`\n${names.length - missed} of ${names.length} mutants found`);
  return missed === 0;
}

async function runOne(seed: number, isTraced: boolean): Promise<boolean> {
  const { installHooks } = await import('./load-hooks.ts');
  installHooks(null);
  const simulate = await simulationOf(world);
  const { forbidTimers } = await import('./forbid-timers.ts');
  forbidTimers();
  const { violation, lines, steps, faults, hash } = await simulate(seed, { keepLines: isTraced ? 100_000 : 40 });
  for (const line of lines) say(line);
  say(`seed ${seed}: ${violation ?? 'all is well'}; ${steps} operations, ${faults} faults, trace ${hash}`);
  return violation === null;
}

const from = Number(values.from);
const jobs = Number(values.jobs);
let isGood = true;
if (values.help) say(usage);
else if (values.seed !== undefined) isGood = await runOne(Number(values.seed), values.trace);
else if (values.mutants || values.mutant !== undefined) {
  const names = values.mutant ?? mutantsOf(world).map(({ name }) => name);
  isGood = await runMutants(names, from, Number(values.seeds ?? 2000), jobs);
} else isGood = await runAll(from, Number(values.seeds ?? 1000), jobs, Number(values.seconds));
process.exitCode = isGood ? 0 : 1;
