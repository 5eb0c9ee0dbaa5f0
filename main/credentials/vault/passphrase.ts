import { randomBytes, scrypt } from 'node:crypto';
import { z } from 'zod';
import { keyBytes } from './seal.ts';

/** Upper limits: a tampered file must not make the program compute or allocate without end (1 GiB at most). */
export const scryptParametersSchema = z.object({
  N: z
    .number()
    .int()
    .min(2)
    .max(2 ** 20)
    .refine((value) => Number.isInteger(Math.log2(value))),
  r: z.number().int().min(1).max(8),
  p: z.number().int().min(1).max(4),
  salt: z.base64(),
});
export type ScryptParameters = z.infer<typeof scryptParametersSchema>;

/** OWASP's recommendation for scrypt (Password Storage Cheat Sheet): N 2^17, r 8, p 1, which takes 128 MiB. */
export const recommendedScrypt = { N: 2 ** 17, r: 8, p: 1 } as const;

export function newScryptParameters(cost: Omit<ScryptParameters, 'salt'>): ScryptParameters {
  return { ...cost, salt: randomBytes(16).toString('base64') };
}

/** The key of a passphrase. The same text typed on another system (composed or decomposed accents) is the same key. */
export function keyOfPassphrase(passphrase: string, { N, r, p, salt }: ScryptParameters): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const options = { N, r, p, maxmem: 2 * 128 * N * r };
    scrypt(passphrase.normalize('NFC'), Buffer.from(salt, 'base64'), keyBytes, options, (error, key) =>
      error === null ? resolve(key) : reject(error),
    );
  });
}
