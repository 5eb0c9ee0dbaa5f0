import { installHooks } from './load-hooks.ts';
import { mutantsOf, simulationOf, type WorldName } from './worlds.ts';
import type { SeedRange } from './run-seeds.ts';
import type { Failure, Tally } from './tally.ts';

/** What the command asks of a process, and what it hears from it. `stop` ends it after the seed it is at. */
export type Order = SeedRange & {
  /** What is simulated: transfers as people ask for them, or rules. */
  readonly world: WorldName;
  readonly mutant: string | null;
  readonly stopAtFirst: boolean;
};
export type Message = { readonly type: 'run'; readonly order: Order } | { readonly type: 'stop' };
export type News =
  | { readonly type: 'tally'; readonly tally: Tally }
  | { readonly type: 'failure'; readonly failure: Failure }
  | { readonly type: 'end' };

let isStopped = false;

process.on('message', (message: Message) => {
  if (message.type === 'stop') isStopped = true;
  else void work(message.order);
});

async function work(order: Order): Promise<void> {
  const mutant = mutantsOf(order.world).find(({ name }) => name === order.mutant) ?? null;
  if (order.mutant !== null && mutant === null) throw new Error(`no mutant ${order.mutant}`);
  installHooks(mutant);
  const { runSeeds } = await import('./run-seeds.ts');
  const simulate = await simulationOf(order.world);
  const tell = (news: News) => void process.send?.(news);
  await runSeeds(
    simulate,
    order,
    (tally) => tell({ type: 'tally', tally }),
    (failure) => {
      tell({ type: 'failure', failure });
      isStopped ||= order.stopAtFirst;
    },
    () => isStopped,
  );
  tell({ type: 'end' });
  process.disconnect();
}
