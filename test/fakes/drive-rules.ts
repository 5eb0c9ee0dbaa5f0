import type { ConnectionId } from '../../shared/domain/ids.ts';
import type { RuleDraft } from '../../shared/domain/rule.ts';
import { type Call, must } from './drive-connections.ts';

/** Every command of the rules, on a connection that works: watched, run, tried, told. */
export async function driveRules(
  call: Call,
  connectionId: ConnectionId,
  bucket: string,
  folder: string,
): Promise<void> {
  const { connections } = must(await call('connections.list', {}));
  const connection = connections.find(({ id }) => id === connectionId)?.name ?? '';
  const rule: RuleDraft = {
    name: 'Driven',
    connection,
    trigger: { type: 'newObject', bucket, startFrom: 'all' },
    actions: [
      { type: 'download', folder },
      { type: 'presign', to: 'clipboard' },
      { type: 'notify', message: '{name} {url}' },
      { type: 'audit' },
    ],
  };
  must(await call('rules.activate', {}));
  must(await call('rules.test', { rule }));
  must(await call('rules.cost', { connectionId, bucket, prefix: '', recursive: true, pollSeconds: 60 }));
  must(await call('rules.nextTimes', { cron: '0 2 * * *' }));
  const { id: ruleId } = must(await call('rules.add', { rule })).rule;
  must(await call('rules.run', { ruleId }));
  await untilIdle(call);
  must(await call('rules.backfill', { ruleId, fromMs: 0, toMs: Date.now() }));
  await untilIdle(call);
  must(await call('rules.history', { ruleId, count: 1000 }));
  must(await call('rules.due', { ruleId, byMs: Date.now() }));
  must(await call('rules.retry', { ruleId }));
  must(await call('rules.skip', { ruleId }));
  must(await call('rules.pause', {}));
  must(await call('rules.resume', {}));
  must(await call('rules.update', { ruleId, rule: { ...rule, name: 'Driven on' } }));
  await call('rules.preview', { rule: ruleId });
  await call('rules.run', { ruleId: 'nobody' });
  must(await call('rules.remove', { ruleId }));
}

async function untilIdle(call: Call): Promise<void> {
  for (let look = 0; look < 600; look += 1) {
    const { rules } = must(await call('rules.list', {}));
    if (rules.every(({ runs, lastLookMs }) => lastLookMs !== null && runs.waiting + runs.running === 0)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('the rules did not come to rest');
}
