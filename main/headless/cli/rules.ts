import { ruleIdSchema, runIdSchema, type RunId } from '../../../shared/domain/ids.ts';
import type { RuleView, RunView } from '../../../shared/domain/rule.ts';
import { appError } from '../../../shared/errors.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { describeError } from '../../../shared/words/describe-error.ts';
import { runRow } from '../../../shared/words/run-row.ts';
import { BadArguments } from './arguments.ts';
import { outLine, sayError, sayFailure, type Command, type CommandContext, type ExitCode } from './command.ts';
import { count, formatBytes, formatTime, printable } from './format.ts';
import { readRuleFile } from './rule-file.ts';
import type { Session } from './session.ts';
import { watchRule } from './watch-rule.ts';

export const rules: Command = {
  name: 'rules',
  usage: [
    'brigade rules add --file FILE',
    'brigade rules list',
    'brigade rules update ID --file FILE',
    'brigade rules remove ID',
    'brigade rules pause [ID]',
    'brigade rules resume [ID] [--deletes]',
    'brigade rules run ID',
    'brigade rules test ID | --file FILE',
    'brigade rules preview ID',
    'brigade rules backfill ID --from DATE [--to DATE]',
    'brigade rules history ID [--all]',
    'brigade rules retry ID [RUN]',
    'brigade rules skip ID [RUN]',
  ],
  summary: 'Automate: what to do when objects or files appear, or at certain times; what was done so far',
  help: [
    "ID is the rule's ID or its name. `brigade run` (or the app, or `brigade serve`) is what watches and acts.",
    '--file FILE           a rule as JSON ("-": from standard input), for example',
    '                      {"name": "Invoices in", "connection": "Finance archive",',
    '                       "trigger": {"type": "newObject", "bucket": "finance", "prefix": "in/", "match": ["*.pdf"]},',
    '                       "actions": [{"type": "download", "folder": "/home/kim/Invoices"}]}',
    '                      triggers: newObject, folder, schedule, manual; actions: upload, uploadStream, download, copy,',
    '                      move, delete, tag, createBucket, presign, notify, audit.',
    'pause and resume without an ID: all rules, until they are resumed.',
    'run looks once, or runs once, and waits until all of it is done, for a server or a sign-in, too; Ctrl+C leaves the',
    'rest for the next time. test says what would be done, and does nothing.',
    'A mirror ("mirror": {}) also deletes at the target what is gone at the source. preview says what it would copy and',
    'delete; it begins, and deletions that were too many go on, with resume --deletes.',
    'backfill acts on what was modified in that time as if it had just been created.',
    'history has what has ended; with --all also what waits or runs. retry and skip without RUN: all that have failed.',
  ],
  options: ['file', 'all', 'from', 'to', 'deletes'],
  operands: { least: 1, most: 3 },
  run: async (context) => {
    const [action = '', name, runText, surplus] = context.line.operands;
    if (surplus !== undefined) throw new BadArguments(`"${surplus}" is one argument too many.`);
    if (runText !== undefined && action !== 'retry' && action !== 'skip')
      throw new BadArguments(`"${runText}" is one argument too many.`);
    checkOptions(context, action);
    const { file } = context.line.options;
    switch (action) {
      case 'add':
        if (name !== undefined) throw new BadArguments('The name of the rule stands in its file.');
        return add(context, needed(file, 'brigade rules add needs --file FILE.'));
      case 'list':
        if (name !== undefined) throw new BadArguments(`"${name}" is one argument too many.`);
        return list(context);
      case 'test':
        if ((name === undefined) === (file === undefined)) throw new BadArguments('Test what? Give ID or --file FILE.');
        return test(context, name, file);
      case 'pause':
      case 'resume':
        return name === undefined
          ? pauseAll(context, action)
          : withRule(context, name, (found) => pause(context, found, action));
      case 'update':
        return withRule(context, which(name, action), (found) =>
          update(context, found, needed(file, 'brigade rules update needs --file FILE.')),
        );
      case 'remove':
        return withRule(context, which(name, action), (found) => remove(context, found));
      case 'run':
        return withRule(context, which(name, action), (found) => runNow(context, found));
      case 'preview':
        return withRule(context, which(name, action), (found) => preview(context, found));
      case 'backfill':
        return withRule(context, which(name, action), (found) => backfill(context, found));
      case 'history':
        return withRule(context, which(name, action), (found) => history(context, found));
      case 'retry':
      case 'skip':
        return withRule(context, which(name, action), (found) => again(context, found, action, runText));
      default:
        throw new BadArguments(
          `brigade rules can add, list, update, remove, pause, resume, run, test, preview, backfill, history, retry and skip, not "${action}".`,
        );
    }
  },
};

