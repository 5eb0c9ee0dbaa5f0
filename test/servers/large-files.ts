import { createHash, randomFillSync } from 'node:crypto';
import { open } from 'node:fs/promises';

/**
 * Large files with little memory: on a virtual machine, a page of memory that was never used costs more than reading,
 * hashing or writing what is in it (a gibibyte: 5 s).
 */
const pieceBytes = 1024 * 1024;

/** SHA-256 in hexadecimal, read through one buffer. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const piece = Buffer.allocUnsafe(Math.max(1, Math.min(size, pieceBytes)));
    for (;;) {
      const { bytesRead } = await file.read(piece);
      if (bytesRead === 0) return hash.digest('hex');
      hash.update(piece.subarray(0, bytesRead));
    }
  } finally {
    await file.close();
  }
}

/** A new file of whole mebibytes of random bytes. */
export async function writeRandomFile(path: string, mebibytes: number): Promise<void> {
  const piece = Buffer.allocUnsafe(pieceBytes);
  const file = await open(path, 'wx');
  try {
    for (let index = 0; index < mebibytes; index += 1) await file.writeFile(randomFillSync(piece));
  } finally {
    await file.close();
  }
}
