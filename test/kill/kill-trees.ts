import { createCipheriv, createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createSeededRandom } from '../fakes/seeded-random.ts';

/** Path below the folder (or key below the prefix), and the SHA-256 of what is in it. */
export type Tree = ReadonlyMap<string, string>;

const kibibyte = 1024;
const mebibyte = 1024 * kibibyte;
const zeros = Buffer.alloc(64 * kibibyte);

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function randomBytesOf(seed: number, sizeBytes: number): Buffer {
  const key = createHash('sha256').update(`kill ${seed}`).digest();
  const cipher = createCipheriv('aes-256-ctr', key, Buffer.alloc(16));
  const bytes = Buffer.allocUnsafe(sizeBytes);
  for (let at = 0; at < sizeBytes; at += zeros.length) cipher.update(zeros.subarray(0, sizeBytes - at)).copy(bytes, at);
  return bytes;
}

/** Big enough for three parts in each direction, and another size in each version. */
export async function makeBigFile(path: string, version: number): Promise<string> {
  const bytes = randomBytesOf(version, (17 + version) * mebibyte);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
  return sha256(bytes);
}

/**
 * Many small files and two in parts (one only when it is downloaded). The versions have the same names; half of the files the same sizes, so that the size
 * does not give a mix away.
 */
export async function makeFolder(folder: string, version: number): Promise<Tree> {
  const random = createSeededRandom(7);
  const tree = new Map<string, string>();
  for (let index = 0; index < 35; index += 1) {
    const size = random.between(0, 30 * kibibyte);
    const name = `${random.pick(['', 'deep/er/', 'odd names/', 'z/'])}${random.pick(['a b', 'é', 'x', '%41'])}-${index}`;
    const ownSize = random.chance(0.5) ? size : size + version * 100;
    await add(name, ownSize, index);
  }
  await add('part/ed', 9 * mebibyte + 1, 1001);
  await add('zz-parted', (16 + version) * mebibyte + 5, 1002);
  return tree;

  async function add(name: string, sizeBytes: number, index: number): Promise<void> {
    const bytes = randomBytesOf(index * 2 + version, sizeBytes);
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, bytes);
    tree.set(name, sha256(bytes));
  }
}
