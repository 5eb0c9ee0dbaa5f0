import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { KeychainWrapper } from '../../main/credentials/vault/wraps.ts';

export type MemoryKeychain = KeychainWrapper & {
  /** What the system does with the next calls. */
  behaviour: 'works' | 'unavailable' | 'refuses' | 'corrupts';
  calls: number;
};

/** A keychain with a key of its own; the same one given again opens what it wrapped. */
export function createMemoryKeychain(name = 'memory'): MemoryKeychain {
  const key = randomBytes(32);
  const keychain: MemoryKeychain = {
    name,
    behaviour: 'works',
    calls: 0,
    available: async () => keychain.behaviour !== 'unavailable',
    wrap: async (bytes) => {
      keychain.calls += 1;
      if (keychain.behaviour === 'refuses') throw new Error('The keyring is locked');
      const cipher = createCipheriv('aes-256-ctr', key, Buffer.alloc(16));
      return Buffer.concat([cipher.update(bytes), cipher.final()]);
    },
    unwrap: async (bytes) => {
      keychain.calls += 1;
      if (keychain.behaviour === 'refuses') throw new Error('The keyring is locked');
      if (keychain.behaviour === 'corrupts') return randomBytes(32);
      const decipher = createDecipheriv('aes-256-ctr', key, Buffer.alloc(16));
      return Buffer.concat([decipher.update(bytes), decipher.final()]);
    },
  };
  return keychain;
}
