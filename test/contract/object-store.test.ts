import { PutBucketVersioningCommand } from '@aws-sdk/client-s3';
import { createBucketRegions, fallbackRegion } from '../../main/s3/bucket-regions.ts';
import { createSdkCaller } from '../../main/s3/sdk-call.ts';
import { createSdkClients, type ServerSettings } from '../../main/s3/sdk-client.ts';
import { createSdkMultipart } from '../../main/s3/sdk-multipart.ts';
import { createSdkObjectStore } from '../../main/s3/sdk-object-store.ts';
import { createServerClock } from '../../main/s3/server-clock.ts';
import { systemClock } from '../../main/system-clock.ts';
import { ok } from '../../shared/result.ts';
import { createMemoryObjectStore } from '../fakes/memory-object-store.ts';
import { startTestLocalS3, testKeys } from '../servers/local-s3.ts';
import { cephIsInstalled, useSharedCeph } from '../servers/shared-ceph.ts';
import type { StoreUnderTest } from './contract-bench.ts';
import { objectStoreContract } from './object-store.contract.ts';

type Keys = { readonly accessKeyId: string; readonly secretAccessKey: string };

function onServer(endpointUrl: string, keys: Keys, stop: () => Promise<void>): StoreUnderTest {
  const settings: ServerSettings = { endpointUrl, region: null, pathStyle: true, tls: { verify: true } };
  const credentials = async () => ok(keys);
  const regions = createBucketRegions(null);
  const serverClock = createServerClock(systemClock);
  const store = createSdkObjectStore({ settings, credentials, regions, serverClock, clock: systemClock });
  const clients = createSdkClients(settings, credentials, serverClock);
  const call = createSdkCaller(clients, regions, credentials, endpointUrl);
  return {
    store,
    sendPart: createSdkMultipart(call, (...place) => store.head(...place), false).sendPart,
    async versionBucket(Bucket, Status = 'Enabled') {
      const VersioningConfiguration = { Status };
      await clients
        .clientFor(fallbackRegion, false)
        .send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
    },
    async close() {
      store.close();
      clients.destroy();
      await stop();
    },
  };
}

objectStoreContract(
  'in memory',
  {
    storesChecksums: true,
    conditionalComplete: true,
    conditionalCopy: true,
    regions: true,
    minimumPart: true,
    versions: true,
    tellsDeleteMarkers: true,
    presigns: false,
  },
  async () => {
    const store = createMemoryObjectStore({ minPartBytes: 5 * 1024 * 1024 });
    return {
      store,
      sendPart: store.sendPart,
      versionBucket: async (bucket, status) =>
        status === 'Suspended' ? store.suspendVersions(bucket) : store.versionBucket(bucket),
      close: async () => undefined,
    };
  },
);

objectStoreContract(
  'the SDK on local-s3',
  {
    storesChecksums: true,
    conditionalComplete: true,
    conditionalCopy: true,
    regions: true,
    minimumPart: true,
    versions: false,
    tellsDeleteMarkers: false,
    presigns: true,
  },
  async () => {
    const server = await startTestLocalS3();
    return onServer(server.endpointUrl, testKeys, () => server.stop());
  },
);

if (cephIsInstalled) {
  objectStoreContract(
    'the SDK on Ceph',
    {
      storesChecksums: false,
      conditionalComplete: false,
      conditionalCopy: false,
      regions: false,
      minimumPart: true,
      versions: true,
      tellsDeleteMarkers: false,
      presigns: true,
    },
    async () => {
      const ceph = await useSharedCeph();
      return onServer(ceph.endpointUrl, ceph, async () => undefined);
    },
  );
}
