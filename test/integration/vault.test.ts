import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { seal, unseal } from '../../main/credentials/vault/seal.ts';
import { openVault, type Vault, type VaultOptions } from '../../main/credentials/vault/vault.ts';
import { type Db, openDatabase } from '../../main/db/open.ts';
import { createSecretRepository, type SecretRepository } from '../../main/db/secret-repository.ts';
import { createSettingRepository, type SettingRepository } from '../../main/db/setting-repository.ts';
import type { AppError } from '../../shared/errors.ts';
import type { Result } from '../../shared/result.ts';
import { createMemoryKeychain } from '../fakes/memory-keychain.ts';

const secret = { secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', sessionToken: 'a session token' };
const cheap = { N: 2 ** 10, r: 8, p: 1 };

let dataDir: string;
let vaultPath: string;
let keyPath: string;
let db: Db;
let secrets: SecretRepository;
let settings: SettingRepository;
let warnings: AppError[];

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'brigade-vault-'));
  vaultPath = join(dataDir, 'vault.json');
  keyPath = join(dataDir, 'vault.key');
  db = valueOf(openDatabase(join(dataDir, 'brigade.db')));
  secrets = createSecretRepository(db);
  settings = createSettingRepository(db);
  warnings = [];
});
afterEach(() => {
  db.close();
  rmSync(dataDir, { recursive: true, force: true });
});

function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

/** A vault as a newly started engine has it. */
function vault(options: Partial<VaultOptions> = {}): Vault {
  const onWarning = (error: AppError) => warnings.push(error);
  return openVault({ dataDir, secrets, settings, scryptCost: cheap, onWarning, ...options });
}

const methods = (): string[] =>
  (JSON.parse(readFileSync(vaultPath, 'utf8')) as { wraps: { method: string }[] }).wraps.map((wrap) => wrap.method);
const mode = (path: string) => statSync(path).mode & 0o777;

async function secretIn(options: Partial<VaultOptions>): Promise<unknown> {
  return valueOf(await vault(options).get('connection/a'));
}
async function failureOf(options: Partial<VaultOptions>): Promise<AppError> {
  const result = await vault(options).get('connection/a');
  if (result.ok) throw new Error('The vault opened');
  return result.error;
}

