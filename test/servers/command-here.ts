import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import type { CommandIo } from '../../main/headless/cli/io.ts';
import { runCli } from '../../main/headless/cli/run-cli.ts';
import { speakErrorsAt } from '../../shared/words/describe-error.ts';
import { type BrigadeOptions, type BrigadeOutcome, brigadeEnvironment, projectDir } from './brigade.ts';

/**
 * Runs a command as runBrigade does, but in this process: a `brigade` that starts costs most of a second of one core. It may
 * only be one that opens no engine: a guest of a running `brigade serve`, or one that is refused before that.
 */
export async function runCommandHere(
  args: readonly string[],
  options: BrigadeOptions & { readonly stdin?: Readable | Uint8Array | string | undefined },
): Promise<BrigadeOutcome> {
  const stdout: Buffer[] = [];
  const said: string[] = [];
  const { stdin = '' } = options;
  const io: CommandIo = {
    env: brigadeEnvironment(options),
    cwd: resolve(options.cwd ?? '.'),
    stdin: stdin instanceof Readable ? stdin : Readable.from([Buffer.from(stdin)]),
    async out(bytes) {
      stdout.push(Buffer.from(bytes));
      return true;
    },
    say: (line) => void said.push(`${line}\n`),
    status: () => undefined,
    hasTerminal: false,
    ask: async () => null,
    onStop: () => undefined,
  };
  try {
    const code = await runCli(args, {
      io,
      version: '0.0.0',
      rendererDir: resolve(projectDir, 'out', 'renderer'),
      openEngine: () => Promise.reject(new Error('nobody holds the data folder: this needs a process of its own')),
    });
    return { code, stdout: Buffer.concat(stdout), stderr: said.join('') };
  } finally {
    speakErrorsAt('window');
  }
}
