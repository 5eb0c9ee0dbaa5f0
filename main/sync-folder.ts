import { open } from 'node:fs/promises';

/** Makes durable which names are in a folder. Windows cannot open one; NTFS journals its names itself. Throws as node:fs does. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
