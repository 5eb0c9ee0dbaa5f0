import { installHooks } from './load-hooks.ts';
import { mutants } from './mutants.ts';
import type { SeedRange } from './run-seeds.ts';
import type { Failure, Tally } from './tally.ts';

/** What the command asks of a process, and what it hears from it. `stop` ends it after the seed it is at. */
export type Order = SeedRange & { readonly mutant: string | null; readonly stopAtFirst: boolean };
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
  const mutant = mutants.find(({ name }) => name === order.mutant) ?? null;
  if (order.mutant !== null && mutant === null) throw new Error(`no mutant ${order.mutant}`);
  installHooks(mutant);
  const { runSeeds } = await import('./run-seeds.ts');
  const tell = (news: News) => void process.send?.(news);
  await runSeeds(
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
