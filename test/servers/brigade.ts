import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

export const projectDir = join(import.meta.dirname, '..', '..');
export const brigadeFile = join(projectDir, 'main', 'headless', 'brigade.mjs');

export type BrigadeOptions = {
  /** All state goes there; a folder of the test's own. */
  readonly dataDir: string;
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  readonly cwd?: string | undefined;
  /** For Node, before the command's own file. */
  readonly nodeArgs?: readonly string[] | undefined;
  /** Node's messages between processes, for a module that `nodeArgs` load. */
  readonly hasChannel?: boolean | undefined;
};

/** The test run's own settings and nothing of the machine's AWS credentials, proxies or data folder. */
export function brigadeEnvironment({ dataDir, env }: BrigadeOptions): NodeJS.ProcessEnv {
  const kept = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'SYSTEMROOT'];
  const base = Object.fromEntries(kept.map((name) => [name, process.env[name]]));
  return {
    ...base,
    AWS_EC2_METADATA_DISABLED: 'true',
    // The tests start it some hundred times: what Node has compiled once it need not compile again.
    NODE_COMPILE_CACHE: join(tmpdir(), 'brigade-test-compile-cache'),
    AWS_CONFIG_FILE: join(dataDir, 'no-aws-config'),
    AWS_SHARED_CREDENTIALS_FILE: join(dataDir, 'no-aws-credentials'),
    BRIGADE_DATA_DIR: dataDir,
    BRIGADE_VAULT_PASSPHRASE: 'a passphrase for tests',
    ...env,
  };
}

/** Starts `brigade` as a child process, with all three standard streams as pipes. The caller ends it. */
export function spawnBrigade(args: readonly string[], options: BrigadeOptions): ChildProcess {
  const { nodeArgs = [], hasChannel = false } = options;
  return spawn(process.execPath, [...nodeArgs, brigadeFile, ...args], {
    stdio: ['pipe', 'pipe', 'pipe', ...(hasChannel ? (['ipc'] as const) : [])],
    env: brigadeEnvironment(options),
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
}

export type BrigadeOutcome = { readonly code: number | null; readonly stdout: Buffer; readonly stderr: string };

/** Runs `brigade` to its end. `stdin`: what it gets on standard input; nothing when left out. */
export async function runBrigade(
  args: readonly string[],
  options: BrigadeOptions & { readonly stdin?: Readable | Uint8Array | string | undefined },
): Promise<BrigadeOutcome> {
  const child = spawnBrigade(args, options);
  const stdout: Buffer[] = [];
  let stderr = '';
  child.stdout?.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  // A command that fails early closes its end before everything was written.
  child.stdin?.on('error', () => undefined);
  const { stdin } = options;
  if (stdin !== undefined && typeof stdin !== 'string' && !(stdin instanceof Uint8Array)) {
    if (child.stdin) stdin.pipe(child.stdin);
  } else child.stdin?.end(stdin);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout: Buffer.concat(stdout), stderr };
}

export type ServedBrigade = {
  /** With the one-time token: opening it once sets the session cookie. */
  readonly url: string;
  readonly dataDir: string;
  readonly pid: number;
  readonly child: ChildProcess;
  /** Everything the engine said on standard error so far. */
  stderr(): string;
  /** SIGTERM: finishes cleanly. */
  stop(): Promise<void>;
  /** SIGKILL: a crash. */
  kill(): Promise<void>;
};

/** `brigade serve`, ready: the window's URL has been printed. */
export async function serveBrigade(
  options: BrigadeOptions & { readonly args?: readonly string[] },
): Promise<ServedBrigade> {
  const child = spawnBrigade(['serve', ...(options.args ?? [])], options);
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  if (child.stdout === null || child.pid === undefined) throw new Error('brigade serve could not be started.');
  const exited = once(child, 'exit');
  const lines = createInterface({ input: child.stdout });
  const first = await Promise.race([
    once(lines, 'line').then(([line]) => String(line)),
    exited.then(([code]) => Promise.reject(new Error(`brigade serve ended with ${String(code)}: ${stderr}`))),
  ]);
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    await exited;
  };
  return {
    url: first,
    dataDir: options.dataDir,
    pid: child.pid,
    child,
    stderr: () => stderr,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  };
}
