import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { handleCrashes } from '../../main/app/crash.ts';
import { createRedactor } from '../../main/credentials/redact.ts';
import { openEngine } from '../../main/engine.ts';
import type { Engine } from '../../main/engine-types.ts';
import { createLog } from '../../main/log.ts';
import { commands, type CommandInput } from '../../shared/contract/commands.ts';
import type { ConnectionId } from '../../shared/domain/ids.ts';
import type { TransferRequestInput } from '../../shared/domain/transfer.ts';
import { type CredentialWorld, startCredentialWorld } from '../fakes/credential-world.ts';
import { bugWith, driveCommandLine, tellSignature } from '../fakes/drive-command-line.ts';
import {
  type Call,
  driveConnection,
  driveRefusal,
  driveTheRest,
  driveTransfer,
  must,
} from '../fakes/drive-connections.ts';
import { driveRules } from '../fakes/drive-rules.ts';
import { seeFolder, tellKept } from '../fakes/hunt-in-data-folder.ts';
import { createSecretHunt, type SecretHunt } from '../fakes/secret-hunt.ts';
import { engineThreads } from '../servers/engine-threads.ts';

vi.mock('electron', () => ({
  app: { getVersion: () => '1.2.3', exit: () => undefined },
  dialog: { showErrorBox: (title: string, text: string) => crashBoxes.push(`${title}\n${text}`) },
}));
const { crashBoxes } = vi.hoisted(() => ({ crashBoxes: [] as string[] }));

let hunt: SecretHunt;
let world: CredentialWorld;
let dataDir: string;
let engine: Engine;
/** Who writes to the standard streams of this process. */
let speaker = 'the engine: standard streams';
const redactor = createRedactor();
const called = new Set<string>();
/** No secret, and known to nobody: found wherever a secret would be if nothing hid it. */
const canary = `canary-${randomBytes(12).toString('hex')}`;

beforeEach(async () => {
  hunt = createSecretHunt();
  world = await startCredentialWorld(hunt);
  for (const [name, value] of Object.entries(world.env)) vi.stubEnv(name, value);
  dataDir = join(world.folder, 'data');
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation((text) => {
      hunt.see(speaker, text);
      return true;
    });
  }
  await open();
});

afterEach(async () => {
  vi.restoreAllMocks();
  await engine.close();
  await world.close();
  vi.unstubAllEnvs();
});

async function open(): Promise<void> {
  const log = createLog({ dataDir, level: 'debug', redactor });
  engine = must(await openEngine({ ...engineThreads(), dataDir, host: 'cli', version: '1.2.3', log, redactor }));
  engine.subscribe(({ events }) => {
    // What a rule tells a person is the URL that it has made.
    for (const event of events)
      hunt.see(event.type === 'rules.notice' ? 'notice of a rule' : 'event', JSON.stringify(event));
  });
  log.debug(`${canary} in the log`);
}

const call: Call = async (name, input) => {
  called.add(name);
  const result = await engine.call(name, input);
  hunt.see(`answer of ${name}`, JSON.stringify(result));
  return result;
};

test('the hunt finds what is planted, however it is spelled, and nothing else', () => {
  const secret = `a/+"\\&=b${randomBytes(12).toString('base64')}`;
  const bytes = Buffer.from(secret);
  const inJson = JSON.stringify({ secret });
  const planted = {
    text: `before ${secret} after`,
    JSON: inJson,
    'JSON in JSON': JSON.stringify({ inJson }),
    URL: `https://x/?a=${encodeURIComponent(secret)}&b`,
    form: new URLSearchParams({ secret }).toString(),
    hex: Buffer.concat([Buffer.from('x'), bytes]).toString('hex'),
    base64: bytes.toString('base64'),
    'base64 among others': Buffer.concat([Buffer.from('xy'), bytes, Buffer.from('z')]).toString('base64url'),
    folded: bytes.toString('base64').replace(/(.{5})/g, '$1\n'),
    'folded in JSON': JSON.stringify(bytes.toString('base64').replace(/(.{5})/g, '$1\n')),
    bytes: Buffer.concat([Buffer.from([0, 255, 254]), bytes, Buffer.from([128, 0])]),
    code: 'TokenCode=123456&x',
  };
  const found = createSecretHunt();
  found.add('secret', secret, ['allowed']);
  found.add('code', '123456');
  for (const [place, content] of Object.entries(planted)) found.see(place, content);
  found.see('allowed', secret);
  found.see('nothing', `${secret.slice(1)} and 91234567 ${Buffer.from(secret.slice(0, -1)).toString('base64')}`);
  expect(found.leaks()).toEqual(
    Object.keys(planted).map((place) => `${place === 'code' ? 'code' : 'secret'} in ${place}`),
  );
  expect(found.placesOf(secret)).toContain('allowed');
});