type Found = { readonly session: Session; readonly rule: RuleView };

const optionsOf = {
  deletes: ['resume'],
  file: ['add', 'update', 'test'],
  all: ['history'],
  from: ['backfill'],
  to: ['backfill'],
} as const;

function checkOptions({ line }: CommandContext, action: string): void {
  for (const [option, actions] of Object.entries(optionsOf)) {
    const isGiven = line.options[option as keyof typeof optionsOf] !== undefined;
    if (isGiven && !(actions as readonly string[]).includes(action))
      throw new BadArguments(`brigade rules ${action} takes no --${option}.`);
  }
}

function needed(text: string | undefined, complaint: string): string {
  if (text === undefined) throw new BadArguments(complaint);
  return text;
}

function which(name: string | undefined, action: string): string {
  return needed(name, `Which rule? brigade rules ${action} ID; \`brigade rules list\` shows them.`);
}

async function withRule(
  context: CommandContext,
  name: string,
  work: (found: Found) => Promise<ExitCode>,
): Promise<ExitCode> {
  const session = await context.openSession();
  if (session === null) return 1;
  const rule = await findRule(session, name);
  return rule.ok ? work({ session, rule: rule.value }) : sayFailure(context, rule.error);
}

/** By its ID, or else by its name without regard to case when only one has it. */
async function findRule({ engine }: Session, name: string): Promise<Result<RuleView>> {
  const listed = await engine.call('rules.list', {});
  if (!listed.ok) return listed;
  const byId = listed.value.rules.find(({ id }) => id === name);
  const byName = listed.value.rules.filter((rule) => rule.name.toLowerCase() === name.trim().toLowerCase());
  if (byId !== undefined) return ok(byId);
  const [only, second] = byName;
  return only === undefined || second !== undefined ? err(appError('RuleNotFound', { ruleId: name })) : ok(only);
}

async function add(context: CommandContext, file: string): Promise<ExitCode> {
  const rule = await readRuleFile(context, file);
  if (!rule.ok) return sayFailure(context, rule.error);
  const session = await context.openSession();
  if (session === null) return 1;
  const added = await session.engine.call('rules.add', { rule: rule.value });
  if (!added.ok) return sayFailure(context, added.error);
  return tell(context, added.value.rule, 'saved');
}

async function update(context: CommandContext, { session, rule }: Found, file: string): Promise<ExitCode> {
  const changed = await readRuleFile(context, file, { enabled: rule.enabled });
  if (!changed.ok) return sayFailure(context, changed.error);
  const updated = await session.engine.call('rules.update', { ruleId: rule.id, rule: changed.value });
  return updated.ok ? tell(context, updated.value.rule, 'saved') : sayFailure(context, updated.error);
}

async function tell(context: CommandContext, rule: RuleView, what: string): Promise<ExitCode> {
  if (context.json) await outLine(context.io, rule);
  else {
    await outLine(context.io, rule.id);
    if (rule.stoppedBy !== undefined) sayError(context.io, rule.stoppedBy);
    context.io.say(
      `The rule "${printable(rule.name)}" is ${what}; its ID is ${rule.id}. \`brigade run\` watches and acts.`,
    );
  }
  return 0;
}

async function list(context: CommandContext): Promise<ExitCode> {
  const session = await context.openSession();
  if (session === null) return 1;
  const listed = await session.engine.call('rules.list', {});
  if (!listed.ok) return sayFailure(context, listed.error);
  const { rules: all, allPaused } = listed.value;
  for (const rule of all) if (!(await outLine(context.io, context.json ? rule : humanLine(rule)))) return 0;
  if (all.length === 0) context.io.say('No rules.');
  if (allPaused) context.io.say('All rules are paused: `brigade rules resume` lets them go on.');
  return 0;
}

