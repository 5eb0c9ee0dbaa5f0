import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { crc32ToBase64, type CrcAlgorithm } from './crc-base64.ts';
import { crc32c } from './crc32c.ts';
import { startCrc64nvme, updateCrc64nvme } from './crc64nvme.ts';

export type DigestAlgorithm = CrcAlgorithm | 'md5' | 'sha1' | 'sha256';

/** A digest over bytes as they come. */
export type Digest = {
  update(bytes: Uint8Array): void;
  /** CRCs as base64 of the big-endian value, hashes as base64. The last call: nothing may be added after it. */
  digestBase64(): string;
};

export function isCrcAlgorithm(algorithm: string): algorithm is CrcAlgorithm {
  return algorithm === 'crc32' || algorithm === 'crc32c' || algorithm === 'crc64nvme';
}

export function createDigest(algorithm: DigestAlgorithm): Digest {
  switch (algorithm) {
    case 'crc32':
      return createCrc32Digest(crc32);
    case 'crc32c':
      return createCrc32Digest(crc32c);
    case 'crc64nvme':
      return createCrc64Digest();
    case 'md5':
    case 'sha1':
    case 'sha256': {
      const hash = createHash(algorithm);
      return {
        update: (bytes) => {
          hash.update(bytes);
        },
        digestBase64: () => hash.digest('base64'),
      };
    }
  }
}

function createCrc32Digest(step: (bytes: Uint8Array, previous: number) => number): Digest {
  let crc = 0;
  return {
    update: (bytes) => {
      crc = step(bytes, crc);
    },
    digestBase64: () => crc32ToBase64(crc),
  };
}

function createCrc64Digest(): Digest {
  const state = startCrc64nvme();
  return {
    update: (bytes) => updateCrc64nvme(state, bytes),
    digestBase64: () => {
      const bytes = Buffer.allocUnsafe(8);
      bytes.writeUInt32BE(state.high, 0);
      bytes.writeUInt32BE(state.low, 4);
      return bytes.toString('base64');
    },
  };
}
