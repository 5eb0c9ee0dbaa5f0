import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { openVault } from '../../main/credentials/vault/vault.ts';
import { readVaultFile } from '../../main/credentials/vault/vault-file.ts';
import { unwrapWithKeyFile } from '../../main/credentials/vault/wraps.ts';
import { openDatabase } from '../../main/db/open.ts';
import { createSecretRepository } from '../../main/db/secret-repository.ts';
import { createSettingRepository } from '../../main/db/setting-repository.ts';
import { must } from './drive-connections.ts';
import type { SecretHunt } from './secret-hunt.ts';

/** Every file, and every name of one. */
export function seeFolder(hunt: SecretHunt, folder: string): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    hunt.see('names of files', path);
    if (entry.isFile()) hunt.see(`file ${relative(folder, path)}`, readFileSync(path));
  }
}

/** What the vault has, whatever made it: this computer's key, keys as they were re-encoded. And what opens it. */
export async function tellKept(hunt: SecretHunt, dataDir: string): Promise<void> {
  const db = must(openDatabase(join(dataDir, 'brigade.sqlite')));
  try {
    const vault = openVault({ dataDir, secrets: createSecretRepository(db), settings: createSettingRepository(db) });
    const sealed = db
      .prepare<[], { id: string; sealed: Uint8Array }>(
        'SELECT id, sealed FROM secret UNION ALL SELECT id, sealed FROM cached_credential',
      )
      .all();
    if (sealed.length === 0) throw new Error('The vault is empty');
    for (const row of sealed) {
      for (const [name, text] of Object.entries(must(await vault.unseal(row.id, row.sealed)))) {
        if (name === 'secretAccessKey' || name === 'sessionToken')
          hunt.add(
            `${name} in the vault`,
            text,
            name === 'sessionToken' ? ['answer of objects.presign', 'notice of a rule'] : [],
          );
        if (name === 'privateKeyPem') hunt.add('privateKeyPem in the vault', text.split('\n').slice(2, 4).join(''));
      }
    }
  } finally {
    db.close();
  }
  const keyPath = join(dataDir, 'vault.key');
  hunt.add('the key file', readFileSync(keyPath), ['file vault.key']);
  const [wrap] = must(await readVaultFile(join(dataDir, 'vault.json')))?.wraps ?? [];
  if (wrap?.method !== 'keyFile') throw new Error('The vault of this test is opened by a key file');
  hunt.add('the data key', must(await unwrapWithKeyFile(keyPath, wrap)));
}
