import { appError, type AppError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { bucketAddress } from './bucket-address.ts';
import type { BucketRegions } from './bucket-regions.ts';
import { type Attempt, withRemedies } from './call-remedies.ts';
import type { CredentialSource } from './credential-source.ts';
import { askPage, type PageOutcome, type PageSettings } from './data-plane/listing/ask-page.ts';
import type { ListingPosition } from './data-plane/listing/fan-out/ranges.ts';
import type { ListingRunner, RunStep } from './data-plane/listing/listing-runner.ts';
import { rowsOfColumns } from './data-plane/listing/page-lines.ts';
import { attemptsOfOnePage, withPageRetries } from './data-plane/listing/retry-page.ts';
import { defaultStallMs } from './data-plane/stall.ts';
import type { DataTarget } from './data-plane/transport.ts';
import type { ListAllRequest, ListedRows, ObjectStore } from './object-store.ts';
import type { ServerSettings } from './sdk-client.ts';
import type { ServerClock } from './server-clock.ts';

export type BucketListingOptions = {
  readonly settings: ServerSettings;
  readonly credentials: CredentialSource;
  readonly regions: BucketRegions;
  readonly serverClock: ServerClock;
  /** Where long listings run. */
  readonly runner: ListingRunner;
};

/** Credentials that end so soon are asked for again: a thread that lists is not told of new ones. */
const lastsAtLeastMs = 30_000;

/** The listings of an ObjectStore, by the data plane's own requests. `close` ends those that are under way. */
export function createBucketListing(
  options: BucketListingOptions,
): Pick<ObjectStore, 'listPage' | 'listAll'> & { close(): void } {
  const { settings, credentials, regions, serverClock, runner } = options;
  const closing = new AbortController();
  const pageSettings: PageSettings = {
    stallMs: settings.timeouts?.idleMs ?? defaultStallMs,
    endpointUrl: settings.endpointUrl,
  };
  const placeOf = (bucket: string, prefix: string) => ({ operation: 'ListObjectsV2', bucket, prefix });
  const untilClosed = (signal: AbortSignal | undefined): AbortSignal =>
    signal === undefined ? closing.signal : AbortSignal.any([signal, closing.signal]);

  /** The last one is kept: what the data plane knows of a server it knows by the object. */
  let kept: DataTarget | null = null;
  const targetOf = async (bucket: string, region: string): Promise<Result<DataTarget>> => {
    const signing = await credentials();
    if (!signing.ok) return signing;
    const clockOffsetMs = serverClock.offsetMs();
    const isSame = kept?.bucket === bucket && kept.region === region && kept.clockOffsetMs === clockOffsetMs;
    if (kept !== null && isSame && kept.credentials === signing.value) return ok(kept);
    const address = bucketAddress(settings, bucket, region);
    kept = { ...address, region, bucket, credentials: signing.value, clockOffsetMs, tls: settings.tls };
    return ok(kept);
  };
  /** One request, or the first of many, with whatever its failure teaches. */
  const withTarget = <T>(
    bucket: string,
    prefix: string,
    signal: AbortSignal,
    attempt: (target: DataTarget) => Promise<PageOutcome<T>>,
  ): Promise<Result<T>> => {
    const call = { bucket, signal, place: placeOf(bucket, prefix) };
    return withRemedies({ regions, credentials }, call, async (region): Promise<Attempt<T>> => {
      const target = await targetOf(bucket, region);
      if (!target.ok) return { result: target, signedWith: undefined };
      const { result, serverDateMs } = await attempt(target.value);
      serverClock.noteServerDate(serverDateMs);
      return { result, signedWith: target.value.credentials };
    });
  };

  return {
    async listPage({ bucket, signal, ...request }) {
      const either = untilClosed(signal);
      const page = await withTarget(bucket, request.prefix, either, (target) =>
        withPageRetries(attemptsOfOnePage, either, () => askPage(target, request, pageSettings, either)),
      );
      if (!page.ok) return page;
      const { prefixes, continuationToken } = page.value;
      return ok({ objects: rowsOfColumns(page.value), prefixes, continuationToken });
    },

    async *listAll({ bucket, prefix, as = 'rows', signal }: ListAllRequest): AsyncGenerator<Result<ListedRows>> {
      const ended = new AbortController();
      const either = AbortSignal.any([untilClosed(signal), ended.signal]);
      let from: ListingPosition | null = {};
      let open: AsyncIterator<RunStep> | undefined;
      try {
        while (from !== null) {
          const position: ListingPosition = from;
          let endsMs = Number.POSITIVE_INFINITY;
          const started = await withTarget(bucket, prefix, either, async (target) => {
            endsMs = (target.credentials.expiresMs ?? endsMs) - lastsAtLeastMs;
            const task = { target, prefix, from: position, settings: pageSettings };
            await open?.return?.(undefined);
            const steps = runner.run(task, as, either)[Symbol.asyncIterator]();
            open = steps;
            const first = await steps.next();
            return outcomeOf(first.done === true ? null : first.value, steps);
          });
          if (!started.ok) {
            yield started;
            return;
          }
          const { steps } = started.value;
          let step: RunStep = started.value.first;
          for (;;) {
            if (step.type === 'failed') {
              if (either.aborted) {
                yield err(appError('Cancelled', placeOf(bucket, prefix)));
                return;
              }
              serverClock.noteServerDate(step.serverDateMs);
              if (!teaches(step.error)) {
                yield err(step.error);
                return;
              }
              // Asked again from there, it fails in the same way at first, and what it teaches is heeded.
              break;
            }
            from = step.next;
            if (step.rows.count > 0) yield ok(step.rows);
            if (from === null) return;
            if (Date.now() > endsMs) break;
            const following: IteratorResult<RunStep, unknown> = await steps.next();
            if (following.done === true) break;
            step = following.value;
          }
        }
      } finally {
        ended.abort();
        // Left at its last page, it would be held for the next step, and its thread with it.
        await open?.return?.(undefined);
      }
    },

    close: () => closing.abort(),
  };
}

type Started = { readonly first: RunStep; readonly steps: AsyncIterator<RunStep> };

function outcomeOf(first: RunStep | null, steps: AsyncIterator<RunStep>): PageOutcome<Started> {
  if (first === null)
    return { result: err(appError('ConnectionReset', {}, 'the listing ended')), serverDateMs: Number.NaN };
  const { serverDateMs } = first;
  return { result: first.type === 'failed' ? err(first.error) : ok({ first, steps }), serverDateMs };
}

/** Whether withRemedies may know what to do about it. */
function teaches(error: AppError): boolean {
  return error.retry === 'reauth' || error.code === 'RequestTimeTooSkewed' || error.context['region'] !== undefined;
}
