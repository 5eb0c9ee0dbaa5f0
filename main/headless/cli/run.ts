import { describeError } from '../../../shared/words/describe-error.ts';
import { numberOption } from './arguments.ts';
import { sayError, type Command } from './command.ts';
import { count, printable } from './format.ts';
import { noticeLines } from './notice-lines.ts';

/** setTimeout's limit is 24.8 days; nobody waits for longer by number. */
const longestSeconds = 2_000_000;

export const run: Command = {
  name: 'run',
  usage: ['brigade run [--for SECONDS]'],
  summary: 'Watch and act: the rules and the queue of transfers, without a window, until stopped',
  help: [
    '--for SECONDS         stop by itself after so long',
    '',
    'Ctrl+C finishes cleanly: what is under way goes on from where it was the next time. Rules are made with',
    '`brigade rules add`, or in the window.',
  ],
  options: ['for'],
  operands: { least: 0, most: 0 },
  run: async (context) => {
    const { io, line } = context;
    const seconds = line.options.for === undefined ? null : numberOption('for', line.options.for, 1, longestSeconds);
    const stopped = new Promise<void>((resolve) => io.onStop(() => resolve()));
    const session = await context.openSession();
    if (session === null) return 1;
    const { engine } = session;
    const announced = await session.announceEnvironment();
    if (!announced.ok) sayError(io, announced.error);
    const activate = async (): Promise<boolean> => {
      const activated = await engine.call('rules.activate', {});
      if (!activated.ok) sayError(io, activated.error);
      return activated.ok;
    };
    // The engine may have been another process's, which has ended: then it is this one's.
    session.onReattached(() => void activate());
    const told = new Set<number>();
    const unsubscribe = engine.subscribe(({ events }) => {
      for (const event of events) {
        if (event.type === 'rules.notice') for (const line of noticeLines(event)) io.say(line);
        if (event.type !== 'rules.runChanged' || event.run.state !== 'failed' || told.has(event.run.id)) continue;
        told.add(event.run.id);
        const { error, event: what } = event.run;
        if (error !== undefined)
          io.say(`${printable(what.path ?? what.key ?? 'A run')}: ${describeError(error).message}`);
      }
    });
    if (!(await activate())) return 1;
    const listed = await engine.call('rules.list', {});
    const on = listed.ok ? listed.value.rules.filter(({ state }) => state === 'on').length : 0;
    io.say(`${count(on, 'rule')} on. Ctrl+C ends it.`);
    const jobs = await engine.call('transfers.list', {});
    // Those of rules go on by their rules; what a person has paused stays so.
    for (const job of jobs.ok ? jobs.value.jobs : [])
      if (job.state === 'interrupted' && job.ruleId === undefined)
        await engine.call('transfers.resume', { jobId: job.id });
    let timer: NodeJS.Timeout | undefined;
    const over = new Promise<void>((resolve) => {
      if (seconds !== null) timer = setTimeout(resolve, seconds * 1000);
    });
    await Promise.race([stopped, over]);
    clearTimeout(timer);
    unsubscribe();
    io.say('Finishing …');
    return 0;
  },
};
