import type { EngineAnswers } from '../../test/fakes/fake-engine-client.ts';
import type { EngineEvent } from '../../shared/contract/events.ts';
import type { ConnectionView } from '../../shared/domain/connection.ts';
import { ruleIdSchema } from '../../shared/domain/ids.ts';
import { type AuditSettings, auditSettingsSchema } from '../../shared/domain/audit.ts';
import { type RuleInput, ruleInputSchema, type RuleView, ruleViewSchema } from '../../shared/domain/rule.ts';
import { appError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { sampleRules } from './sample-rules.ts';
import { sampleHistory, sampleTrials } from './sample-runs.ts';

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Rules that are kept until a reload; what they do is invented. */
export function createSampleAutomation(
  scene: string,
  connections: () => readonly ConnectionView[],
  tell: (event: EngineEvent) => void,
): {
  readonly answers: EngineAnswers;
  readonly snapshot: () => { readonly rules: RuleView[]; readonly rulesPaused: boolean };
} {
  let { rules, allPaused } = sampleRules(scene);
  let auditSettings: AuditSettings | null = null;
  const retried = new Set<number>();
  const told = () => tell({ type: 'rules.changed', rules, allPaused });
  const find = (ruleId: string) => rules.find(({ id }) => id === ruleId);
  const change = (ruleId: string, next: (rule: RuleView) => RuleView): void => {
    rules = rules.map((one) => (one.id === ruleId ? next(one) : one));
    told();
  };
  const viewOf = (id: string, input: RuleInput): Result<RuleView> => {
    const connection = connections().find(({ name }) => name === input.connection);
    if (!connection) return err(appError('ConnectionNotFound', { name: input.connection }));
    const before = find(id);
    const isNewMirror = input.mirror !== undefined && before?.mirror === undefined;
    return ok(
      ruleViewSchema.parse({
        runs: { waiting: 0, running: 0, failed: 0, done: 0, skipped: 0 },
        lastLookMs: null,
        nextMs: input.trigger.type === 'manual' ? null : Date.now() + 60_000,
        lastRunMs: null,
        createdMs: Date.now(),
        ...before,
        ...input,
        id,
        state: isNewMirror ? 'stopped' : input.enabled ? 'on' : 'off',
        ...(isNewMirror ? { stoppedBy: appError('MirrorNotConfirmed') } : {}),
        connectionId: connection.id,
      }),
    );
  };
  const save = async (id: string, raw: unknown): Promise<Result<{ rule: RuleView }>> => {
    await pause(150);
    const input = ruleInputSchema.parse(raw);
    const bucket = input.actions.findIndex((action) => 'bucket' in action && action.bucket === 'gone');
    if (bucket >= 0) {
      return err(appError('InvalidInput', { field: `actions.${bucket}.bucket`, reason: 'there is no bucket gone' }));
    }
    const view = viewOf(id, input);
    if (!view.ok) return view;
    rules = find(id) ? rules.map((one) => (one.id === id ? view.value : one)) : [...rules, view.value];
    told();
    return ok({ rule: view.value });
  };

  const answers: EngineAnswers = {
    'rules.list': () => ok({ rules, allPaused }),
    'rules.add': ({ rule }) => save(`rule-${Math.random().toString(36).slice(2, 7)}`, rule),
    'rules.update': ({ ruleId, rule }) => save(ruleId, rule),
    'rules.remove': ({ ruleId }) => {
      rules = rules.filter(({ id }) => id !== ruleId);
      told();
      return ok({});
    },
    'rules.pause': ({ ruleId }) => {
      if (ruleId === undefined) allPaused = true;
      change(ruleId ?? '', (rule) => ({ ...rule, enabled: false, state: 'off' }));
      return ok({});
    },
    'rules.resume': ({ ruleId }) => {
      if (ruleId === undefined) allPaused = false;
      change(ruleId ?? '', (rule) => ({ ...rule, enabled: true, state: 'on', stoppedBy: undefined }));
      return ok({});
    },
    'rules.run': async ({ ruleId }) => {
      await pause(300);
      tell({
        type: 'rules.notice',
        ruleId: ruleIdSchema.parse(ruleId),
        title: find(ruleId)?.name ?? '',
        message: 'invoice-00007.pdf can be downloaded for a day.',
        copy: 'https://finance-eu.s3.eu-central-1.amazonaws.com/in/invoice-00007.pdf?X-Amz-Signature=0',
      });
      return ok({ started: 3 });
    },
    'rules.history': async (query) => {
      if (scene === 'rules-slow') return new Promise(() => undefined);
      await pause(30);
      const rule = find(query.ruleId ?? '');
      if (!rule || scene === 'rules-empty-history') return ok({ runs: [], total: 0 });
      return ok(sampleHistory(rule, query, retried));
    },
    'rules.retry': ({ ruleId, runId }) => {
      if (runId !== undefined) retried.add(runId);
      change(ruleId, (rule) => {
        const again = runId === undefined ? rule.runs.failed : 1;
        return { ...rule, runs: { ...rule.runs, failed: rule.runs.failed - again, done: rule.runs.done + again } };
      });
      return ok({});
    },
    'rules.skip': ({ ruleId, runId }) => {
      change(ruleId, (rule) => {
        const skipped = runId === undefined ? rule.runs.failed : 1;
        return {
          ...rule,
          runs: { ...rule.runs, failed: rule.runs.failed - skipped, skipped: rule.runs.skipped + skipped },
        };
      });
      return ok({});
    },
    'rules.test': async ({ rule, fromMs }) => {
      if (scene === 'rules-slow') return new Promise(() => undefined);
      await pause(200);
      const given = typeof rule === 'string' ? find(rule) : ruleInputSchema.parse(rule);
      if (!given) return err(appError('InvalidInput', { field: 'rule' }));
      if (scene === 'rules-test-failed') {
        return err(appError('AccessDenied', { bucket: 'finance-eu', permission: 's3:ListBucket', requestId: '4F2A' }));
      }
      if (scene === 'rules-test-none') return ok({ trials: [], matched: 0, looked: 120, complete: true });
      const trials = sampleTrials(given);
      if (fromMs !== undefined) return ok({ trials, matched: 42, looked: 1730, complete: true });
      return ok({ trials, matched: trials.length === 1 ? 1 : 42, looked: 1000, complete: trials.length === 1 });
    },
    'rules.preview': async () => {
      await pause(150);
      const deletes = ['2025/old-1.pdf', '2025/old-2.pdf', 'draft.txt'];
      return ok({ missing: 12, extra: deletes.length, deletes, waiting: 0 });
    },
    'rules.backfill': async () => {
      await pause(150);
      return ok({ started: 42 });
    },
    'audit.settings': () => ok({ settings: auditSettings, lastShippedMs: null, waiting: 17, problem: null }),
    'audit.setSettings': ({ settings }) => {
      auditSettings = settings === null ? null : auditSettingsSchema.parse(settings);
      return ok({});
    },
    'rules.nextTimes': ({ cron, timeZone }) => {
      if (cron.trim().split(/\s+/).length !== 5) {
        return err(
          appError('InvalidInput', {
            field: 'cron',
            reason: 'five fields are needed: minute, hour, day, month, weekday',
          }),
        );
      }
      const [, hour = '2'] = cron.split(' ');
      const first = new Date();
      first.setHours(Number(hour) || 0, 0, 0, 0);
      const timesMs = Array.from({ length: 5 }, (_, index) => first.getTime() + (index + 1) * 86_400_000);
      return ok({ timesMs, timeZone: timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone });
    },
    'rules.cost': async ({ pollSeconds }) => {
      if (scene === 'rules-slow') return new Promise(() => undefined);
      await pause(150);
      return ok({
        listRequestsPerMonth: Math.round((30 * 86_400 * 2) / pollSeconds),
        objects: 1730,
        atLeast: false,
        sharedWith: rules.slice(1, 2).map(({ id }) => id),
      });
    },
  };
  return { answers, snapshot: () => ({ rules, rulesPaused: allPaused }) };
}