test('no secret is in answers, events, errors, logs, the data folder, exports, crashes or what the command prints', async () => {
  const browser = signInWithBrowser();
  const commandLine = driveCommandLine(hunt, world, canary);
  // What becomes of them is told where they are awaited.
  Promise.all([browser, commandLine]).catch(() => undefined);
  const ids = new Map<string, ConnectionId>();
  for (const [name, auth] of Object.entries(world.good)) {
    if (name.includes('browser')) await browser;
    ids.set(name, await driveConnection(call, world, name, auth));
  }
  for (const [name, auth] of Object.entries(world.bad)) await driveRefusal(call, world, name, auth);
  await commandLine;
  // From here on the servers fail for everybody.
  await badInput();
  await refusedCodes(ids.get('role with MFA') as ConnectionId);

  const key = ids.get('key') as ConnectionId;
  await transfers(ids.get('role') as ConnectionId, key);
  await presign(key);
  await environment();
  must(await call('thisComputer.start', { folder: join(world.folder, 'this computer') }));
  await changeSecret(key);
  await call('connections.update', {
    connectionId: key,
    connection: {
      ...(await viewOf(key)),
      name: canary,
      auth: { type: 'accessKey', accessKeyId: world.typed.accessKeyId },
    },
  });
  const exported = must(await call('connections.export', {})).text;
  hunt.see('exported connections', exported);
  must(await call('connections.import', { text: exported }));

  seeFolder(hunt, dataDir);
  await engine.close();
  await open();
  for (const [name, connectionId] of ids) if (!name.includes('MFA')) must(await call('buckets.list', { connectionId }));
  world.revokeIssued();
  for (const name of ['role', 'certificate and key', 'profile with a role']) {
    const connectionId = ids.get(name);
    if (connectionId !== undefined) must(await call('buckets.list', { connectionId }));
  }
  await driveTheRest(call, key, world.folder);
  await driveRules(call, key, 'docs', join(world.folder, 'ruled'));
  seeFolder(hunt, dataDir);
  await crashOfTheApp();
  must(await call('connections.remove', { connectionId: ids.get('role') as ConnectionId }));
  await engine.close();

  seeFolder(hunt, await commandLine);
  seeFolder(hunt, dataDir);
  await tellKept(hunt, dataDir);
  world.tellIssued();

  expect(hunt.leaks()).toEqual([]);
  expect(hunt.secretCount).toBeGreaterThan(50);
  expect([...called].toSorted()).toEqual(Object.keys(commands).toSorted());
  // It would have been found: the canary went the way of the secrets, and nobody hid it.
  expect(hunt.placesOf(canary)).toEqual(
    expect.arrayContaining([
      'answer of connections.export',
      'answer of connections.list',
      'brigade connections add: standard error',
      'brigade connections list: standard output',
      'crash of the app: box',
      'crash of the app: standard error',
      'crash of the command',
      'event',
      'exported connections',
      'file brigade.sqlite',
      'file brigade.sqlite-wal',
      'file logs/brigade.log',
      'file crash.log',
    ]),
  );
});