describe('a new vault', () => {
  it('is not made before the first secret', async () => {
    const lazy = vault({ passphrase: 'p' });
    expect(await lazy.get('connection/none')).toMatchObject({ ok: false, error: { code: 'CredentialsMissing' } });
    lazy.remove('connection/none');
    expect(readdirSync(dataDir)).not.toContain('vault.json');
  });

  it('takes the keychain where there is one', async () => {
    const keychain = createMemoryKeychain();
    const made = vault({ keychain });
    valueOf(await made.put('connection/a', secret));
    expect(await made.unlock()).toEqual({ ok: true, value: 'keychain' });
    expect(methods()).toEqual(['keychain']);
    expect(existsSync(keyPath)).toBe(false);
    expect(mode(vaultPath)).toBe(0o600);
    expect(await secretIn({ keychain })).toEqual(secret);
  });

  it('is not made with a key file where that is not allowed', async () => {
    const keychain = createMemoryKeychain();
    for (const behaviour of ['unavailable', 'refuses', 'corrupts'] as const) {
      keychain.behaviour = behaviour;
      const refused = await vault({ keychain, mayUseKeyFile: false }).put('connection/a', secret);
      expect(refused).toMatchObject({ ok: false, error: { code: 'KeyringUnavailable' } });
    }
    expect(existsSync(vaultPath) || existsSync(keyPath)).toBe(false);
    valueOf(await vault({ keychain, mayUseKeyFile: false, passphrase: 'p' }).put('connection/a', secret));
    expect(methods()).toEqual(['passphrase']);
  });

  it('with a key file is opened also where a new one would not be made', async () => {
    valueOf(await vault().put('connection/a', secret));
    expect(await secretIn({ mayUseKeyFile: false })).toEqual(secret);
  });

  it('takes keychain and passphrase where both are given', async () => {
    const keychain = createMemoryKeychain();
    valueOf(await vault({ keychain, passphrase: 'p' }).put('connection/a', secret));
    expect(methods()).toEqual(['keychain', 'passphrase']);
    expect(await secretIn({ keychain })).toEqual(secret);
    expect(await secretIn({ passphrase: 'p' })).toEqual(secret);
  });

  it.each(['unavailable', 'refuses', 'corrupts'] as const)('does without a keychain that %s', async (behaviour) => {
    const keychain = createMemoryKeychain();
    keychain.behaviour = behaviour;
    valueOf(await vault({ keychain, passphrase: 'p' }).put('connection/a', secret));
    expect(methods()).toEqual(['passphrase']);
    expect(warnings.map((warning) => warning.code)).toEqual(behaviour === 'unavailable' ? [] : ['KeyringUnavailable']);
    expect(await secretIn({ passphrase: 'p' })).toEqual(secret);
  });

  it('takes a passphrase, with the recommended cost by default', async () => {
    valueOf(await openVault({ dataDir, secrets, settings, passphrase: 'correct horse' }).put('connection/a', secret));
    const file = JSON.parse(readFileSync(vaultPath, 'utf8')) as { wraps: { scrypt: object }[] };
    expect(file.wraps[0]?.scrypt).toMatchObject({ N: 131_072, r: 8, p: 1 });
    expect(await secretIn({ passphrase: 'correct horse' })).toEqual(secret);
    expect(await failureOf({ passphrase: 'correct horsf' })).toMatchObject({ code: 'VaultWrongPassphrase' });
  });

  it('takes a passphrase typed with composed or decomposed accents as the same one', async () => {
    valueOf(await vault({ passphrase: 'cafe\u0301' }).put('connection/a', secret));
    expect(await secretIn({ passphrase: 'caf\u00e9' })).toEqual(secret);
  });

  it('else takes a key file, and says once that it is the weaker choice', async () => {
    const said: string[] = [];
    const onKeyFileChosen = (path: string) => said.push(path);
    const made = vault({ onKeyFileChosen, passphrase: '' });
    valueOf(await made.put('connection/a', secret));
    expect(await made.unlock()).toEqual({ ok: true, value: 'keyFile' });
    expect([mode(keyPath), statSync(keyPath).size, mode(vaultPath)]).toEqual([0o600, 32, 0o600]);
    expect(await secretIn({ onKeyFileChosen })).toEqual(secret);
    expect(said).toEqual([keyPath]);
  });

  it('uses a key file that is there already, and refuses one that is not a key', async () => {
    const own = randomBytes(32);
    writeFileSync(keyPath, own, { mode: 0o600 });
    valueOf(await vault().put('connection/a', secret));
    expect(readFileSync(keyPath).equals(own)).toBe(true);
    expect(await secretIn({})).toEqual(secret);

    rmSync(vaultPath);
    secrets.remove('connection/a');
    writeFileSync(keyPath, 'too short');
    expect(await vault().put('connection/b', secret)).toMatchObject({
      ok: false,
      error: { code: 'VaultLocked', context: { path: keyPath } },
    });
    expect(existsSync(vaultPath)).toBe(false);
  });
});

