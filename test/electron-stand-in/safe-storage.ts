import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { requireReady } from './app.ts';
import { strict } from './strict.ts';

/** Chromium's marks: sealed with the keyring's key, or with the one built into it. */
const prefix = (): Buffer => Buffer.from(['basic_text', 'hard_coded_key'].includes(keyring()) ? 'v10' : 'v11');

/** A keychain in a file of the test's own folder, so that a restart finds the key again; in memory without one. */
let memoryKey: Buffer | undefined;
function keychainKey(): Buffer {
  const home = process.env['STAND_IN_HOME'];
  if (!home) return (memoryKey ??= randomBytes(32));
  const file = join(home, 'keychain.key');
  try {
    return readFileSync(file);
  } catch {
    mkdirSync(home, { recursive: true });
    const key = randomBytes(32);
    writeFileSync(file, key, { mode: 0o600 });
    return key;
  }
}

const keyring = (): string => process.env['STAND_IN_KEYRING'] ?? 'gnome_libsecret';

export const safeStorage = strict('safeStorage', {
  getSelectedStorageBackend: (): string =>
    ['unavailable', 'hard_coded_key'].includes(keyring()) ? 'gnome_libsecret' : keyring(),
  isAsyncEncryptionAvailable: async (): Promise<boolean> => {
    requireReady('safeStorage');
    return keyring() !== 'unavailable';
  },
  encryptStringAsync: async (text: string): Promise<Buffer> => {
    requireReady('safeStorage');
    if (keyring() === 'unavailable') throw new Error('Encryption is not available.');
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', keychainKey(), nonce);
    const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([prefix(), nonce, cipher.getAuthTag(), body]);
  },
  decryptStringAsync: async (sealed: Buffer): Promise<{ shouldReEncrypt: boolean; result: string }> => {
    requireReady('safeStorage');
    if (keyring() === 'unavailable') throw new Error('Decryption is not available.');
    const decipher = createDecipheriv('aes-256-gcm', keychainKey(), sealed.subarray(3, 15));
    decipher.setAuthTag(sealed.subarray(15, 31));
    const result = Buffer.concat([decipher.update(sealed.subarray(31)), decipher.final()]).toString('utf8');
    return { shouldReEncrypt: false, result };
  },
});