/** Asks for the token after five seconds, as the server wants it: everything else goes on meanwhile. */
async function signInWithBrowser(): Promise<void> {
  const refused = must(await call('profiles.startSignIn', { profile: 'browser' }));
  const cancelled = must(await call('profiles.startSignIn', { profile: 'browser' }));
  const allowed = must(await call('profiles.startSignIn', { profile: 'browser' }));
  await call('profiles.startSignIn', { profile: 'keys' });
  world.sso.decide(refused.userCode, 'denied');
  world.sso.decide(allowed.userCode, 'allowed');
  must(await call('profiles.cancelSignIn', cancelled));
  await call('profiles.awaitSignIn', cancelled);
  await call('profiles.awaitSignIn', refused);
  must(await call('profiles.awaitSignIn', allowed));
}

/** What the contract refuses, with secrets in it. */
async function badInput(): Promise<void> {
  const { accessKeyId, secretAccessKey, sessionToken } = world.typed;
  const auth = { type: 'accessKey', accessKeyId, secretAccessKey: `${secretAccessKey}\n`, sessionToken };
  const inputs: readonly [string, unknown][] = [
    ['connections.add', { connection: { name: '', auth } }],
    ['connections.add', { connection: { name: 'x', auth: { ...auth, secretAccessKey: `${secretAccessKey} ü` } } }],
    ['connections.add', { connection: { name: 'x', auth: { ...auth, type: secretAccessKey } } }],
    ['connections.add', { connection: { name: 'x', auth: { ...auth, [secretAccessKey]: sessionToken } } }],
    ['connections.import', { text: JSON.stringify({ connections: [{ auth }] }).slice(0, -4) }],
    [
      'connections.import',
      {
        text: `{"format":"bucket-brigade-connections","version":1,"connections":[${JSON.stringify({ name: 'x', auth })}]}`,
      },
    ],
    ['connections.test', { testId: 't', target: { connection: { name: 'x', auth } }, mfaCode: `${world.wrongCode}0` }],
    ['connections.signIn', { connectionId: 'x', mfaCode: `${world.wrongCode}0` }],
    [secretAccessKey, { auth }],
    ['connections.list', auth],
    [
      'connections.useEnvironment',
      { ...auth, verifyTls: secretAccessKey, endpointUrl: `http://u:${world.password}@x` },
    ],
  ];
  for (const [name, input] of inputs) {
    const answer = await engine.dispatch(name, input);
    hunt.see('answer to bad input', JSON.stringify(answer));
  }
}

/** Codes that are wrong, used, and said back by the server. */
async function refusedCodes(connectionId: ConnectionId): Promise<void> {
  const { wrongCode, echoedCode, sts } = world;
  const isRefused = async (input: CommandInput<'connections.signIn'>) =>
    expect((await call('connections.signIn', input)).ok).toBe(false);
  await isRefused({ connectionId, mfaCode: wrongCode });
  const message = `1 validation error detected: Value '${echoedCode}' at 'tokenCode' failed to satisfy constraint: x`;
  for (const name of ['role with MFA', 'profile with MFA'] as const) {
    const connection = { name: 'echo', auth: world.good[name] as never, endpointUrl: world.s3.endpointUrl };
    for (const code of ['ValidationError', 'AccessDenied', 'SignatureDoesNotMatch', 'Odd']) {
      sts.fail({ status: 400, code, message });
      await call('connections.test', { testId: 'echo', target: { connection }, mfaCode: echoedCode });
    }
  }
}

async function transfers(connectionId: ConnectionId, toConnectionId: ConnectionId): Promise<void> {
  const up = join(world.folder, 'up');
  await mkdir(up);
  await writeFile(join(up, 'a.txt'), 'hello');
  await writeFile(join(up, 'big.bin'), randomBytes(9_000_000));
  const common = { connectionId, bucket: 'docs', conflict: 'overwrite' } as const;
  const upload = {
    ...common,
    kind: 'upload' as const,
    items: [{ folder: up, prefix: 'up/' }],
  } satisfies TransferRequestInput;
  expect(await driveTransfer(call, upload)).toBe('done');
  const down = join(world.folder, 'down');
  expect(await driveTransfer(call, { ...common, kind: 'download', items: [{ prefix: 'up/', folder: down }] })).toBe(
    'done',
  );
  const items = [{ key: 'up/a.txt', toKey: 'copied.txt' }];
  expect(await driveTransfer(call, { ...common, kind: 'copy', toConnectionId, toBucket: 'docs', items })).toBe('done');
  world.s3.setDeny(({ action }) => action === 's3:PutObject');
  expect(await driveTransfer(call, upload)).toBe('failed');
  world.s3.setDeny(null);
}

