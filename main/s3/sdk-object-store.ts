import {
  type BucketLocationConstraint,
  CreateBucketCommand,
  DeleteBucketCommand,
  GetBucketLocationCommand,
} from '@aws-sdk/client-s3';
import type { Clock } from '../../shared/domain/clock.ts';
import { ok, type Result } from '../../shared/result.ts';
import { bucketAddress } from './bucket-address.ts';
import { type BucketRegions, fallbackRegion } from './bucket-regions.ts';
import type { ObjectStore } from './object-store.ts';
import { createPutStream } from './put-stream.ts';
import { createBucketListing } from './bucket-listing.ts';
import { createListingsHere, type ListingRunner } from './data-plane/listing/listing-runner.ts';
import { createSdkCaller, type SdkCaller } from './sdk-call.ts';
import type { CredentialSource } from './credential-source.ts';
import { createSdkClients, type ServerSettings } from './sdk-client.ts';
import { createSdkListings } from './sdk-listing.ts';
import { createSdkMultipart } from './sdk-multipart.ts';
import { createSdkObjects } from './sdk-objects.ts';
import { createSdkRanges } from './sdk-ranges.ts';
import { createSdkRemovals } from './sdk-removals.ts';
import { createSdkRewrite } from './sdk-rewrite.ts';
import { createSdkTags } from './sdk-tags.ts';
import { createSdkVersions } from './sdk-versions.ts';
import type { ServerClock } from './server-clock.ts';
import { encodeKey } from './sigv4/encode.ts';
import { presignUrl } from './sigv4/presign.ts';

export type SdkObjectStoreOptions = {
  readonly settings: ServerSettings;
  readonly credentials: CredentialSource;
  readonly regions: BucketRegions;
  readonly serverClock: ServerClock;
  readonly clock: Pick<Clock, 'nowMs'>;
  /** Where long listings run; in this thread when left out. */
  readonly listings?: ListingRunner | undefined;
};

/** ObjectStore on the AWS SDK, but for listings of objects, which are the data plane's. `close` drops its sockets; calls under way fail. */
export function createSdkObjectStore(options: SdkObjectStoreOptions): ObjectStore & { close(): void } {
  const { settings, credentials, regions, serverClock, clock } = options;
  const clients = createSdkClients(settings, credentials, serverClock);
  const call = createSdkCaller(clients, regions, credentials, settings.endpointUrl);
  const { sendBody, ...objects } = createSdkObjects(call, settings.endpointUrl === null);
  const { sendPart, ...multipart } = createSdkMultipart(call, objects.head, settings.endpointUrl === null);

  const tags = createSdkTags(call);

  const { listings: runner = createListingsHere(clock) } = options;
  const listing = createBucketListing({ settings, credentials, regions, serverClock, runner });

  return {
    ...createSdkListings(call, regions),
    listPage: listing.listPage,
    listAll: listing.listAll,
    ...objects,
    ...createSdkRanges(call),
    ...createSdkRemovals(call, objects.head),
    ...createSdkRewrite(call, tags, settings.endpointUrl === null),
    ...tags,
    ...createSdkVersions(call),
    ...multipart,
    putStream: createPutStream({ ...multipart, head: objects.head, sendBody, sendPart }, (bucket) =>
      clients.clientFor(regions.regionOf(bucket), false),
    ),
    createBucket: (bucket, region) => createBucket(call, settings, regions, bucket, region),

    async removeBucket(bucket) {
      const answer = await call({ operation: 'DeleteBucket', bucket }, (client, sendOptions) =>
        client.send(new DeleteBucketCommand({ Bucket: bucket }), sendOptions),
      );
      return answer.ok ? ok() : answer;
    },

    async bucketLocation(bucket, signal) {
      const answer = await call({ operation: 'GetBucketLocation', bucket, signal }, (client, sendOptions) =>
        client.send(new GetBucketLocationCommand({ Bucket: bucket }), sendOptions),
      );
      if (!answer.ok) return answer;
      return ok(regionOfLocation(answer.value.LocationConstraint));
    },

    async presignGet(bucket, key, expiresInSeconds) {
      const signing = await credentials();
      if (!signing.ok) return signing;
      const region = regions.regionOf(bucket);
      const address = bucketAddress(settings, bucket, region);
      return ok(
        presignUrl({
          method: 'GET',
          protocol: address.protocol,
          path: `${address.pathPrefix}${encodeKey(key)}`,
          query: [],
          headers: { host: address.host },
          credentials: signing.value,
          region,
          dateMs: clock.nowMs() + serverClock.offsetMs(),
          expiresInSeconds,
        }),
      );
    },

    close() {
      listing.close();
      clients.destroy();
    },
  };
}

/** Empty is S3's first region; `EU` is what Ireland was called before there were names. */
function regionOfLocation(constraint: string | undefined): string {
  if (constraint === undefined || constraint === '' || constraint === 'US') return fallbackRegion;
  return constraint === 'EU' ? 'eu-west-1' : constraint;
}

/**
 * The bucket's region goes into the request's body, except S3's first one, which has no name there. A server of its own
 * may not know the region its connection is signed with: then it chooses.
 */
async function createBucket(
  call: SdkCaller,
  settings: ServerSettings,
  regions: BucketRegions,
  bucket: string,
  asked: string | undefined,
): Promise<Result<void>> {
  const region = asked ?? regions.defaultRegion;
  const send = (constraint: string | null) =>
    call({ operation: 'CreateBucket', bucket, toRegion: region }, (client, sendOptions) => {
      const command = new CreateBucketCommand({ Bucket: bucket });
      // The SDK would put the client's region in by itself; this runs after it and has the last word.
      command.middlewareStack.add(
        (next) => (args) => {
          const { CreateBucketConfiguration: _, ...input } = args.input;
          return next({
            ...args,
            input:
              constraint === null
                ? input
                : {
                    ...input,
                    CreateBucketConfiguration: { LocationConstraint: constraint as BucketLocationConstraint },
                  },
          });
        },
        { step: 'initialize', priority: 'low', name: 'chooseLocation' },
      );
      return client.send(command, sendOptions);
    });
  let answer = await send(region === fallbackRegion ? null : region);
  if (!answer.ok && asked === undefined && settings.endpointUrl !== null && region !== fallbackRegion) {
    if (answer.error.code === 'InvalidArgument') answer = await send(null);
  }
  if (!answer.ok) return answer;
  if (settings.endpointUrl === null) regions.note(bucket, region);
  return ok();
}
