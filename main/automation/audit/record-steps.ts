import type { ActionType } from '../../../shared/domain/rule-action.ts';
import { appError } from '../../../shared/errors.ts';
import { err } from '../../../shared/result.ts';
import type { RuleJournal } from '../rule-journal.ts';
import type { RunChange, RunRecord } from '../rule-record.ts';
import { type AuditEntry, endedBy } from './audit-line.ts';
import type { RecorderDeps } from './record-commands.ts';

/** What is a transfer job has its line when that ends, and a rule's own line is written by the step itself. */
const told: ReadonlySet<ActionType> = new Set(['delete', 'tag', 'createBucket', 'presign', 'notify', 'uploadStream']);
/** What the detail of a step is. A presigned URL is in none, and would be redacted. */
const detailOf: Partial<Record<ActionType, 'place' | 'to' | 'message'>> = {
  delete: 'place',
  presign: 'place',
  createBucket: 'place',
  uploadStream: 'to',
  tag: 'message',
  notify: 'message',
};

type Step = NonNullable<RunChange['steps']>[number];

/**
 * [A50] The same journal; steps of rules that end leave a line, on its way to the disk before the journal is. A step that was
 * done, and is done again after a crash, has one line.
 */
export function recordSteps(
  journal: RuleJournal,
  deps: Pick<RecorderDeps, 'note' | 'connectionName'> & {
    readonly connectionOf: (ruleId: string, position: number) => string | null;
  },
): RuleJournal {
  return {
    ...journal,
    async change(change) {
      try {
        for (const step of change.steps ?? []) {
          if (!told.has(step.step.action) || (step.step.state !== 'done' && step.step.state !== 'failed')) continue;
          const run = journal.run(step.runId);
          if (run !== null) deps.note(entryOf(step, run));
        }
      } catch (thrown) {
        // A journal that cannot be read just now; whoever changes it tries again.
        return err(appError('UnexpectedFailure', {}, thrown, 'backoff'));
      }
      return journal.change(change);
    },
  };

  function entryOf({ position, step }: Step, run: RunRecord): AuditEntry {
    const { action, state, detail = null, error = null, bytes = null, endedMs = null } = step;
    const { object, file } = run.subject;
    const place = object === null ? (file?.path ?? run.event.path) : `${object.bucket}/${object.key}`;
    const connectionId = object?.connectionId ?? deps.connectionOf(run.ruleId, position);
    return {
      id: `step-${run.id}-${position}${state === 'done' ? '' : `-${endedMs ?? 0}`}`,
      actor: 'rule',
      ruleId: run.ruleId,
      action: action === 'uploadStream' ? 'upload' : action,
      ...(state === 'done' ? { outcome: 'done' } : endedBy(error)),
      ...(connectionId === null
        ? {}
        : { connection: { id: connectionId, name: deps.connectionName(connectionId) ?? connectionId } }),
      ...(place === null || action === 'createBucket' ? {} : { place }),
      // What it has acted on may be what the action itself names.
      ...(detail === null ? {} : { [detailOf[action] ?? 'message']: detail }),
      ...(bytes === null ? {} : { bytes }),
    };
  }
}
