import { safeStorage } from 'electron';
import type { KeychainWrapper } from '../credentials/vault/wraps.ts';

/**
 * Wraps the vault's data key with the system's keychain (Keychain, DPAPI, libsecret, KWallet). On Linux without a
 * keyring Electron would fall back to `basic_text`, a key anyone can read: that counts as not available, so the vault
 * refuses to store secrets instead of pretending to protect them.
 */
export function createKeychain(): KeychainWrapper {
  return {
    name: 'safeStorage',
    available: async () => {
      if (process.platform === 'linux' && !isRealKeyring(safeStorage.getSelectedStorageBackend())) return false;
      return safeStorage.isAsyncEncryptionAvailable();
    },
    wrap: async (bytes) => {
      const sealed = await safeStorage.encryptStringAsync(bytes.toString('base64'));
      if (process.platform === 'linux' && sealed.subarray(0, 3).toString('latin1') === hardCodedKeyMark) {
        throw new Error('The keyring could not be used: Chromium fell back to a key that everybody knows.');
      }
      return sealed;
    },
    unwrap: async (bytes) => Buffer.from((await safeStorage.decryptStringAsync(bytes)).result, 'base64'),
  };
}

/** How Chromium marks what it sealed with its built-in key on Linux; keyrings and the secret portal have other marks. */
const hardCodedKeyMark = 'v10';

function isRealKeyring(backend: string): boolean {
  return backend !== 'basic_text' && backend !== 'unknown';
}