describe('an existing vault', () => {
  it('gets the passphrase instead of the key file, which is removed', async () => {
    valueOf(await vault().put('connection/a', secret));
    expect(await secretIn({ passphrase: 'p' })).toEqual(secret);
    expect(methods()).toEqual(['passphrase']);
    expect(existsSync(keyPath)).toBe(false);
    expect(await secretIn({ passphrase: 'p' })).toEqual(secret);
    expect(await vault({ passphrase: 'p' }).unlock()).toEqual({ ok: true, value: 'passphrase' });
    expect(await failureOf({})).toMatchObject({ code: 'VaultLocked', context: { methods: 'passphrase' } });
  });

  it('gets the keychain beside the key file, which brigade still needs', async () => {
    const keychain = createMemoryKeychain();
    valueOf(await vault().put('connection/a', secret));
    expect(await secretIn({ keychain })).toEqual(secret);
    expect(methods()).toEqual(['keychain', 'keyFile']);
    expect(await secretIn({})).toEqual(secret);
    rmSync(keyPath);
    expect(await secretIn({ keychain })).toEqual(secret);
    expect(await vault({ keychain }).unlock()).toEqual({ ok: true, value: 'keyFile' });
  });

  it('gets a passphrase beside the keychain', async () => {
    const keychain = createMemoryKeychain();
    valueOf(await vault({ keychain }).put('connection/a', secret));
    expect(await secretIn({ keychain, passphrase: 'p' })).toEqual(secret);
    expect(methods()).toEqual(['keychain', 'passphrase']);
    expect(await secretIn({ passphrase: 'p' })).toEqual(secret);
  });

  it('gets a new keychain wrap when the keyring was made anew and another way works', async () => {
    valueOf(await vault({ keychain: createMemoryKeychain(), passphrase: 'p' }).put('connection/a', secret));
    const renewed = createMemoryKeychain();
    expect(await secretIn({ keychain: renewed, passphrase: 'p' })).toEqual(secret);
    expect(await secretIn({ keychain: renewed })).toEqual(secret);
    expect(methods()).toEqual(['keychain', 'passphrase']);
  });

  it('says KeyringUnavailable when the keychain was its only way and refuses, and opens when it is back', async () => {
    const keychain = createMemoryKeychain();
    valueOf(await vault({ keychain }).put('connection/a', secret));
    keychain.behaviour = 'refuses';
    const waiting = vault({ keychain });
    expect(await waiting.get('connection/a')).toMatchObject({ ok: false, error: { code: 'KeyringUnavailable' } });
    keychain.behaviour = 'works';
    expect(await waiting.get('connection/a')).toEqual({ ok: true, value: secret });
    expect(await failureOf({})).toMatchObject({ code: 'VaultLocked', context: { methods: 'keychain' } });
    expect(await failureOf({ passphrase: 'p' })).toMatchObject({
      code: 'VaultLocked',
      context: { methods: 'keychain' },
    });
  });

  it('unlocks once for all who ask at the same time', async () => {
    const keychain = createMemoryKeychain();
    valueOf(await vault({ keychain }).put('connection/a', secret));
    keychain.calls = 0;
    const shared = vault({ keychain });
    await Promise.all([shared.get('connection/a'), shared.get('connection/a'), shared.put('connection/b', secret)]);
    expect(keychain.calls).toBe(1);
  });

  it('makes a key file private again that others could read', async () => {
    valueOf(await vault().put('connection/a', secret));
    chmodSync(keyPath, 0o644);
    expect(await secretIn({})).toEqual(secret);
    expect(mode(keyPath)).toBe(0o600);
  });

  it('removes a key file left by a crash after the passphrase had taken its place', async () => {
    valueOf(await vault().put('connection/a', secret));
    const left = readFileSync(keyPath);
    expect(await secretIn({ passphrase: 'p' })).toEqual(secret);
    writeFileSync(keyPath, left);
    expect(await secretIn({ passphrase: 'p' })).toEqual(secret);
    expect(existsSync(keyPath)).toBe(false);
  });

  it('stays as it was when the new wrap cannot be written, and is open all the same', async () => {
    valueOf(await vault().put('connection/a', secret));
    const before = readFileSync(vaultPath);
    // A folder in the way of the rename stands for any failure after the key was found.
    const opened = vault({
      passphrase: 'p',
      keychain: {
        ...createMemoryKeychain(),
        available: async () => {
          rmSync(vaultPath);
          mkdirSync(vaultPath);
          return false;
        },
      },
    });
    expect(await opened.get('connection/a')).toEqual({ ok: true, value: secret });
    expect(warnings.length).toBe(1);
    expect(existsSync(keyPath)).toBe(true);
    rmSync(vaultPath, { recursive: true });
    writeFileSync(vaultPath, before);
    expect(await secretIn({})).toEqual(secret);
    expect(readdirSync(dataDir).filter((name) => name.endsWith('.unfinished'))).toEqual([]);
  });

  it('is not made anew when vault.json is gone but secrets are there', async () => {
    valueOf(await vault().put('connection/a', secret));
    const kept = readFileSync(vaultPath);
    rmSync(vaultPath);
    expect(await failureOf({})).toMatchObject({ code: 'VaultLocked', context: { path: vaultPath } });
    expect(await vault().put('connection/b', secret)).toMatchObject({ ok: false, error: { code: 'VaultLocked' } });
    expect(existsSync(vaultPath)).toBe(false);
    writeFileSync(vaultPath, kept);
    expect(await secretIn({})).toEqual(secret);
  });

  it('names a vault.json that is broken or newer, and leaves it', async () => {
    valueOf(await vault().put('connection/a', secret));
    for (const [text, code] of [
      ['{"version":1,"che', 'DatabaseCorrupt'],
      ['{"version":1,"check":"","wraps":[]}', 'DatabaseCorrupt'],
      ['{"version":2,"other":[]}', 'DatabaseNewer'],
    ] as const) {
      writeFileSync(vaultPath, text);
      expect(await failureOf({})).toMatchObject({ code, context: { path: vaultPath } });
      expect(readFileSync(vaultPath, 'utf8')).toBe(text);
    }
  });

  it('does not open with the key file of another vault, or without one', async () => {
    valueOf(await vault().put('connection/a', secret));
    writeFileSync(keyPath, randomBytes(32));
    expect(await failureOf({})).toMatchObject({ code: 'VaultLocked' });
    rmSync(keyPath);
    expect(await failureOf({})).toMatchObject({ code: 'VaultLocked', context: { methods: 'keyFile' } });
  });

  it('does not compute what a tampered file asks for', async () => {
    valueOf(await vault({ passphrase: 'p' }).put('connection/a', secret));
    writeFileSync(vaultPath, readFileSync(vaultPath, 'utf8').replace('"N": 1024', '"N": 1073741824'));
    expect(await failureOf({ passphrase: 'p' })).toMatchObject({ code: 'DatabaseCorrupt' });
  });
});

