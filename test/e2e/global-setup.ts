import { offerSharedCeph } from '../servers/shared-ceph.ts';

/** Playwright's global setup; the function it returns is the teardown. Workers inherit the environment set here. */
// eslint-disable-next-line import/no-default-export -- Playwright takes the default export.
export default async function globalSetup(): Promise<() => Promise<void>> {
  return offerSharedCeph();
}
