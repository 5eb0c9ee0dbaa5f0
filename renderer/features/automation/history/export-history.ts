import type { EngineClient } from '../../../../shared/contract/client.ts';
import type { RuleId } from '../../../../shared/domain/ids.ts';
import type { RunView } from '../../../../shared/domain/rule.ts';
import { ok, type Result } from '../../../../shared/result.ts';
import { describeError } from '../../../../shared/words/describe-error.ts';
import { runRow } from '../../../../shared/words/run-row.ts';
import type { HistoryQuery } from './history-query.ts';

export type ExportFormat = 'csv' | 'jsonl';
const runsAtOnce = 1000;

/** All runs of a query as the text of a file, read a thousand at a time. */
export async function exportHistory(
  engine: EngineClient,
  ruleId: RuleId,
  query: HistoryQuery,
  format: ExportFormat,
): Promise<Result<{ readonly text: string; readonly count: number }>> {
  const parts: string[] = format === 'csv' ? [csvLine(csvColumns)] : [];
  let count = 0;
  // New runs come first and push the others on: what has been written is not written again.
  let oldest = Number.POSITIVE_INFINITY;
  for (let from = 0; ; from += runsAtOnce) {
    const answer = await engine.call('rules.history', { ...query, ruleId, from, count: runsAtOnce });
    if (!answer.ok) return answer;
    const { runs, total } = answer.value;
    for (const run of runs) {
      if (run.id >= oldest) continue;
      oldest = run.id;
      count += 1;
      parts.push(format === 'csv' ? csvLine(csvValues(run)) : `${JSON.stringify(runRow(run))}\n`);
    }
    if (runs.length === 0 || from + runs.length >= total) return ok({ text: parts.join(''), count });
  }
}

const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());

const csvColumns = [
  'run',
  'seen',
  'event',
  'bucket',
  'key',
  'sizeBytes',
  'outcome',
  'started',
  'ended',
  'attempts',
  'error',
  'steps',
];

function csvValues(run: RunView): string[] {
  const { event, steps } = run;
  return [
    String(run.id),
    iso(run.seenMs) ?? '',
    event.type,
    event.bucket ?? '',
    event.key ?? '',
    event.sizeBytes === null ? '' : String(event.sizeBytes),
    run.state,
    iso(run.startedMs) ?? '',
    iso(run.endedMs) ?? '',
    String(run.attempts),
    run.error === undefined ? '' : `${run.error.code}: ${describeError(run.error).message}`,
    steps.map((step) => `${step.action} ${step.state}${step.detail === null ? '' : ` ${step.detail}`}`).join('; '),
  ];
}

/** Pure. RFC 4180; a text that a spreadsheet would take for a formula has an apostrophe in front. */
export function csvLine(values: readonly string[]): string {
  const quoted = values.map((value) => {
    const plain = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
    return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
  });
  return `${quoted.join(',')}\r\n`;
}
