import { expect, test } from 'vitest';
import type { EngineLink, LinkState } from '../../../renderer/bridge/engine-link.ts';
import { startFeed } from '../../../renderer/bridge/start-feed.ts';
import { defaultPreferences } from '../../../shared/domain/preferences.ts';
import type { EngineEvent } from '../../../shared/contract/events.ts';
import { createFakeEngine } from '../../fakes/fake-engine-client.ts';
import { noLimitsView } from '../../../shared/domain/transfer-limits.ts';

const speed = (atMs: number): EngineEvent => ({
  type: 'transfers.speed',
  sample: { atMs, upBytesPerSecond: 0, downBytesPerSecond: 0 },
});

function setUp() {
  const log: string[] = [];
  const engine = createFakeEngine({}, () => ({
    connections: [],
    jobs: [],
    speed: [],
    limits: noLimitsView,
    orphans: 0,
    changes: { count: 0, failed: 0 },
    rules: [],
    rulesPaused: false,
    preferences: defaultPreferences,
  }));
  let tellLink: (state: LinkState) => void = () => {};
  const link: EngineLink = {
    ...engine,
    watchLink(listener) {
      tellLink = listener;
      return () => {};
    },
    reconnectNow() {},
    pathOf: () => '',
  };
  const target = {
    reset: () => log.push('reset'),
    apply: (events: readonly EngineEvent[]) =>
      log.push(...events.map((event) => (event.type === 'transfers.speed' ? `${event.sample.atMs}` : event.type))),
    link: (state: LinkState) => log.push(state.state),
  };
  startFeed(link, target, { nowMs: () => 0, setTimer: () => () => {} });
  return { engine, log, open: () => tellLink({ state: 'open', opened: 1 }) };
}
const settle = () => new Promise((resolve) => setImmediate(resolve));

test('a snapshot first, then the batches after it', async () => {
  const { engine, log, open } = setUp();
  open();
  engine.tell(speed(1));
  await settle();
  engine.tell(speed(2));
  expect(log).toEqual(['open', 'reset', '1', '2']);
});

test('after a lost batch everything is read again, and the next batches follow', async () => {
  const { engine, log, open } = setUp();
  open();
  await settle();
  engine.seq += 1;
  engine.tell(speed(2));
  await settle();
  engine.tell(speed(3));
  expect(log).toEqual(['open', 'reset', 'reset', '3']);
});

test('a link that opens again starts from a new snapshot, whatever the numbers of the engine behind it', async () => {
  const { engine, log, open } = setUp();
  engine.seq = 500;
  open();
  await settle();
  engine.seq = 0;
  open();
  await settle();
  engine.tell(speed(1));
  expect(log).toEqual(['open', 'reset', 'open', 'reset', '1']);
});
