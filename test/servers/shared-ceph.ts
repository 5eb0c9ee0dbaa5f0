import { createServer } from 'node:http';
import { cephIsInstalled, startCeph, type Ceph, type CephAddress } from './ceph.ts';

/** Name of the variable under which a test run's processes find the broker. */
const brokerVariable = 'BRIGADE_TEST_CEPH_BROKER';

/**
 * One Ceph for a whole test run, started by the first test that asks and not at all when none does (it takes 13 s and
 * memory). Call it in the run's global setup; test processes started afterwards find it through the environment.
 * Returns the teardown.
 */
export async function offerSharedCeph(): Promise<() => Promise<void>> {
  let starting: Promise<Ceph> | undefined;
  const answer = async (): Promise<{ status: number; body: string }> => {
    try {
      starting ??= startCeph();
      const { endpointUrl, region, accessKeyId, secretAccessKey, baseUser } = await starting;
      const address: CephAddress = { endpointUrl, region, accessKeyId, secretAccessKey, baseUser };
      return { status: 200, body: JSON.stringify(address) };
    } catch (failure) {
      return { status: 500, body: failure instanceof Error ? failure.message : String(failure) };
    }
  };
  const server = createServer((_request, response) => {
    void answer().then(({ status, body }) => response.writeHead(status).end(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The broker has no port.');
  process.env[brokerVariable] = `http://127.0.0.1:${address.port}`;
  return async () => {
    server.closeAllConnections();
    server.close();
    const ceph = await starting?.catch(() => undefined);
    await ceph?.close();
  };
}

/** The run's Ceph, started if this is the first to ask. Buckets are shared by all tests: give them names of their own. */
export async function useSharedCeph(): Promise<CephAddress> {
  const url = process.env[brokerVariable];
  if (url === undefined) throw new Error(`${brokerVariable} is not set: no global setup offered a Ceph.`);
  const response = await fetch(url, { signal: AbortSignal.timeout(110_000) });
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as CephAddress;
}

export { cephIsInstalled };
