import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The port `serve` had last: browsers keep what the window remembers by address, so the next start takes it again.
 * 0 (any free port) when there was none. Best effort both ways: nothing depends on it.
 */
export async function lastPort(dataDir: string): Promise<number> {
  const text = await readFile(portFile(dataDir), 'utf8').catch(() => '');
  const port = Number(text.trim());
  return Number.isInteger(port) && port > 0 && port <= 65_535 ? port : 0;
}

export async function rememberPort(dataDir: string, port: number): Promise<void> {
  await writeFile(portFile(dataDir), `${port}\n`, { mode: 0o600 }).catch(() => undefined);
}

function portFile(dataDir: string): string {
  return join(dataDir, 'window-port');
}
