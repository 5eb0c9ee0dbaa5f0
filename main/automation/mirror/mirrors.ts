import type { CommandOutput } from '../../../shared/contract/commands.ts';
import type { Clock } from '../../../shared/domain/clock.ts';
import type { RuleId } from '../../../shared/domain/ids.ts';
import { type AppError, appError } from '../../../shared/errors.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import type { RuleJournal } from '../rule-journal.ts';
import type { NewRun, RulePatch, RuleRecord } from '../rule-record.ts';
import type { Side, SideDifference } from './compare-sides.ts';
import { removedEvent, type SidePorts, sidesOf } from './mirror-sides.ts';

const shownDeletes = 100;

/** Why a mirror waits for a person who has seen what it deletes. Pure. */
export function isOfMirror({ code }: AppError): boolean {
  return code === 'MirrorNotConfirmed' || code === 'MirrorDeletesTooMany';
}

/** The beginning of mirrors, which a person sees before ([A61]). */
export function createMirrors(deps: {
  readonly journal: RuleJournal;
  readonly clock: Clock;
  readonly compare: (source: Side, target: Side) => Promise<Result<SideDifference>>;
  readonly sides: SidePorts;
  /** As it is now. */
  readonly latest: (ruleId: RuleId) => RuleRecord | undefined;
}) {
  const { journal, clock } = deps;

  async function compare(rule: RuleRecord): Promise<Result<SideDifference>> {
    const sides = await sidesOf(rule, deps.sides);
    return sides.ok ? deps.compare(sides.value.source, sides.value.target) : sides;
  }

  /** Runs for all that is at the target only, each known by the key: asked for twice they are made once. */
  async function addDeletions(rule: RuleRecord, found: SideDifference): Promise<Result<void>> {
    const beganMs = clock.nowMs();
    for await (const page of found.extras()) {
      if (!page.ok) return page;
      const runs = page.value.map(
        (key): NewRun => ({
          ruleId: rule.id,
          source: `mirror/${beganMs}/${key}`,
          event: removedEvent(rule, key, deps.sides.pathRules),
          subject: { object: null, file: null, link: null },
          causes: [],
          isHeld: false,
          revision: rule.revision,
          nextMs: null,
          seenMs: beganMs,
        }),
      );
      const added = await journal.addRuns(runs);
      if (!added.ok) return added;
    }
    return ok();
  }

  return {
    async preview(rule: RuleRecord): Promise<Result<CommandOutput<'rules.preview'>>> {
      if (rule.mirror === undefined)
        return err(appError('InvalidInput', { field: 'mirror', reason: 'this rule is no mirror' }));
      const found = await compare(rule);
      if (!found.ok) return found;
      const deletes: string[] = [];
      for await (const page of found.value.extras()) {
        if (page.ok) deletes.push(...page.value.slice(0, shownDeletes - deletes.length));
        if (!page.ok || deletes.length >= shownDeletes) break;
      }
      await found.value.done();
      const waiting = journal.waitingRemovals(rule.id, rule.deletesMeantThrough);
      return ok({ missing: found.value.missing, extra: found.value.extra, deletes, waiting });
    },

    /** A mirror that is new, or goes elsewhere than before, waits for a person. Pure. */
    unconfirmed(rule: RuleRecord, before: RuleRecord | null): RuleRecord {
      if (rule.mirror === undefined) return rule;
      const isSame = before?.mirror !== undefined && placesOf(before) === placesOf(rule);
      if (!isSame) return { ...rule, stoppedBy: appError('MirrorNotConfirmed') };
      return { ...rule, stoppedBy: before.stoppedBy, deletesMeantThrough: before.deletesMeantThrough };
    },

    /**
     * A person has resumed it: what it is to be from now on, besides that. `counted`: so many deletions the person has seen;
     * when there are more by now it stays stopped, for the person to look again.
     */
    async confirm(rule: RuleRecord, counted: number | undefined): Promise<Result<RulePatch>> {
      const { stoppedBy } = rule;
      if (stoppedBy === null || !isOfMirror(stoppedBy)) return ok({});
      const waiting = (): number => journal.waitingRemovals(rule.id, rule.deletesMeantThrough);
      const before = waiting();
      // [A62] What looks have found removed since then was seen and counted by nobody.
      if (counted !== undefined && before > counted) return err(stoppedBy);
      if (stoppedBy.code === 'MirrorNotConfirmed') {
        const found = await compare(rule);
        if (!found.ok) return found;
        // Edited meanwhile, it goes elsewhere: what was seen was of another mirror.
        const isMore = counted !== undefined && found.value.extra > counted;
        const isSame = !isMore && deps.latest(rule.id)?.revision === rule.revision;
        const added = isSame ? await addDeletions(rule, found.value) : err(stoppedBy);
        await found.value.done();
        if (!added.ok) return added;
        if (waiting() - before > found.value.extra) return err(stoppedBy);
        const [beginning] = rule.marks;
        // [A60] All that is in the source is looked at, whatever the rule began with: what is there already is not copied.
        const all =
          beginning === undefined
            ? []
            : [{ ...beginning, id: `${rule.id}/${clock.nowMs()}/all`, fromMs: null, toMs: null }];
        return ok({ deletesMeantThrough: journal.lastRunId(), marks: all });
      }
      return ok({ deletesMeantThrough: journal.lastRunId() });
    },
  };
}

/** From where to where. */
function placesOf({ trigger, connectionId, actions: [first] }: RuleRecord): string {
  const from =
    trigger.type === 'newObject'
      ? [trigger.bucket, trigger.prefix, trigger.recursive]
      : trigger.type === 'folder'
        ? [trigger.folder, trigger.recursive]
        : [];
  const patterns = 'match' in trigger ? [trigger.match, trigger.ignore] : [];
  return JSON.stringify([connectionId, from, patterns, first]);
}
