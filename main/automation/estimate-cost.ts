import type { CommandOutput, CommandParsed } from '../../shared/contract/commands.ts';
import { listRequestsPerMonth, sharesListing } from '../../shared/domain/poll-cost.ts';
import { ok, type Result } from '../../shared/result.ts';
import type { ConnectionOpener } from '../s3/open-connection.ts';
import type { RuleRecord } from './rule-record.ts';

const mostPages = 10;

/** What polling a place would cost, from a listing of at most ten pages. A place that cannot be listed says why. */
export async function estimateCost(
  place: CommandParsed<'rules.cost'>,
  rules: readonly RuleRecord[],
  opener: ConnectionOpener,
  signal: AbortSignal,
): Promise<Result<CommandOutput<'rules.cost'>>> {
  const { connectionId, bucket, prefix, recursive, pollSeconds } = place;
  const sharedWith = rules
    .filter(
      ({ id, enabled, trigger, ...rule }) =>
        id !== place.ruleId &&
        enabled &&
        rule.connectionId === connectionId &&
        trigger.type === 'newObject' &&
        sharesListing(trigger, place),
    )
    .map(({ id }) => id);
  const opened = await opener.open(connectionId);
  let pages = 0;
  let objects = 0;
  let continuationToken: string | undefined;
  let error = opened.ok ? undefined : opened.error;
  while (opened.ok && pages < mostPages) {
    const request = {
      bucket,
      prefix,
      delimiter: recursive ? ('' as const) : ('/' as const),
      continuationToken,
      signal,
    };
    const page = await opened.value.store.listPage(request);
    if (!page.ok) {
      error = page.error;
      break;
    }
    pages += 1;
    objects += page.value.objects.length;
    continuationToken = page.value.continuationToken ?? undefined;
    if (continuationToken === undefined) break;
  }
  return ok({
    listRequestsPerMonth: listRequestsPerMonth(pages, pollSeconds),
    objects,
    atLeast: continuationToken !== undefined,
    sharedWith,
    ...(error === undefined ? {} : { error }),
  });
}
