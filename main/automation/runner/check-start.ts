import type { RuleId } from '../../../shared/domain/ids.ts';
import { appError } from '../../../shared/errors.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { sameEtag } from '../../s3/etag.ts';
import { hasAllValues } from '../match.ts';
import { bucketPlace, filePlace, originOf } from '../own-writes.ts';
import type { RuleRecord, RunRecord } from '../rule-record.ts';
import { hasSeenTo, isForCreatedOnly } from '../seen-to.ts';
import { asOutcome } from './direct-context.ts';
import type { RunnerDeps } from './runner-deps.ts';
import type { StepOutcome } from './step-outcome.ts';

/** How long a run waits that may be about something a rule is just writing. */
const heldBackMs = 1000;

/**
 * Why a run is not to begin, or not yet ([A31], [A33], [A34]); else the rules that have led to it, as far as they are known
 * by now.
 */
export async function checkStart(
  deps: Pick<RunnerDeps, 'journal' | 'opener'>,
  rule: RuleRecord,
  run: RunRecord,
  signal: AbortSignal,
): Promise<StepOutcome | { readonly type: 'begins'; readonly causes: readonly RuleId[] }> {
  const origin = await checkOrigin(deps, rule, run);
  if (!origin.ok) return { type: 'failed', error: origin.error };
  if ('type' in origin.value) return origin.value;
  const { bucket, key } = run.event;
  // As the rule is now: it may have been edited to take updates, too.
  if (run.subject.isRewritten === true && key !== null && isForCreatedOnly(rule)) {
    if (hasSeenTo(deps.journal, rule, { ...run.event, key }, run.id))
      return { type: 'skipped', error: appError('SeenToBefore', { key, bucket: bucket ?? undefined }) };
  }
  const refused = await checkConditions(deps, rule, run, signal);
  return refused ?? { type: 'begins', causes: origin.value.causes };
}

/** What a listing does not say. */
async function checkConditions(
  deps: Pick<RunnerDeps, 'opener'>,
  rule: RuleRecord,
  run: RunRecord,
  signal: AbortSignal,
): Promise<StepOutcome | null> {
  const { tags, metadata } = rule.conditions ?? {};
  const { object } = run.subject;
  if (object === null || (tags === undefined && metadata === undefined)) return null;
  const opened = await deps.opener.open(object.connectionId);
  if (!opened.ok) return { type: 'failed', error: opened.error };
  const { store } = opened.value;
  const { bucket, key, etag, versionId } = object;
  const unfit: StepOutcome = { type: 'skipped', error: appError('ConditionsNotMet', { bucket, key }) };
  if (metadata !== undefined) {
    const head = await store.head(bucket, key, signal, { versionId });
    if (!head.ok) return asOutcome(head.error, true);
    if (etag !== null && !sameEtag(head.value.etag, etag))
      return asOutcome(appError('SourceChanged', { bucket, key }), true);
    const wanted = Object.fromEntries(Object.entries(metadata).map(([name, value]) => [name.toLowerCase(), value]));
    if (!hasAllValues(wanted, head.value.metadata)) return unfit;
  }
  if (tags !== undefined) {
    // They are asked for of the latest version.
    if (versionId !== undefined) {
      const latest = await store.head(bucket, key, signal);
      if (!latest.ok) return asOutcome(latest.error, true);
      if (latest.value.versionId !== versionId) return asOutcome(appError('SourceChanged', { bucket, key }), true);
    }
    const there = await store.getTags(bucket, key, signal);
    if (!there.ok) return asOutcome(there.error, true);
    if (!hasAllValues(tags, there.value)) return unfit;
  }
  return null;
}

/** What was not known yet when the event was seen: whether a rule has done it, and which ones have led to that. */
async function checkOrigin(
  { journal, opener }: Pick<RunnerDeps, 'journal' | 'opener'>,
  rule: RuleRecord,
  { event, isHeld, causes }: RunRecord,
): Promise<Result<StepOutcome | { readonly causes: readonly RuleId[] }>> {
  const { bucket, key, path, type } = event;
  if (!isHeld || key === null) return ok({ causes });
  let place = filePlace;
  if (bucket !== null) {
    const opened = await opener.open(rule.connectionId);
    if (!opened.ok) return err(opened.error);
    place = bucketPlace(opened.value, bucket);
  }
  const origin = originOf(journal, place, path ?? key, { ...event, isRemoval: type === 'removed' });
  if (origin.type === 'others') return ok({ causes });
  if (origin.type === 'unknown') return ok({ type: 'later', error: null, delayMs: heldBackMs });
  const alsoMoved = rule.trigger.type === 'newObject' && rule.trigger.alsoMoved;
  if (origin.causes.includes(rule.id)) {
    const code = origin.causes.length > 1 ? 'LoopDetected' : 'OwnChange';
    return ok({ type: 'skipped', error: appError(code) });
  }
  return ok(
    origin.isMove && !alsoMoved ? { type: 'skipped', error: appError('OwnChange') } : { causes: origin.causes },
  );
}
