import { Cron } from 'croner';
import { appError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';

export type Schedule = {
  readonly cron: string;
  /** IANA; undefined: the machine's. */
  readonly timeZone?: string | undefined;
};

/** The first `count` times of a schedule after `afterMs`; fewer where there are no more. InvalidInput. Pure, but for the machine's zone. */
export function nextTimes(schedule: Schedule, afterMs: number, count: number): Result<number[]> {
  const cron = parse(schedule);
  if (!cron.ok) return cron;
  return ok(cron.value.nextRuns(count, new Date(afterMs)).map((date) => date.getTime()));
}

/** [A21] The last time of a schedule at or before `nowMs` that lies after `sinceMs`; null: none. */
export function lastTime(schedule: Schedule, sinceMs: number, nowMs: number): number | null {
  const cron = parse(schedule);
  if (!cron.ok || nowMs <= sinceMs) return null;
  const [last] = cron.value.previousRuns(1, new Date(nowMs + 1));
  return last !== undefined && last.getTime() > sinceMs ? last.getTime() : null;
}

/** Five fields; croner's own nicknames (`@daily`) too. */
function parse({ cron, timeZone }: Schedule): Result<Cron> {
  try {
    if (timeZone !== undefined) new Intl.DateTimeFormat('en', { timeZone }).format();
  } catch {
    return err(appError('InvalidInput', { field: 'timeZone', reason: `there is no time zone ${timeZone}` }));
  }
  try {
    const made = new Cron(cron, {
      paused: true,
      mode: '5-part',
      // [A20] `30 2,14 * * *` names times of day, too; by default only one of a day would be made up for and count once.
      fixedTimeRule: 'no-wildcard',
      ...(timeZone === undefined ? {} : { timezone: timeZone }),
    });
    if (made.nextRun() === null)
      return err(appError('InvalidInput', { field: 'cron', reason: 'there is no such time any more' }));
    return ok(made);
  } catch (thrown) {
    const said = thrown instanceof Error ? thrown.message.replace(/^CronPattern: /, '') : String(thrown);
    const isOfFive = cron.startsWith('@') || cron.split(/\s+/).length === 5;
    const reason = isOfFive ? said : 'five fields are needed: minute, hour, day of the month, month, day of the week';
    return err(appError('InvalidInput', { field: 'cron', reason }));
  }
}
