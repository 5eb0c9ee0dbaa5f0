import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import packageJson from '../../package.json' with { type: 'json' };
import { createRedactor } from '../credentials/redact.ts';
import { processIo } from './cli/io.ts';
import { startTransferThreads } from '../transfers/workers/transfer-threads.ts';
import { runCli } from './cli/run-cli.ts';

/** The `brigade` command, bundled as out/main/brigade.js; main/headless/brigade.mjs starts it on a Node that can run it. */
const io = processIo();
const redactor = createRedactor();
for (const name of ['AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'BRIGADE_VAULT_PASSPHRASE']) {
  redactor.remember(process.env[name] ?? '');
}

/** Where bugs end. Whatever was thrown may have secrets in it. */
function sayBug(thrown: unknown): void {
  const text = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  io.say(`brigade: unexpected failure, please report it. ${redactor.text(text)}`);
}

// Node's own words would have all fields of the error and of its causes. Dies at once, as of a kill: the journal is for that.
for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(event, (thrown: unknown) => {
    sayBug(thrown);
    process.exit(1);
  });
}

const { version } = packageJson;
const bundleDir = import.meta.dirname;

let code = 1;
try {
  code = await runCli(process.argv.slice(2), {
    io,
    version,
    rendererDir: join(bundleDir, '..', 'renderer'),
    openEngine: async (dataDir) => {
      // Only when this process is to hold the folder: a guest starts faster without them. They load side by side.
      const transferThreads = startTransferThreads(pathToFileURL(join(bundleDir, 'transfer-worker.js')));
      const { openEngine } = await import('../engine.ts');
      return openEngine({
        dataDir,
        host: 'cli',
        version,
        redactor,
        passphrase: process.env['BRIGADE_VAULT_PASSPHRASE'],
        transferThreads,
        listWorkerUrl: pathToFileURL(join(bundleDir, 'list-worker.js')),
        indexWorkerUrl: pathToFileURL(join(bundleDir, 'index-worker.js')),
        onKeyFileChosen: (keyFilePath) => {
          io.say(`Secrets are sealed with the key file ${keyFilePath}: whoever can read it can read them.`);
          io.say('  BRIGADE_VAULT_PASSPHRASE is the stronger choice. This is said once.');
        },
      });
    },
  });
} catch (failure) {
  sayBug(failure);
}
// Whatever is still open (a standard input nobody reads any more) must not keep the process.
process.exit(code);
