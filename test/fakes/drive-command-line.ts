import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runBrigade, serveBrigade } from '../servers/brigade.ts';
import type { CredentialWorld } from './credential-world.ts';
import type { SecretHunt } from './secret-hunt.ts';

/** Throws what stands in a file when it gets SIGUSR2: a bug, at a time of the test's choosing. */
const crashOnSignal = `
import { readFileSync } from 'node:fs';
process.on('SIGUSR2', () => {
  const { text, fields } = JSON.parse(readFileSync(process.env.CRASH_FILE, 'utf8'));
  throw Object.assign(new Error(text, { cause: new Error(text, { cause: fields }) }), fields);
});
`;

/**
 * The `brigade` command with secrets from files, standard input and the environment, done and refused, in one process and as a guest
 * of another, which then dies of a bug whose error has all the secrets in it. Everything they write goes to the hunt.
 */
export async function driveCommandLine(hunt: SecretHunt, world: CredentialWorld, canary: string): Promise<string> {
  const { folder, s3, sts, ofEnvironment, user } = world;
  const dataDir = join(folder, 'data-of-command');
  const passphrase = world.secret('passphrase of the vault');
  const wrongPassphrase = world.secret('wrong passphrase of the vault');
  const crashFile = join(folder, 'crash.json');
  const hook = join(folder, 'crash-on-signal.mjs');
  await writeFile(hook, crashOnSignal);
  const env = {
    ...world.env,
    BRIGADE_VAULT_PASSPHRASE: passphrase,
    AWS_ACCESS_KEY_ID: ofEnvironment.accessKeyId,
    AWS_SECRET_ACCESS_KEY: ofEnvironment.secretAccessKey,
    AWS_SESSION_TOKEN: ofEnvironment.sessionToken,
    AWS_ENDPOINT_URL: s3.endpointUrl,
    AWS_REGION: 'us-east-1',
  };

  async function brigade(args: readonly string[], more: { env?: object; stdin?: string } = {}): Promise<string> {
    const { stdout, stderr } = await runBrigade(args, {
      dataDir,
      cwd: folder,
      env: { ...env, ...more.env },
      stdin: more.stdin,
    });
    const name = `brigade ${args.slice(0, 2).join(' ')}`;
    hunt.see(`${name}: standard output`, stdout);
    hunt.see(`${name}: standard error`, stderr);
    return stdout.toString();
  }
  const file = (name: string, auth: object) =>
    JSON.stringify({ name, auth, endpointUrl: s3.endpointUrl, pathStyle: true });
  const code = world.nextCode();
  const sessionName = 'of-the-command';
  const { role = {}, key = {}, 'profile with MFA': careful = {}, 'PKCS#12': pkcs12 = key } = world.good;

  await brigade(['connections', 'add', '--file', '-'], { stdin: file(canary, { ...role, sessionName }) });
  await brigade(['ls', '--connection', canary], { env: { BRIGADE_VAULT_PASSPHRASE: wrongPassphrase } });
  const served = await serveBrigade({
    dataDir,
    cwd: folder,
    env: { ...env, CRASH_FILE: crashFile, NODE_OPTIONS: `--import=${hook}` },
  });
  try {
    await Promise.all([
      brigade(['connections', 'test', canary, '--write-probe', '--bucket', 'docs', '--json']),
      brigade(['ls', 's3://docs', '--json']),
      brigade(['connections', 'test', '--file', '-'], { stdin: file('half', key).slice(0, -20) }),
      brigade(['connections', 'add', '--file', '-'], { stdin: file('careful', careful) }),
    ]);
    await Promise.all([
      brigade(['cp', '-', 's3://docs/from-command.txt'], { stdin: 'hello' }),
      brigade(['connections', 'sign-in', 'careful', '--code', code]),
      brigade(['connections', 'export']),
      brigade(['connections', 'test', '--file', '-', '--code', world.wrongCode], {
        stdin: file('wrong', world.bad['wrong secret'] ?? {}),
      }),
    ]);
    const { stdout } = await runBrigade(['presign', 's3://docs/from-command.txt'], { dataDir, cwd: folder, env });
    hunt.see('brigade presign', stdout);
    tellSignature(hunt, stdout.toString(), 'brigade presign');
    await Promise.all([
      brigade(['ls', 's3://docs'], { env: { AWS_SECRET_ACCESS_KEY: world.wrongSecret } }),
      // A server or a proxy may have its password in its address.
      brigade(['ls', 's3://docs'], { env: { HTTP_PROXY: `http://me:${world.password}@127.0.0.1:9` } }),
      brigade(['ls', 's3://docs'], { env: { AWS_ENDPOINT_URL: `http://me:${world.password}@127.0.0.1:9` } }),
      brigade(['connections', 'add', '--file', '-'], { stdin: file('PKCS#12', pkcs12) }),
      brigade(['connections', 'policy', canary]),
      brigade(['connections', 'list']),
    ]);
    const ofRole = sts.issued.find(({ arn }) => arn.endsWith(`/${sessionName}`));
    if (ofRole === undefined) throw new Error('The command has assumed no role');
    const bug = bugWith(canary, code, [
      ofRole.secretAccessKey,
      ofRole.sessionToken,
      user.secretAccessKey,
      ofEnvironment.secretAccessKey,
      ofEnvironment.sessionToken,
      passphrase,
    ]);
    await writeFile(crashFile, JSON.stringify(bug));
    process.kill(served.pid, 'SIGUSR2');
    await expectEnd(served.pid);
  } finally {
    await served.kill();
  }
  hunt.see('crash of the command', served.stderr());
  return dataDir;
}

/** What a bug might throw: secrets in its message, bare and named, and beside it. */
export function bugWith(canary: string, mfaCode: string, secrets: readonly string[]) {
  const [secretAccessKey = '', sessionToken = ''] = secrets;
  const fields = { secretAccessKey, sessionToken, mfaCode };
  const text = `${canary}: ${secrets.join(' and ')} in ${JSON.stringify({ fields, secrets })}, TokenCode=${mfaCode}&x`;
  return { text, fields };
}

export function tellSignature(hunt: SecretHunt, url: string, allowedIn: string): void {
  const signature = /X-Amz-Signature=([0-9a-f]{64})/.exec(url)?.[1];
  if (signature === undefined) throw new Error(`${allowedIn} answered with no signature`);
  hunt.add('signature of a presigned URL', signature, [allowedIn]);
}

async function expectEnd(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