const stateWords = { on: 'on', off: 'paused', stopped: 'stopped' } as const;

function humanLine(rule: RuleView): string {
  const { waiting, running, failed, done } = rule.runs;
  const more = [
    ...(waiting + running > 0 ? [`${waiting + running} to do`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
  ];
  const reason = rule.stoppedBy ?? rule.problem;
  const why = reason === undefined ? '' : `  (${describeError(reason).message})`;
  const runs = [`${done} done`, ...more].join(', ');
  return `${rule.id}  ${stateWords[rule.state].padEnd(7)}  ${runs}  ${printable(rule.name)}: ${printable(sentence(rule))}${why}`;
}

/** A rule in a few words. */
function sentence({ trigger, actions }: RuleView): string {
  const steps = actions.map(({ type }) => type).join(', then ');
  switch (trigger.type) {
    case 'newObject':
      return `${trigger.on.join('/')} in s3://${trigger.bucket}/${trigger.prefix} -> ${steps}`;
    case 'folder':
      return `${trigger.on.join('/')} in ${trigger.folder} -> ${steps}`;
    case 'schedule':
      return `at "${trigger.cron}"${trigger.timeZone === undefined ? '' : ` (${trigger.timeZone})`} -> ${steps}`;
    case 'manual':
      return `when asked -> ${steps}`;
  }
}

async function preview(context: CommandContext, { session, rule }: Found): Promise<ExitCode> {
  const seen = await session.engine.call('rules.preview', { rule: rule.id });
  if (!seen.ok) return sayFailure(context, seen.error);
  const { missing, extra, deletes } = seen.value;
  if (context.json) await outLine(context.io, seen.value);
  else for (const key of deletes) if (!(await outLine(context.io, `delete ${printable(key)}`))) return 0;
  if (!context.json && extra > deletes.length) await outLine(context.io, `… and ${extra - deletes.length} more`);
  const copies = `${count(missing, 'file')} to copy that the target does not have`;
  context.io.say(`${copies}; ${count(extra, 'file')} to delete there. Nothing was done.`);
  return 0;
}

async function remove(context: CommandContext, { session, rule }: Found): Promise<ExitCode> {
  const removed = await session.engine.call('rules.remove', { ruleId: rule.id });
  if (!removed.ok) return sayFailure(context, removed.error);
  context.io.say(`The rule "${printable(rule.name)}" is removed. What it has made stays.`);
  return 0;
}

async function pauseAll(context: CommandContext, action: 'pause' | 'resume'): Promise<ExitCode> {
  const session = await context.openSession();
  if (session === null) return 1;
  const changed = await session.engine.call(action === 'pause' ? 'rules.pause' : 'rules.resume', {});
  return changed.ok ? 0 : sayFailure(context, changed.error);
}

async function pause(context: CommandContext, { session, rule }: Found, action: 'pause' | 'resume'): Promise<ExitCode> {
  const changed =
    action === 'pause'
      ? await session.engine.call('rules.pause', { ruleId: rule.id })
      : await session.engine.call('rules.resume', {
          ruleId: rule.id,
          deletesSeen: context.line.options.deletes === true,
        });
  return changed.ok ? 0 : sayFailure(context, changed.error);
}

async function runNow(context: CommandContext, { session, rule }: Found): Promise<ExitCode> {
  const sinceMs = Date.now();
  const started = await session.engine.call('rules.run', { ruleId: rule.id });
  if (!started.ok) return sayFailure(context, started.error);
  context.io.say(`${count(started.value.started, 'new run')}.`);
  return watchRule(context, session, rule.id, sinceMs);
}

async function backfill(context: CommandContext, { session, rule }: Found): Promise<ExitCode> {
  const { from, to } = context.line.options;
  const fromMs = dateOf('from', needed(from, 'Since when? --from DATE, like 2026-10-31.'));
  const toMs = to === undefined ? Date.now() : dateOf('to', to);
  const sinceMs = Date.now();
  const started = await session.engine.call('rules.backfill', { ruleId: rule.id, fromMs, toMs });
  if (!started.ok) return sayFailure(context, started.error);
  context.io.say(`${count(started.value.started, 'new run')}.`);
  return watchRule(context, session, rule.id, sinceMs);
}

/** An option's date, in milliseconds since 1970. */
export function dateOf(option: string, text: string): number {
  const atMs = Date.parse(text);
  if (!/^\d{4}-\d{2}-\d{2}/.test(text) || Number.isNaN(atMs))
    throw new BadArguments(`--${option} takes a date like 2026-10-31 or 2026-10-31T14:00, not "${text}".`);
  return atMs;
}

const historyPage = 500;

async function history(context: CommandContext, { session, rule }: Found): Promise<ExitCode> {
  const states = context.line.options.all === true ? undefined : (['done', 'failed', 'skipped'] as const);
  for (let from = 0; ; from += historyPage) {
    const query = {
      ruleId: rule.id,
      from,
      count: historyPage,
      ...(states === undefined ? {} : { states: [...states] }),
    };
    const page = await session.engine.call('rules.history', query);
    if (!page.ok) return sayFailure(context, page.error);
    for (const run of page.value.runs)
      if (!(await outLine(context.io, context.json ? runRow(run) : runLine(run)))) return 0;
    if (page.value.runs.length < historyPage) return 0;
  }
}

const iso = (atMs: number | null): string | null => (atMs === null ? null : new Date(atMs).toISOString());

function runLine(run: RunView): string {
  const bytes = run.steps.reduce((sum, step) => sum + (step.bytes ?? 0), 0);
  const size = bytes === 0 ? '' : `  ${formatBytes(bytes)}`;
  const why = run.error === undefined ? '' : `  (${describeError(run.error).message})`;
  const subject = printable(run.event.path ?? run.event.key ?? '');
  return `${String(run.id).padStart(6)}  ${formatTime(iso(run.seenMs))}  ${run.state.padEnd(7)}  ${run.event.type} ${subject}${size}${why}`;
}

async function again(
  context: CommandContext,
  { session, rule }: Found,
  action: 'retry' | 'skip',
  runText: string | undefined,
): Promise<ExitCode> {
  const runId = runText === undefined ? undefined : runIdOf(runText);
  const input = { ruleId: rule.id, ...(runId === undefined ? {} : { runId }) };
  const changed = await session.engine.call(action === 'retry' ? 'rules.retry' : 'rules.skip', input);
  return changed.ok ? 0 : sayFailure(context, changed.error);
}

function runIdOf(text: string): RunId {
  const parsed = runIdSchema.safeParse(Number(text));
  if (!parsed.success) throw new BadArguments(`"${text}" is no run: \`brigade rules history\` shows their numbers.`);
  return parsed.data;
}

async function test(context: CommandContext, name: string | undefined, file: string | undefined): Promise<ExitCode> {
  const written = file === undefined ? null : await readRuleFile(context, file);
  if (written !== null && !written.ok) return sayFailure(context, written.error);
  const session = await context.openSession();
  if (session === null) return 1;
  const rule = written ?? (await findRule(session, name ?? ''));
  if (!rule.ok) return sayFailure(context, rule.error);
  const given = 'id' in rule.value ? ruleIdSchema.parse(rule.value.id) : rule.value;
  const tested = await session.engine.call('rules.test', { rule: given });
  if (!tested.ok) return sayFailure(context, tested.error);
  const { trials, matched, looked, complete } = tested.value;
  for (const trial of trials) {
    const subject = printable(trial.event.path ?? trial.event.key ?? trial.event.type);
    const steps = trial.steps.map(({ action, detail }) => `${action} ${printable(detail)}`).join(', then ');
    const line = trial.skipped === undefined ? `${subject}: ${steps}` : `${subject}: nothing (${trial.skipped})`;
    if (!(await outLine(context.io, context.json ? trial : line))) return 0;
  }
  context.io.say(
    `${matched.toLocaleString('en')} of ${complete ? '' : 'the first '}${looked.toLocaleString('en')} that are there would be acted on. Nothing was done.`,
  );
  return 0;
}
