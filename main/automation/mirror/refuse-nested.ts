import type { ConnectionId } from '../../../shared/domain/ids.ts';
import { asFolder } from '../../../shared/domain/inside-path.ts';
import type { RuleInput } from '../../../shared/domain/rule.ts';
import { appError } from '../../../shared/errors.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { type ConnectionOpener, serverAddress } from '../../s3/open-connection.ts';

/**
 * A mirror whose source and target lie within each other would take its own source for what is at the target only, and delete
 * it. InvalidInput.
 */
export async function refuseNested(
  { trigger, mirror, actions: [first] }: RuleInput,
  connectionId: ConnectionId,
  opener: ConnectionOpener,
): Promise<Result<void>> {
  if (mirror === undefined || trigger.type !== 'newObject' || first?.type !== 'copy') return ok();
  if (trigger.bucket !== first.bucket) return ok();
  const [from, to] = [trigger.prefix, asFolder(first.prefix)];
  if (!from.startsWith(to) && !to.startsWith(from)) return ok();
  const source = await opener.open(connectionId);
  if (!source.ok) return source;
  const target = await opener.open(first.connection ?? connectionId);
  if (!target.ok) return target;
  return serverAddress(source.value) === serverAddress(target.value)
    ? err(appError('InvalidInput', { field: 'mirror', reason: 'its source and its target lie within each other' }))
    : ok();
}
