import { ruleIdSchema } from '../../shared/domain/ids.ts';
import { type RuleView, ruleViewSchema, type RunView, runViewSchema } from '../../shared/domain/rule.ts';

export const ruleId = ruleIdSchema.parse('r1');
/** A rule of the engine, and what is special about it. */
export const rule = (id = 'r1', more: object = {}): RuleView =>
  ruleViewSchema.parse({
    id,
    name: id,
    connection: 'Finance',
    connectionId: 'conn-1',
    trigger: { type: 'newObject', bucket: 'finance' },
    actions: [{ type: 'download', folder: '/home/kim' }],
    enabled: true,
    state: 'on',
    runs: { waiting: 0, running: 0, failed: 0, done: 0, skipped: 0 },
    lastLookMs: null,
    nextMs: null,
    lastRunMs: null,
    createdMs: 0,
    ...more,
  });
export const failed = (count: number) => ({ runs: { waiting: 0, running: 0, failed: count, done: 0, skipped: 0 } });
/** A run of it. */
export const run = (id: number, more: object = {}): RunView =>
  runViewSchema.parse({
    id,
    ruleId: 'r1',
    event: {
      type: 'created',
      bucket: 'finance',
      key: `in/${id}.pdf`,
      path: null,
      sizeBytes: 5,
      etag: null,
      lastModified: null,
      storageClass: null,
      versionId: null,
    },
    state: 'done',
    seenMs: 0,
    startedMs: 1000,
    endedMs: 2000,
    attempts: 1,
    nextTryMs: null,
    steps: [{ action: 'download', state: 'done', detail: '/home/kim/x', bytes: 5, startedMs: 1, endedMs: 2 }],
    ...more,
  });
