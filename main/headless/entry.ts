import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import packageJson from '../../package.json' with { type: 'json' };
import { processIo } from './cli/io.ts';
import { runCli } from './cli/run-cli.ts';

/** The `brigade` command, bundled as out/main/brigade.js; main/headless/brigade.mjs starts it on a Node that can run it. */
const io = processIo();
const { version } = packageJson;
const bundleDir = import.meta.dirname;

let code = 1;
try {
  code = await runCli(process.argv.slice(2), {
    io,
    version,
    rendererDir: join(bundleDir, '..', 'renderer'),
    openEngine: async (dataDir) => {
      // Only when this process is to hold the folder: a guest starts faster without it.
      const { openEngine } = await import('../engine.ts');
      return openEngine({
        dataDir,
        host: 'cli',
        version,
        passphrase: process.env['BRIGADE_VAULT_PASSPHRASE'],
        transferWorkerUrl: pathToFileURL(join(bundleDir, 'transfer-worker.js')),
        onKeyFileChosen: (keyFilePath) => {
          io.say(`Secrets are sealed with the key file ${keyFilePath}: whoever can read it can read them.`);
          io.say('  BRIGADE_VAULT_PASSPHRASE is the stronger choice. This is said once.');
        },
      });
    },
  });
} catch (failure) {
  io.say(
    `brigade: unexpected failure, please report it. ${failure instanceof Error ? failure.stack : String(failure)}`,
  );
}
// Whatever is still open (a standard input nobody reads any more) must not keep the process.
process.exit(code);
