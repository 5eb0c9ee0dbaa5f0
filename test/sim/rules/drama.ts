import type { Placements } from '../copies.ts';
import type { Deed } from '../people.ts';
import { placeOfIndex } from './places.ts';
import { killRuleLife, quitRuleLife, type RuleLife, startRuleLife } from './rule-life.ts';
import type { RuleWorld } from './rule-world.ts';

/** A seed as it is acted out. */
export type Drama = {
  readonly world: RuleWorld;
  readonly placements: Placements;
  readonly excused: Set<string>;
  life: RuleLife | null;
  /** It has been told to end. */
  leaving: RuleLife | null;
  wasEverPaused: boolean;
};

const turn = setImmediate;
export const nextTurn = () => new Promise<void>((resolve) => turn(resolve));

export const watchOf =
  ({ world }: Drama) =>
  (promise: Promise<unknown>): void =>
    void promise.catch((error: unknown) =>
      world.violate(`rejected: ${error instanceof Error ? error.stack : String(error)}`),
    );

export async function takeStep({ world }: Drama): Promise<boolean> {
  if (!world.scheduler.step()) return false;
  await nextTurn();
  return true;
}

export function start(drama: Drama): void {
  const { leaving } = drama;
  // Whoever waits no longer for it to end.
  if (leaving !== null && !leaving.life.dead) killRuleLife(drama.world, leaving, false);
  drama.leaving = null;
  drama.life = startRuleLife(drama.world, drama.placements);
  watchOf(drama)(drama.life.rules.activate({}));
}

export function die(drama: Drama): void {
  const { world, life } = drama;
  if (life === null) return;
  const before = new Set(world.disk.names.keys());
  killRuleLife(world, life, world.dice.chance(0.5));
  for (const path of world.disk.names.keys()) if (!before.has(path)) drama.excused.add(path);
  drama.life = null;
  world.deaths += 1;
}

/** Most of the time the disk is as it was left; now and then an index is lost with it. */
function comeBack(drama: Drama): void {
  const { world } = drama;
  if (drama.life !== null) return;
  if (world.dice.chance(0.1) && world.indexFiles.size > 0) {
    const filePath = world.dice.pick([...world.indexFiles.keys()]);
    world.indexFiles.delete(filePath);
    world.observer.loseIndex(filePath);
    world.trace.note(0, `lost the index of ${JSON.stringify(placeOfIndex(filePath))}`);
  }
  start(drama);
}

export function deathOf(drama: Drama): Deed {
  const { world } = drama;
  return {
    name: 'death',
    act: () => {
      die(drama);
      world.scheduler.after(world.dice.int(world.dice.chance(0.7) ? 200 : 30_000), 'restart', null, () =>
        comeBack(drama),
      );
    },
  };
}

/** The engine ends as it is told to, and is started again. */
export function quitOf(drama: Drama): Deed {
  const { world } = drama;
  return {
    name: 'quit',
    act: () => {
      const { life } = drama;
      if (life === null) return;
      drama.life = null;
      drama.leaving = life;
      const leave = async (): Promise<void> => {
        await quitRuleLife(life);
        if (life.life.dead) return;
        life.life.dead = true;
        world.origins.watchers.clear();
        world.trace.note(0, 'has quit');
        world.scheduler.after(world.dice.int(20_000), 'restart', null, () => comeBack(drama));
      };
      watchOf(drama)(leave());
      world.deaths += 1;
    },
  };
}
