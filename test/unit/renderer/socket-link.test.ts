import { expect, test } from 'vitest';
import { createSocketLink, type OpenSocket } from '../../../renderer/bridge/socket-link.ts';
import { connectionIdSchema } from '../../../shared/domain/ids.ts';
import { ok } from '../../../shared/result.ts';

function setUp() {
  const opened: Parameters<OpenSocket>[0][] = [];
  const sent: { id: number; name: string }[] = [];
  const timers: { delayMs: number; run: () => void }[] = [];
  const link = createSocketLink(
    (handlers) => {
      opened.push(handlers);
      return { send: (text) => void sent.push(JSON.parse(text)) };
    },
    {
      nowMs: () => 0,
      setTimer(delayMs, run) {
        timers.push({ delayMs, run });
        return () => {};
      },
    },
  );
  const states: string[] = [];
  link.watchLink((state) => void states.push(state.state));
  const newest = () => opened.at(-1);
  const answer = (id: number, result: unknown) => newest()?.onMessage(JSON.stringify({ id, result }));
  return { link, opened, sent, timers, states, newest, answer };
}

test('commands asked before the socket is open are sent once it is', async () => {
  const { link, sent, newest, answer } = setUp();
  const asked = link.call('buckets.list', { connectionId: connectionIdSchema.parse('conn-1') });
  expect(sent).toEqual([]);
  newest()?.onOpen();
  expect(sent.map(({ name }) => name)).toEqual(['buckets.list']);
  answer(sent[0]?.id ?? -1, ok({ buckets: [] }));
  expect(await asked).toEqual(ok({ buckets: [] }));
});

test('answers find their question in any order, and what is not a result is an error', async () => {
  const { link, sent, newest, answer } = setUp();
  newest()?.onOpen();
  const first = link.call('hostFiles.createFolder', { folder: '/', name: 'a' });
  const second = link.call('hostFiles.createFolder', { folder: '/', name: 'b' });
  answer(sent[1]?.id ?? -1, ok({ path: '/b' }));
  answer(sent[0]?.id ?? -1, { nonsense: true });
  expect(await second).toEqual(ok({ path: '/b' }));
  expect(await first).toMatchObject({ ok: false, error: { code: 'UnexpectedFailure' } });
});

test('a broken link fails what was under way, never sends it twice, and comes back with growing pauses', async () => {
  const { link, sent, timers, states, newest } = setUp();
  newest()?.onOpen();
  const asked = link.call('connections.list', {});
  newest()?.onClose();
  expect(await asked).toMatchObject({ ok: false, error: { code: 'EngineUnavailable' } });
  expect(await link.call('connections.list', {})).toMatchObject({ error: { code: 'EngineUnavailable' } });
  timers.at(-1)?.run();
  newest()?.onClose();
  timers.at(-1)?.run();
  newest()?.onOpen();
  expect(timers.map(({ delayMs }) => delayMs)).toEqual([500, 1000]);
  expect(states).toEqual(['connecting', 'open', 'lost', 'lost', 'open']);
  expect(sent).toHaveLength(1);
});

test('frames that are not of the contract are ignored', () => {
  const { link, newest } = setUp();
  const batches: number[] = [];
  link.subscribe((batch) => void batches.push(batch.seq));
  newest()?.onOpen();
  for (const text of ['', '{', '[]', '{"batch":{"seq":"1"}}', '{"batch":{"seq":2,"events":[]}}'])
    newest()?.onMessage(text);
  expect(batches).toEqual([2]);
});
