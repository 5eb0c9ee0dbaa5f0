import type { TemplateValues } from '../../shared/domain/template.ts';
import type { RuleEvent } from '../../shared/domain/rule.ts';
import { pathBelow } from './match.ts';
import type { RuleRecord, Subject } from './rule-record.ts';

/** In place of a URL, where it would be kept. */
const hiddenUrl = '…';

/** What the templates of a rule are filled with for an event. Pure. */
export function templateValues(
  rule: Pick<RuleRecord, 'name' | 'trigger'>,
  connectionName: string,
  run: { readonly event: RuleEvent; readonly subject: Subject; readonly seenMs: number },
): TemplateValues {
  const { event, subject, seenMs } = run;
  const { key, lastModified } = event;
  const prefix = rule.trigger.type === 'newObject' ? rule.trigger.prefix : '';
  const modifiedMs = lastModified === null ? Number.NaN : Date.parse(lastModified);
  return {
    key,
    path: key === null ? null : pathBelow(prefix, key),
    bucket: event.bucket,
    sizeBytes: event.sizeBytes,
    etag: event.etag,
    modifiedMs: Number.isNaN(modifiedMs) ? null : modifiedMs,
    event: event.type,
    connection: connectionName,
    rule: rule.name,
    atMs: seenMs,
    url: subject.link === null ? null : hiddenUrl,
  };
}
