import type { CommandInput } from '../../shared/contract/commands.ts';
import {
  type RuleTrial,
  ruleTrialSchema,
  type RuleView,
  type RunState,
  type RunView,
  runViewSchema,
} from '../../shared/domain/rule.ts';
import type { Draft } from '../stores/rule-draft.ts';
import { appError } from '../../shared/errors.ts';
import { describeError } from '../../shared/words/describe-error.ts';

const failures = [
  appError(
    'AccessDenied',
    { bucket: 'finance-eu', permission: 's3:DeleteObject', requestId: '4F2A9C' },
    'Access Denied',
  ),
  appError('EndpointUnreachable', { endpoint: 'https://s3.eu-central-1.amazonaws.com' }),
];

/** How many runs the history of a rule has: what its counts say. */
export const totalRuns = ({ runs }: RuleView): number =>
  runs.waiting + runs.running + runs.failed + runs.skipped + runs.done;

/** Newest first: what waits and runs, then failures, then the rest. */
function stateAt({ runs }: RuleView, index: number): RunState {
  let left = index;
  for (const state of ['waiting', 'running', 'failed', 'skipped'] as const) {
    if (left < runs[state]) return state;
    left -= runs[state];
  }
  return 'done';
}

function runAt(rule: RuleView, index: number, retried: ReadonlySet<number>): RunView {
  const id = totalRuns(rule) - index;
  const known = stateAt(rule, index);
  const state = retried.has(id) && known === 'failed' ? 'done' : known;
  const seenMs = Date.now() - 240_000 - index * 1_740_000;
  const { trigger } = rule;
  const brings = trigger.type === 'newObject' || trigger.type === 'folder';
  const name =
    index % 13 === 5
      ? `2026/a very long name of an invoice ${'and on '.repeat(12)}`
      : `2026/invoice-${String(id).padStart(6, '0')}`;
  const sizeBytes = 40_000 + ((index * 7_919) % 900) * 1000;
  const begun = state !== 'waiting';
  const ended = state === 'done' || state === 'failed' || state === 'skipped';
  const failedStep = rule.actions.length - 1;
  const key = trigger.type === 'newObject' ? `in/${name}.pdf` : trigger.type === 'folder' ? `${name}.tiff` : null;
  const replaced = appError('SourceChanged', { bucket: 'finance-eu', key: key ?? '' });
  const error = state === 'failed' ? failures[index % 4 === 3 ? 1 : 0] : state === 'skipped' ? replaced : undefined;
  const stepState = (at: number): RunState => {
    if (state === 'failed') return at < failedStep ? 'done' : 'failed';
    if (state === 'running') return at === 0 ? 'running' : 'waiting';
    return state;
  };
  return runViewSchema.parse({
    id,
    ruleId: rule.id,
    event: {
      type: brings ? (index % 9 === 2 ? 'updated' : 'created') : trigger.type,
      bucket: trigger.type === 'newObject' ? trigger.bucket : null,
      key,
      path: trigger.type === 'folder' ? `${trigger.folder}/${name}.tiff` : null,
      sizeBytes: brings ? sizeBytes : null,
      etag: '"9b2cf535f27731c974343645a3985328"',
      lastModified: new Date(seenMs - 30_000).toISOString(),
      storageClass: null,
      versionId: null,
    },
    state,
    seenMs,
    startedMs: begun ? seenMs + 900 : null,
    endedMs: ended ? seenMs + 900 + (index % 40) * 700 + 120 : null,
    attempts: state === 'failed' ? 5 : begun ? 1 : 0,
    nextTryMs: null,
    ...(error ? { error } : {}),
    // What is skipped ends with the step that was skipped.
    steps: rule.actions.slice(0, state === 'skipped' ? 1 : undefined).map((action, at) => ({
      action: action.type,
      state: stepState(at),
      detail: stepState(at) === 'done' ? targetOf(action, `${name}.pdf`, key) : null,
      ...(stepState(at) === state && error ? { error } : {}),
      bytes: action.type === 'delete' || stepState(at) !== 'done' ? null : sizeBytes,
      startedMs: begun ? seenMs + 900 + at * 200 : null,
      endedMs: stepState(at) === 'done' ? seenMs + 1100 + at * 300 : null,
    })),
    ...linkOf(
      rule,
      rule.actions.filter((_, at) => stepState(at) === 'done'),
    ),
  });
}

