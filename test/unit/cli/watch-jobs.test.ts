import { expect, test } from 'vitest';
import type { CommandContext } from '../../../main/headless/cli/command.ts';
import type { Session } from '../../../main/headless/cli/session.ts';
import { watchJobs } from '../../../main/headless/cli/watch-jobs.ts';
import { jobIdSchema } from '../../../shared/domain/ids.ts';
import type { JobState } from '../../../shared/domain/transfer.ts';
import { appError } from '../../../shared/errors.ts';
import { ok } from '../../../shared/result.ts';

test('a list that was read before the job ended does not make it run again', async () => {
  const id = jobIdSchema.parse('j1234567');
  const job = (state: JobState, filesFailed: number) => ({
    id,
    state,
    filesFailed,
    filesDone: 0,
    filesSkipped: 0,
    filesTotal: 1,
    bytesDone: 0,
    bytesTotal: 0,
    planned: true,
    bytesPerSecond: 0,
    secondsLeft: null,
    from: 'a',
    to: 'b/k',
  });
  const said: string[] = [];
  let answerList: (answer: unknown) => void = () => undefined;
  let tell: (batch: unknown) => void = () => undefined;
  const engine = {
    subscribe: (listener: typeof tell) => {
      tell = listener;
      return () => undefined;
    },
    call: (name: string, input: { from: number }) => {
      if (name === 'transfers.list') return new Promise((resolve) => (answerList = resolve));
      const files = input.from === 0 ? [{ name: 'k', error: appError('OutsideRestriction') }] : [];
      return Promise.resolve(ok({ files, total: 1 }));
    },
  };
  const context = {
    io: {
      say: (line: string) => said.push(line),
      status: () => undefined,
      onStop: () => undefined,
      hasTerminal: false,
    },
    json: false,
  } as unknown as CommandContext;
  const session = { engine, onReattached: () => undefined, held: { role: 'guest' } } as unknown as Session;

  const watched = watchJobs(context, session, [id]);
  // Both came in one piece over the socket: the answer first, the event before anybody could look at it.
  answerList(ok({ jobs: [job('planning', 0)] }));
  tell({ events: [{ type: 'transfers.job', job: job('failed', 1) }] });
  expect(await watched).toBe(1);
  expect(said.join('\n')).toContain('OutsideRestriction');
  expect(said.join('\n')).not.toContain('being planned');
});
