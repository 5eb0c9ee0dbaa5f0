import type { Mutant } from '../mutants.ts';

const here = 'main/automation';

/** Bugs of the kind that an automation like this has. Each must be found within 3,000 seeds. */
const planted: readonly Mutant[] = [
  {
    name: 'changes are forgotten before they are taken',
    file: `${here}/deliver-changes.ts`,
    edits: [
      [
        '    if (changes.length > 0) {\n      const taken',
        '    await index.forget(last.id);\n    if (changes.length > 0) {\n      const taken',
      ],
    ],
  },
  {
    name: 'what is staged of a folder is forgotten whether it was taken or not',
    file: `${here}/deliver-changes.ts`,
    edits: [['if (!taken.ok) return taken;', "if (!taken.ok && place.type === 'bucket') return taken;"]],
  },
  {
    name: 'of the versions between two looks only the latest is seen',
    file: `${here}/find-versions.ts`,
    edits: [['return states.toReversed();', 'return states.slice(0, 1);']],
  },
  {
    name: 'a version is handled again with the next one',
    file: `${here}/find-versions.ts`,
    edits: [['isIt(version, was) || secondOf', 'secondOf']],
  },
  {
    name: 'a version is read as what is latest',
    file: 'main/transfers/fingerprint.ts',
    edits: [['return versionId === undefined ? {} : { versionId };', 'return versionId === undefined ? {} : {};']],
  },
  {
    name: 'a beginning takes all that is there',
    file: `${here}/index/merge-diff.ts`,
    edits: [['isInCover(mark.cover, key) && isInMarkTime(mark, object.lastModified)', 'isInCover(mark.cover, key)']],
  },
  {
    name: 'a change is not seen by its ETag',
    file: `${here}/index/merge-diff.ts`,
    edits: [['const isSame = was.etag === now.etag && ', 'const isSame = ']],
  },
  {
    name: 'a change is not seen by its time',
    file: `${here}/index/merge-diff.ts`,
    edits: [[' && was.lastModified === now.lastModified;', ';']],
  },
  {
    name: 'a rule sees the changes of the look that it begins with',
    file: `${here}/take-changes.ts`,
    edits: [['change.pass <= begins', 'change.pass < begins']],
  },
  {
    name: 'the id of a job is not journaled',
    file: `${here}/runner/rule-runner.ts`,
    edits: [
      [
        'if (!(await begin(rule, runs, jobId, writes))) return;',
        'if (!(await begin(rule, runs, null, writes))) return;',
      ],
    ],
  },
  {
    name: 'what was held back is not looked at again',
    file: `${here}/runner/check-start.ts`,
    edits: [['if (!isHeld || key === null) return ok', 'if (!isHeld || key !== null) return ok']],
  },
  {
    name: 'writes are not noted',
    file: `${here}/runner/rule-runner.ts`,
    edits: [['beginWrites: writes.flatMap(', 'beginWrites: writes.slice(0, 0).flatMap(']],
  },
  {
    name: 'a deletion is of whatever object is there',
    file: `${here}/runner/direct-actions.ts`,
    edits: [['(etag === null || sameEtag(head.value.etag, etag)) &&', '(etag === null || etag !== undefined) &&']],
  },
  {
    name: 'a file is deleted that is another one by now',
    file: `${here}/runner/direct-actions.ts`,
    edits: [['  if (isOther) return {', '  if (isOther && sizeBytes === -1) return {']],
  },
  {
    name: 'failures are counted over those that worked',
    file: `${here}/runner/run-settler.ts`,
    edits: [["if (ended === 'done') failuresInRow = 0;", '']],
  },
  {
    name: 'a rule that fails always goes on',
    file: `${here}/runner/run-settler.ts`,
    edits: [['if (failuresInRow >= failuresThatStop)', 'if (failuresInRow > failuresThatStop)']],
  },
  {
    name: 'a listing that fails counts as far as it went',
    file: `${here}/polling/look-at-bucket.ts`,
    edits: [['yield rows.ok ? ok(rows.value.lines()) : rows;', 'if (rows.ok) yield ok(rows.value.lines());']],
  },
  {
    name: 'a file counts while it is written',
    file: `${here}/folders/settled-rows.ts`,
    edits: [['return { ...seenFile(key, facts), unsettled: true };', 'return seenFile(key, facts);']],
  },
  {
    name: 'files are gone with their folder',
    file: `${here}/folders/settle-due.ts`,
    edits: [['const confirmed = await options.confirm();', 'const confirmed = ok();']],
  },
  {
    name: 'a clock that is set back repeats times',
    file: `${here}/schedule-source.ts`,
    edits: [
      [
        'const seenMs = Math.min(rule.scheduleMs ?? rule.createdMs, nowMs);',
        'const seenMs = Math.min(rule.scheduleMs ?? rule.createdMs, nowMs - 3_600_000);',
      ],
      ['`at/${dueMs}`', '`at/${dueMs}#${nowMs}`'],
    ],
  },
  {
    name: 'what was missed is made up for, wanted or not',
    file: `${here}/schedule-source.ts`,
    edits: [['if (!isMissed || trigger.catchUp)', 'if (nowMs > 0)']],
  },
  {
    name: 'what was missed is not made up for',
    file: `${here}/schedule-source.ts`,
    edits: [['if (!isMissed || trigger.catchUp)', 'if (!isMissed)']],
  },
  {
    name: 'schedules are in another time zone',
    file: `${here}/next-due.ts`,
    edits: [['{ timezone: timeZone }', "{ timezone: 'Asia/Tokyo' }"]],
  },
  {
    name: 'a notice is given again after a crash',
    file: `${here}/runner/direct-steps.ts`,
    edits: [['alreadyTold.add(id);', 'void alreadyTold;']],
  },
  {
    name: 'moves fire rules that do not ask for that',
    file: `${here}/take-changes.ts`,
    edits: [['if (isMove && !(rule', 'if (isMove && causes.length > 9 && !(rule']],
  },
  {
    name: 'a rule acts on what it has led to',
    file: `${here}/take-changes.ts`,
    edits: [['if (!causes.includes(rule.id)) return run;', 'if (causes.length > 0) return run;']],
  },
  {
    name: 'a step acts on whatever is there',
    file: `${here}/runner/plan-transfer.ts`,
    edits: [
      ['if (sizeBytes === null || etag === null) return {};', 'if (sizeBytes !== null || etag === null) return {};'],
    ],
  },
  {
    name: 'what fails is not tried again',
    file: `${here}/runner/settle-step.ts`,
    edits: [['const delayMs = mayHelp(error) ?', 'const delayMs = !mayHelp(error) ?']],
  },
  {
    name: 'jobs are not cleared',
    file: `${here}/runner/rule-runner.ts`,
    edits: [['if (settled && job !== null) await clear(jobId);', '']],
  },
  {
    name: 'jobs are cleared before their outcome is journaled',
    file: `${here}/runner/rule-runner.ts`,
    edits: [
      [
        '    const settled = await settler.settle(\n      rule,\n      runs.map((run) => ({\n        run,\n        outcome: outcomes',
        '    await clear(jobId);\n    const settled = await settler.settle(\n      rule,\n      runs.map((run) => ({\n        run,\n        outcome: outcomes',
      ],
    ],
  },
  {
    name: 'after a crash all is begun again',
    file: `${here}/runner/recover-runs.ts`,
    edits: [['if (jobId !== null && known.has(jobId))', 'if (jobId !== null && known.size < 0)']],
  },
  {
    name: 'a rule acts on everything that it finds before its patterns',
    file: `${here}/take-changes.ts`,
    edits: [[' && matcherOf(trigger, ignoreText)(pathBelow(keys.prefix, change.key))', '']],
  },
];