/** What a run of an invented rule has made a link of, if it has. */
function linkOf({ connectionId }: RuleView, done: RuleView['actions']): object {
  const made = done.findLast((action) => action.type === 'presign');
  if (made?.source === undefined || !('key' in made.source)) return {};
  return { link: { connectionId, ...made.source, expiresInSeconds: made.expiresInSeconds } };
}

/** A page of the invented history of a rule. */
export function sampleHistory(
  rule: RuleView,
  query: CommandInput<'rules.history'>,
  retried: ReadonlySet<number>,
): { readonly runs: RunView[]; readonly total: number } {
  const total = totalRuns(rule);
  const { from = 0, count, states, text = '', fromMs = 0, toMs = Number.POSITIVE_INFINITY } = query;
  const isPlain = states === undefined && text === '' && query.fromMs === undefined && query.toMs === undefined;
  if (isPlain) {
    const length = Math.max(0, Math.min(count, total - from));
    return { runs: Array.from({ length }, (_, index) => runAt(rule, from + index, retried)), total };
  }
  const hits = Array.from({ length: Math.min(total, 5000) }, (_, index) => runAt(rule, index, retried)).filter(
    (run) =>
      (states === undefined || states.includes(run.state)) &&
      (run.event.key ?? '').toLowerCase().includes(text.toLowerCase()) &&
      run.seenMs >= fromMs &&
      run.seenMs <= toMs,
  );
  return { runs: hits.slice(from, from + count), total: hits.length };
}

/** What a rule would do with the objects that are invented for its place. */
export function sampleTrials({ trigger, actions }: Pick<Draft, 'trigger' | 'actions'>): RuleTrial[] {
  const brings = trigger.type === 'newObject' || trigger.type === 'folder';
  const count = brings ? 7 : 1;
  return Array.from({ length: count }, (_, index) => {
    const path =
      index === 3
        ? `2026/a very long name ${'and on '.repeat(20)}.pdf`
        : `2026/invoice-${String(index + 1).padStart(5, '0')}.pdf`;
    return ruleTrialSchema.parse({
      event: {
        type: brings ? 'created' : trigger.type,
        bucket: trigger.type === 'newObject' ? trigger.bucket : null,
        key: trigger.type === 'newObject' ? trigger.prefix + path : trigger.type === 'folder' ? path : null,
        path: trigger.type === 'folder' ? `${trigger.folder}/${path}` : null,
        sizeBytes: brings ? 120_000 + index * 31_000 : null,
        etag: null,
        lastModified: brings ? new Date(Date.now() - index * 7_200_000).toISOString() : null,
        storageClass: null,
        versionId: null,
      },
      steps: actions.map((action) => ({
        action: action.type,
        detail: targetOf(action, path, trigger.type === 'newObject' ? trigger.prefix + path : path),
      })),
      ...(index === 5 ? { skipped: describeError(appError('ConditionsNotMet', {})).message } : {}),
    });
  });
}

/** As the engine tells it: a path, or a bucket and a key. */
function targetOf(action: Draft['actions'][number], path: string, key: string | null): string {
  if (action.type === 'download') return `${action.folder}/${path}`;
  if ('bucket' in action && 'prefix' in action)
    return `${action.bucket}/${action.prefix.replace(/([^/])$/, '$1/')}${path}`;
  if (action.type === 'createBucket') return action.bucket;
  if (action.type === 'tag')
    return Object.entries(action.tags)
      .map(([name, value]) => `${name}=${value}`)
      .join(', ');
  if ('source' in action && action.source !== undefined && 'key' in action.source)
    return `${action.source.bucket}/${action.source.key}`;
  return action.type === 'notify' ? action.message : `finance-eu/${key ?? path}`;
}
