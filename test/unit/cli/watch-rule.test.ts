import { afterEach, expect, test, vi } from 'vitest';
import type { CommandContext } from '../../../main/headless/cli/command.ts';
import type { Session } from '../../../main/headless/cli/session.ts';
import { watchRule } from '../../../main/headless/cli/watch-rule.ts';
import { appError } from '../../../shared/errors.ts';
import { err, ok } from '../../../shared/result.ts';
import { rule as sampleRule, ruleId } from '../../fakes/rule-samples.ts';

afterEach(() => {
  vi.useRealTimers();
});

const runs = { waiting: 0, running: 0, failed: 0, done: 0, skipped: 0 };

/** What the command says of a rule of which the engine tells this, the last of it again and again. */
async function watched(rule: object, left: readonly object[] = [], held: readonly object[] = []) {
  const said: string[] = [];
  const asked: string[] = [];
  let looks = 0;
  const engine = {
    call: async (name: string) => {
      asked.push(name);
      if (name === 'rules.list') return ok({ rules: [sampleRule('r1', rule)], allPaused: false });
      if (name === 'rules.history') return ok({ runs: held, total: held.length });
      if (name !== 'rules.due') return err(appError('UnexpectedFailure'));
      looks += 1;
      return ok(left[Math.min(looks, left.length) - 1]);
    },
  };
  const io = { say: (line: string) => said.push(line), status: () => undefined, onStop: () => undefined };
  const context = { io, json: false } as unknown as CommandContext;
  const exit = await watchRule(context, { engine } as unknown as Session, ruleId, 0);
  return { exit, said, asked };
}

test('what waits for its time is waited for without a look at any run, and what is too young is left', async () => {
  const waiting = { runs: { ...runs, waiting: 2 } };
  const { exit, said, asked } = await watched(waiting, [
    { runs: { ...runs, waiting: 2 }, due: true },
    // Begun, and done, since the list was read.
    { runs: { ...runs, waiting: 1, done: 1 }, due: false },
  ]);
  expect(exit).toBe(0);
  expect(said).toEqual(['"r1": 1 done, 0 failed, 1 to do.']);
  expect(asked).toEqual(['rules.list', 'rules.due', 'rules.list', 'rules.due']);
});

test('a rule that has nothing to do, or does nothing by itself, is not waited for', async () => {
  expect(await watched({ runs: { ...runs, done: 3 } })).toMatchObject({ exit: 0, asked: ['rules.list'] });
  const paused = await watched({ state: 'off', runs: { ...runs, waiting: 2 } });
  expect(paused).toMatchObject({ exit: 0, said: ['"r1": 0 done, 0 failed, 2 to do.'], asked: ['rules.list'] });
});

test('runs that wait for a server are waited for, and why is told once', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] });
  const waiting = { runs: { ...runs, waiting: 2 } };
  const left = Array.from({ length: 50 }, () => ({ ...waiting, due: true }));
  const error = appError('EndpointUnreachable', { host: 's3.example.com' });
  const held = ['in/b', 'in/a'].map((key, index) => ({ id: index, event: { key, path: null }, error }));
  const watching = watched(waiting, [...left, { runs: { ...runs, done: 2 }, due: false }], held);
  await vi.advanceTimersByTimeAsync(60_000);
  const { exit, said, asked } = await watching;
  expect(exit).toBe(0);
  expect(said[0]).toMatch(/^Waits, and is tried again: in\/b: .*s3\.example\.com/);
  expect(said.filter((line) => line.startsWith('Waits'))).toHaveLength(1);
  expect(said.at(-1)).toBe('"r1": 2 done, 0 failed.');
  expect(asked.filter((name) => name === 'rules.history')).toHaveLength(2);
});
