import { offerSharedCeph } from './shared-ceph.ts';
import { buildThreadFiles } from './thread-files.ts';

/** Vitest's global setup: runs before the test processes start; what it returns runs at the very end. */
export async function setup(): Promise<() => Promise<void>> {
  const removeThreadFiles = await buildThreadFiles();
  const endCeph = await offerSharedCeph();
  return async () => {
    await endCeph();
    await removeThreadFiles();
  };
}
