import type { ConflictQuestion } from '../../shared/domain/transfer.ts';
import { appError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { WriteCondition } from '../s3/object-store.ts';
import type { FileRecord } from './journal.ts';
import { numberedName } from './free-name.ts';
import { conflictPolicyOf, failed, type FileOutcome, type RunningJob, type ServerFacts } from './running-job.ts';

type Existing = { readonly sizeBytes: number; readonly modifiedMs: number | null };

/** Where a file goes, and whether something there may be replaced; or what became of it because something is there. */
export type TargetDecision =
  | { readonly type: 'write'; readonly target: string; readonly replace: boolean }
  | { readonly type: 'outcome'; readonly outcome: FileOutcome };

const maxNumberedNames = 1000;

/**
 * Settles what happens when the target exists ([T20]-[T23]). `look` finds what is there, null when nothing is. The
 * name chosen by keep-both is journaled, so that a resumed file goes to the same place.
 */
export async function decideTarget(
  job: RunningJob,
  file: FileRecord,
  look: (target: string) => Promise<Result<Existing | null>>,
  where: {
    readonly source: string;
    readonly target: (target: string) => string;
    readonly separator: '/' | '\\';
    /** Undoes what was begun under the old name, before a new one is journaled. */
    readonly leave?: () => Promise<Result<void>>;
  },
): Promise<Result<TargetDecision>> {
  const policy = conflictPolicyOf(job, file);
  const target = file.savedAs ?? file.target;
  if (policy === 'overwrite') return ok({ type: 'write', target, replace: true });
  const found = await look(target);
  if (!found.ok) return found;
  if (found.value === null) return ok({ type: 'write', target, replace: false });
  switch (policy) {
    case 'skip':
      return ok({ type: 'outcome', outcome: { type: 'skipped' } });
    case 'fail':
      return ok({
        type: 'outcome',
        outcome: failed(appError('TargetExists', { target: where.target(target) }, undefined, 'no')),
      });
    case 'keep-both':
      return keepBoth(job, file, look, where);
    case 'ask': {
      const question: Omit<ConflictQuestion, 'openQuestions'> = {
        fileId: file.id,
        name: file.name,
        source: { where: where.source, ...describeSource(file) },
        target: { where: where.target(target), sizeBytes: found.value.sizeBytes, modifiedMs: found.value.modifiedMs },
      };
      return ok({ type: 'outcome', outcome: { type: 'waiting', question } });
    }
  }
}

function describeSource(file: FileRecord): Existing {
  const { fingerprint } = file;
  return { sizeBytes: fingerprint.sizeBytes, modifiedMs: fingerprint.modifiedMs ?? null };
}

async function keepBoth(
  job: RunningJob,
  file: FileRecord,
  look: (target: string) => Promise<Result<Existing | null>>,
  where: { readonly separator: '/' | '\\'; readonly leave?: () => Promise<Result<void>> },
): Promise<Result<TargetDecision>> {
  for (let number = 2; number < maxNumberedNames; number += 1) {
    const target = numberedName(file.target, number, where.separator);
    if (job.ports.journal.sourceOfTarget(job.id, target) !== null) continue;
    const found = await look(target);
    if (!found.ok) return found;
    if (found.value !== null) continue;
    const left = (await where.leave?.()) ?? ok();
    if (!left.ok) return left;
    const saved = await job.ports.journal.updateFile(file.id, { savedAs: target });
    return saved.ok ? ok({ type: 'write', target, replace: false }) : saved;
  }
  return err(appError('TargetExists', { target: file.target }, `${maxNumberedNames} numbered names are taken`, 'no'));
}

/** The condition that makes the server itself refuse when something has appeared meanwhile. */
export function writeCondition(facts: ServerFacts, replace: boolean): WriteCondition {
  return replace || facts.conditions === 'rejected' ? {} : { ifNoneMatch: '*' };
}
