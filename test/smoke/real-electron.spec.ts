import { spawn, spawnSync } from 'node:child_process';
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { type ElectronApplication, expect, type Page, test } from '@playwright/test';
import { launchApp, makeTestFolders, type TestFolders } from '../electron-stand-in/launch-app.ts';

/** What only the real binary proves: BoringSSL instead of OpenSSL, SQLite in Electron's Node, the keyring, the fuses. */
const projectDir = resolve(import.meta.dirname, '../..');

let folders: TestFolders;
test.beforeEach(() => {
  folders = makeTestFolders();
});
test.afterEach(async () => {
  await folders.remove();
});

async function withApp(use: (app: ElectronApplication, page: Page) => Promise<void>): Promise<void> {
  const { app, page } = await launchApp({ folders });
  try {
    await use(app, page);
  } finally {
    await app.close();
  }
}

const passphrase = 'correct horse battery staple';
const encrypted = { cipher: 'aes-256-cbc', passphrase } as const;
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' });
const keyFiles: Record<string, { pem: string; publicPem: string }> = {};
const publicPemOf = (key: typeof rsa.publicKey): string => key.export({ type: 'spki', format: 'pem' }).toString();
for (const [name, pair] of Object.entries({ rsa, ec, p384 })) {
  const publicPem = publicPemOf(pair.publicKey);
  const traditional = name === 'rsa' ? 'pkcs1' : 'sec1';
  const formats = {
    pkcs8: { type: 'pkcs8', format: 'pem' },
    'encrypted pkcs8': { type: 'pkcs8', format: 'pem', ...encrypted },
    [traditional]: { type: traditional, format: 'pem' },
    [`encrypted ${traditional}`]: { type: traditional, format: 'pem', ...encrypted },
  } as const;
  for (const [format, options] of Object.entries(formats)) {
    const pem = pair.privateKey.export(options as { type: 'pkcs8'; format: 'pem' }).toString();
    keyFiles[`${name} ${format}`] = { pem, publicPem };
  }
}

test('it is Electron, with the Node the project is built for', async () => {
  await withApp(async (app) => {
    const versions = await app.evaluate(() => ({ ...process.versions }));
    const { version } = createRequire(import.meta.url)('electron/package.json') as { version: string };
    expect(versions['electron']).toBe(version);
    expect(Number(versions['node']?.split('.')[0])).toBeGreaterThanOrEqual(24);
  });
});

test('private keys of every kind are read by its crypto', async () => {
  await withApp(async (app) => {
    for (const [name, { pem, publicPem }] of Object.entries(keyFiles)) {
      const found = await app.evaluate(
        (_electron, { pem, passphrase }) => {
          const { createPrivateKey, createPublicKey, sign, verify } = process.getBuiltinModule('node:crypto');
          const key = createPrivateKey({ key: pem, passphrase });
          const signature = sign('sha256', Buffer.from('text'), key);
          return {
            publicPem: createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString(),
            isVerified: verify('sha256', Buffer.from('text'), createPublicKey(key), signature),
          };
        },
        { pem, passphrase },
      );
      expect({ name, ...found }).toEqual({ name, publicPem, isVerified: true });
      expect(createPublicKey(publicPem).type).toBe('public');
    }
  });
});

test('SQLite works in it', async () => {
  await withApp(async (app) => {
    const row = await app.evaluate(
      (_electron, { manifest, file }) => {
        const require = process.getBuiltinModule('node:module').createRequire(manifest);
        const Database = require('better-sqlite3');
        const database = new Database(file);
        database.pragma('journal_mode = WAL');
        database.exec('CREATE TABLE t (a INTEGER, b BLOB) STRICT');
        database.prepare('INSERT INTO t VALUES (?, ?)').run(9007199254740991n, Buffer.from([0, 255]));
        const found = database.prepare('SELECT a, hex(b) AS b, sqlite_version() AS version FROM t').get();
        database.close();
        return found;
      },
      { manifest: join(projectDir, 'package.json'), file: join(folders.root, 'smoke.sqlite') },
    );
    expect(row).toMatchObject({ a: 9007199254740991, b: '00FF', version: expect.stringMatching(/^3\./) });
  });
});

test('the system keyring keeps a secret, or is said not to be there', async () => {
  await withApp(async (app) => {
    const found = await app.evaluate(async ({ safeStorage }) => {
      const isAvailable = await safeStorage.isAsyncEncryptionAvailable();
      const backend = process.platform === 'linux' ? safeStorage.getSelectedStorageBackend() : 'system';
      if (!isAvailable) return { backend, isAvailable };
      const sealed = await safeStorage.encryptStringAsync('a secret');
      return {
        backend,
        isAvailable,
        isSealed: !sealed.includes('a secret'),
        opened: (await safeStorage.decryptStringAsync(sealed)).result,
      };
    });
    test.info().annotations.push({ type: 'keyring', description: JSON.stringify(found) });
    if (found.isAvailable) expect(found).toMatchObject({ isSealed: true, opened: 'a secret' });
  });
});

test('the packaged app has its fuses set, starts, and does not turn into Node', async () => {
  test.setTimeout(15 * 60_000);
  const packed = spawnSync(process.execPath, [join(projectDir, 'main', 'app', 'dist.mjs')], {
    cwd: projectDir,
    encoding: 'utf8',
    env: { ...process.env, ELECTRON_OVERRIDE_DIST_PATH: process.env['SMOKE_ELECTRON_DIST'] },
  });
  expect(packed.stderr + packed.stdout).not.toContain('was not packaged');
  expect(packed.status).toBe(0);
  const binary = {
    linux: 'linux-unpacked/bucket-brigade',
    darwin: `mac${process.arch === 'arm64' ? '-arm64' : ''}/Bucket Brigade.app/Contents/MacOS/Bucket Brigade`,
    win32: 'win-unpacked/Bucket Brigade.exe',
  }[process.platform as 'linux' | 'darwin' | 'win32'];
  const path = join(projectDir, 'release', binary);

  const asNode = spawnSync(path, ['-e', 'console.log("this is Node")'], {
    encoding: 'utf8',
    timeout: 10_000,
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1', BRIGADE_DATA_DIR: folders.dataDir, HOME: folders.home },
  });
  expect(asNode.stdout).not.toContain('this is Node');

  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const app = spawn(path, [...sandbox, '--inspect=0'], {
    env: { ...process.env, BRIGADE_DATA_DIR: folders.dataDir, HOME: folders.home },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  app.stderr.on('data', (text: Buffer) => (errors += text.toString('utf8')));
  await expect.poll(() => existsSync(join(folders.dataDir, 'brigade.sqlite')), { timeout: 60_000 }).toBe(true);
  app.kill('SIGTERM');
  await once(app, 'exit');
  expect(errors).not.toContain('Debugger listening');
});