describe('sealed secrets', () => {
  it('are kept, replaced and removed', async () => {
    const made = vault();
    valueOf(await made.put('connection/a', { secretAccessKey: 'old' }));
    valueOf(await made.put('connection/a', secret));
    expect(await secretIn({})).toEqual(secret);
    valueOf(made.remove('connection/a'));
    valueOf(made.remove('connection/a'));
    expect(await failureOf({})).toMatchObject({ code: 'CredentialsMissing' });
  });

  it('do not open under another id', async () => {
    const made = vault();
    valueOf(await made.put('connection/a', secret));
    valueOf(await made.put('connection/b', { secretAccessKey: 'other' }));
    const [a, b] = [secrets.get('connection/a'), secrets.get('connection/b')];
    if (a === null || b === null) throw new Error('Nothing was sealed');
    secrets.put('connection/a', b);
    secrets.put('connection/b', a);
    expect(await failureOf({})).toMatchObject({ code: 'DatabaseCorrupt' });
    expect(await made.get('connection/b')).toMatchObject({ ok: false, error: { code: 'DatabaseCorrupt' } });
  });

  it('do not open after any change of their bytes, nor with another key', () => {
    const key = randomBytes(32);
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.string(),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (plain, purpose, at, change) => {
          const sealed = seal(key, purpose, plain);
          expect(unseal(key, purpose, sealed)).toEqual(Buffer.from(plain));
          expect(unseal(randomBytes(32), purpose, sealed)).toBeNull();
          expect(unseal(key, `${purpose}x`, sealed)).toBeNull();
          expect(unseal(key, purpose, sealed.subarray(0, at % sealed.length))).toBeNull();
          const index = at % sealed.length;
          sealed[index] = (sealed[index] ?? 0) ^ change;
          expect(unseal(key, purpose, sealed)).toBeNull();
        },
      ),
    );
  });

  it('are nowhere in the data folder as they are, nor is the passphrase', async () => {
    const passphrase = 'a passphrase that is long enough to find';
    for (const options of [{}, { passphrase }, { keychain: createMemoryKeychain(), passphrase }]) {
      const made = vault(options);
      valueOf(await made.put('connection/a', secret));
      valueOf(await made.get('connection/a'));
      const wanted = [secret.secretAccessKey, secret.sessionToken, passphrase].flatMap((text) => [
        Buffer.from(text),
        Buffer.from(Buffer.from(text).toString('base64').replace(/=+$/, '').slice(0, -1)),
        Buffer.from(text, 'utf16le'),
      ]);
      const names = readdirSync(dataDir);
      expect(names).toContain('brigade.db-wal');
      for (const name of names) {
        const bytes = readFileSync(join(dataDir, name));
        for (const text of wanted) expect([name, bytes.includes(text)]).toEqual([name, false]);
        expect([name, mode(join(dataDir, name)) & 0o077]).toEqual([name, 0]);
      }
    }
  });
});
