import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultyS3 } from '../fakes/faulty-s3.ts';
import type { SeenRequest } from '../fakes/seen-request.ts';
import { type BrigadeOptions, spawnBrigade } from '../servers/brigade.ts';
import type { KillMoment } from './kill-plan.ts';

/** What the killed process was at, as far as it can be seen from outside. */
export type KillPhase = 'start' | 'planning' | 'moving' | 'completing' | 'finishing';
export const killPhases: readonly KillPhase[] = ['start', 'planning', 'moving', 'completing', 'finishing'];

export type KilledRun =
  | { readonly killed: true; readonly phase: KillPhase }
  /** It had ended before its moment came. */
  | { readonly killed: false; readonly code: number | null; readonly stderr: string };

const pollMs = 2;
/** Three times the silence that a request is suffered. */
const longestMs = 90_000;

const isCompletion = (request: SeenRequest) => request.method === 'POST' && request.uploadId !== null;
const movesBytes = (request: SeenRequest) =>
  request.key !== '' && (request.method === 'PUT' || request.method === 'GET') && !request.query.has('uploads');

function hasCome(moment: KillMoment, seen: readonly SeenRequest[], expectedRequests: number): boolean {
  const finished = seen.filter((request) => request.isFinished).length;
  switch (moment.type) {
    case 'afterStart':
      return true;
    case 'afterFirstRequest':
      return seen.length > 0;
    case 'afterShare':
      return finished >= moment.share * expectedRequests && seen.length > 0;
    case 'atCompletion':
      return seen.some(isCompletion) || finished >= expectedRequests;
    case 'atEnd':
      return finished >= expectedRequests;
  }
}

function phaseOf(seen: readonly SeenRequest[], expectedRequests: number): KillPhase {
  if (seen.length === 0) return 'start';
  if (!seen.some(movesBytes)) return 'planning';
  if (seen.some((request) => isCompletion(request) && !request.isFinished)) return 'completing';
  return seen.every((request) => request.isFinished) && seen.length >= expectedRequests ? 'finishing' : 'moving';
}

/** The requests it waits for. */
function describeOpen(seen: readonly SeenRequest[]): string {
  const open = seen.filter((request) => !request.isFinished && !request.isLeft);
  return open.map(({ method, path, query, requestBytes }) => `${method} ${path}?${query} ${requestBytes}`).join(', ');
}

/** Starts the command and kills it (SIGKILL) at its moment, or lets it end when that never comes. */
export async function runAndKill(
  args: readonly string[],
  options: BrigadeOptions,
  proxy: FaultyS3,
  moment: KillMoment,
  expectedRequests: number,
): Promise<KilledRun> {
  const from = proxy.requests.length;
  const seen = () => proxy.requests.slice(from);
  const child = spawnBrigade(args, options);
  let stderr = '';
  child.stdout?.resume();
  child.stderr?.on('data', (text: Buffer) => (stderr += text.toString()));
  child.stdin?.end();
  const exited = once(child, 'exit');
  const hasExited = () => child.exitCode !== null || child.signalCode !== null;
  const end = Date.now() + longestMs;
  let isStuck = false;
  while (!hasExited() && !hasCome(moment, seen(), expectedRequests)) {
    isStuck = Date.now() > end;
    if (isStuck) break;
    await sleep(pollMs);
  }
  await Promise.race([exited, sleep(moment.delayMs)]);
  const phase = phaseOf(seen(), expectedRequests);
  child.kill('SIGKILL');
  await exited;
  if (isStuck) return { killed: false, code: null, stderr: `it does not end: ${stderr} ${describeOpen(seen())}` };
  if (child.signalCode === 'SIGKILL') return { killed: true, phase };
  return { killed: false, code: child.exitCode, stderr };
}
