import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { app } from 'electron';
import { ok, type Result } from '../../shared/result.ts';
import type { Redactor } from '../credentials/redact.ts';
import type { Engine } from '../engine-types.ts';
import { createKeychain } from './keychain.ts';

/**
 * Opens the engine of the data folder: in this process, or, when another one holds the folder (a running `brigade serve`,
 * say), as a guest of that one. The modules are loaded only now, beside the window, which therefore appears sooner.
 * Secrets need the system's keychain or BRIGADE_VAULT_PASSPHRASE here: the weaker key file is for machines without a screen.
 */
export async function openAppEngine(dataFolder: string, outDir: string, redactor: Redactor): Promise<Result<Engine>> {
  const [{ holdDataFolder }, { openEngine }, { startTransferThreads }] = await Promise.all([
    import('../ipc/hold-data-folder.ts'),
    import('../engine.ts'),
    import('../transfers/workers/transfer-threads.ts'),
  ]);
  await app.whenReady();
  const held = await holdDataFolder({
    dataDir: dataFolder,
    openEngine: () =>
      openEngine({
        dataDir: dataFolder,
        host: 'electron',
        version: app.getVersion(),
        keychain: createKeychain(),
        passphrase: process.env['BRIGADE_VAULT_PASSPHRASE'],
        mayUseKeyFile: false,
        redactor,
        transferThreads: startTransferThreads(pathToFileURL(join(outDir, 'main', 'transfer-worker.js'))),
        listWorkerUrl: pathToFileURL(join(outDir, 'main', 'list-worker.js')),
        indexWorkerUrl: pathToFileURL(join(outDir, 'main', 'index-worker.js')),
      }),
  });
  if (!held.ok) return held;
  const { engine } = held.value;
  // Rules are followed as long as some engine runs: this one, or that of another process.
  const activate = (): void => void engine.call('rules.activate', {});
  held.value.onReattached(activate);
  activate();
  return ok(engine);
}
