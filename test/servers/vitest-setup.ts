import { offerSharedCeph } from './shared-ceph.ts';

/** Vitest's global setup: runs before the test processes start; what it returns runs at the very end. */
export async function setup(): Promise<() => Promise<void>> {
  return offerSharedCeph();
}
