/** See find-electron.mjs, which must be plain JavaScript. */
export function findElectron(
  projectDir: string,
  options?: { needsDisplay?: boolean },
): Promise<{ path: string; args: string[] } | { reason: string }>;
export function canReach(address: string): Promise<boolean>;