/** Bugs that the simulation has found, put back. */
const found: readonly Mutant[] = [
  {
    name: 'was there: a stream is not noted as its own',
    file: `${here}/runner/direct-steps.ts`,
    edits: [["if (action?.type !== 'uploadStream') return [];", "if (action?.type !== 'audit') return [];"]],
  },
  {
    name: 'was there: writes of runs that have ended hold back what comes there',
    file: `${here}/own-writes.ts`,
    edits: [
      [
        "endedMs === null && ['waiting', 'running'].includes(journal.run(runId)?.state ?? '')",
        'endedMs === null && runId > 0',
      ],
    ],
  },
  {
    name: 'was there: a backfill takes again what has just been seen',
    file: `${here}/take-changes.ts`,
    edits: [['if (run === null || isTwice(run, change, runs)) continue;', 'if (run === null) continue;']],
  },
  {
    name: 'was there: a backfill takes nothing of what was done before',
    file: `${here}/take-changes.ts`,
    edits: [['seen, fill.afterRun)', 'seen)']],
  },
  {
    name: 'was there: what is replaced before a rule for new objects has acted on it is lost to that',
    file: `${here}/take-changes.ts`,
    edits: [['const isRewritten = isForCreatedOnly(rule) &&', 'const isRewritten = rule.createdMs < 0 &&']],
  },
  {
    name: 'what is replaced while a rule for new objects acts on it is acted on again',
    file: `${here}/runner/check-start.ts`,
    edits: [['if (hasSeenTo(deps.journal, rule, { ...run.event, key }, run.id))', 'if (rule.createdMs < 0)']],
  },
  {
    name: 'was there: runs of a job that failed as a whole are skipped',
    file: `${here}/runner/transfer-batch.ts`,
    edits: [
      ["job.state === 'cancelled' || file.state === 'cancelled' || job.error === undefined", "job.state !== 'active'"],
    ],
  },
  {
    name: 'was there: what is kept beside another is not noted as its own',
    file: `${here}/runner/transfer-batch.ts`,
    edits: [['= mayHaveWritten(request, file) ?', '= mayHaveWritten(request, file) && target === file.target ?']],
  },
  {
    name: 'was there: of runs that fail side by side one is counted',
    file: `${here}/runner/run-settler.ts`,
    edits: [
      [
        'await inTurn(rule.id, () => journalOutcomes(rule, stepped, deps.clock.nowMs()))',
        'await journalOutcomes(rule, stepped, deps.clock.nowMs())',
      ],
    ],
  },
  {
    name: 'was there: upload, then delete takes away what was uploaded',
    file: `${here}/runner/direct-actions.ts`,
    edits: [['ofEvent === null || run.event.path !== null', 'ofEvent === null']],
  },
  {
    name: 'was there: what was held back forgets what has led to it',
    file: `${here}/runner/rule-runner.ts`,
    edits: [['fit.set(run.id, { ...run, causes: checked.causes });', 'fit.set(run.id, run);']],
  },
  {
    name: 'was there: what a crash has cut off is left, where the journal refuses it at first',
    file: `${here}/runner/recover-runs.ts`,
    edits: [
      [
        '      const changed = await journal.change({ runs });\n      if (changed.ok) return;',
        '      const changed = await journal.change({ runs });\n      if (changed.ok || changed.error !== undefined) return;',
      ],
    ],
  },
  {
    name: 'was there: jobs of a removed rule go on after a crash',
    file: `${here}/runner/rule-runner.ts`,
    edits: [['if (deps.rule(job.ruleId) !== undefined && journal', 'if (journal']],
  },
  {
    name: 'was there: a job that cannot be cleared at once is left',
    file: `${here}/runner/rule-runner.ts`,
    edits: [['while (await pause(clock, clearRetryMs, closing.signal)) if', 'if']],
  },
];

export const ruleMutants: readonly Mutant[] = [...planted, ...found];
