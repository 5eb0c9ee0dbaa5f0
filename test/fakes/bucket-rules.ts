import type { WatchedBucketRule } from '../../main/automation/change-source.ts';
import type { Mark } from '../../main/automation/object-index.ts';
import { ruleIdSchema } from '../../shared/domain/ids.ts';
import { type NewObjectTrigger, newObjectTriggerSchema } from '../../shared/domain/rule-trigger.ts';
import { connectionId } from './test-connection.ts';

/** A rule on the bucket `watched`, or another one, that begins with all that is there unless its mark says otherwise. */
export function ruleOn(
  id: string,
  trigger: Partial<NewObjectTrigger> = {},
  { isOn = true, mark = {} }: { readonly isOn?: boolean; readonly mark?: Partial<Mark> } = {},
): WatchedBucketRule {
  const whole = newObjectTriggerSchema.parse({ type: 'newObject', bucket: 'watched', ...trigger });
  const cover = { prefix: whole.prefix, recursive: whole.recursive };
  return {
    ruleId: ruleIdSchema.parse(id),
    trigger: whole,
    marks: [{ id: `${id}-begins`, cover, fromMs: null, toMs: null, ...mark }],
    isOn,
    connectionId,
  };
}
