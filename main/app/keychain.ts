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
    wrap: (bytes) => safeStorage.encryptStringAsync(bytes.toString('base64')),
    unwrap: async (bytes) => Buffer.from((await safeStorage.decryptStringAsync(bytes)).result, 'base64'),
  };
}

function isRealKeyring(backend: string): boolean {
  return backend !== 'basic_text' && backend !== 'unknown';
}