async function presign(connectionId: ConnectionId): Promise<void> {
  const { url } = must(
    await call('objects.presign', { connectionId, bucket: 'docs', key: 'up/a.txt', expiresInSeconds: 60 }),
  );
  expect((await fetch(url)).status).toBe(200);
  tellSignature(hunt, url, 'answer of objects.presign');
}

async function environment(): Promise<void> {
  const { endpointUrl } = world.s3;
  const { accessKeyId, secretAccessKey, sessionToken } = world.ofEnvironment;
  const keys = { accessKeyId, secretAccessKey, sessionToken, endpointUrl };
  for (const given of [keys, { profile: 'program', endpointUrl }, { ...keys, secretAccessKey: world.wrongSecret }]) {
    const { connectionId } = must(await call('connections.useEnvironment', given));
    const listed = await call('buckets.list', { connectionId });
    expect(listed.ok).toBe(!('secretAccessKey' in given) || given.secretAccessKey !== world.wrongSecret);
  }
}

/** A wrong one, and back. */
async function changeSecret(connectionId: ConnectionId): Promise<void> {
  for (const secretAccessKey of [world.wrongSecret, world.typed.secretAccessKey]) {
    const auth = { type: 'accessKey', ...world.typed, secretAccessKey } as const;
    const { name, ...settings } = await viewOf(connectionId);
    must(await call('connections.update', { connectionId, connection: { ...settings, name, auth } }));
    const listed = await call('buckets.list', { connectionId });
    expect(listed.ok).toBe(secretAccessKey === world.typed.secretAccessKey);
  }
}

async function viewOf(connectionId: ConnectionId) {
  const { connections } = must(await call('connections.list', {}));
  const view = connections.find(({ id }) => id === connectionId);
  if (view === undefined) throw new Error(`${connectionId} is gone`);
  const { name, endpointUrl, pathStyle } = view;
  return { name, endpointUrl, pathStyle };
}

/** The app's own handler, given an error with everything in it, where its file can be written and where it cannot. */
async function crashOfTheApp(): Promise<void> {
  const { typed, user, wrongSecret } = world;
  // Those of this process: the command has other names for its sessions.
  const ofRoles = world.sts.issued.filter(({ arn }) => arn.endsWith('/bucket-brigade'));
  expect(ofRoles.length).toBeGreaterThan(0);
  const issued = ofRoles.flatMap(({ secretAccessKey, sessionToken }) => [secretAccessKey, sessionToken]);
  const secrets = [typed.secretAccessKey, typed.sessionToken, user.secretAccessKey, wrongSecret, ...issued];
  const { text, fields } = bugWith(canary, world.wrongCode, [...secrets, ...world.sso.secrets]);
  const words = { title: 'crash', text: 'crash', whereDetailsAre: (file: string) => file };
  speaker = 'crash of the app: standard error';
  for (const dataFolder of [dataDir, join(dataDir, 'nowhere')]) {
    const before = new Set<unknown>([
      ...process.listeners('uncaughtException'),
      ...process.listeners('unhandledRejection'),
    ]);
    handleCrashes({ dataFolder, close: async () => undefined, words, redactor });
    const isNew = (listener: unknown) => !before.has(listener);
    const [crash] = process.listeners('uncaughtException').filter(isNew);
    const [rejection] = process.listeners('unhandledRejection').filter(isNew);
    if (crash === undefined || rejection === undefined) throw new Error('Nobody listens for crashes');
    process.off('uncaughtException', crash);
    process.off('unhandledRejection', rejection);
    const boxes = crashBoxes.length;
    crash(Object.assign(new Error(text, { cause: fields }), fields), 'uncaughtException');
    await expect.poll(() => crashBoxes.length).toBe(boxes + 1);
  }
  for (const box of crashBoxes) hunt.see('crash of the app: box', box);
}
