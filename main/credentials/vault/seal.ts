import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** AES-256. */
export const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;
const format = 1;

/**
 * AES-256-GCM: one byte of format, nonce, tag, ciphertext. `purpose` is authenticated with it and must be the same to
 * open it again. A random nonce for each sealing; one key is good for 2^32 of them.
 */
export function seal(key: Uint8Array, purpose: string, plain: Uint8Array): Buffer {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes });
  cipher.setAAD(Buffer.from(purpose));
  const body = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([Buffer.of(format), nonce, cipher.getAuthTag(), body]);
}

/** Null when key, purpose or bytes are not those of the sealing. */
export function unseal(key: Uint8Array, purpose: string, sealed: Uint8Array): Buffer | null {
  const head = 1 + nonceBytes + tagBytes;
  if (sealed.length < head || sealed[0] !== format) return null;
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(1, 1 + nonceBytes), {
    authTagLength: tagBytes,
  });
  decipher.setAAD(Buffer.from(purpose));
  decipher.setAuthTag(sealed.subarray(1 + nonceBytes, head));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(head)), decipher.final()]);
  } catch {
    return null;
  }
}
