import { createPrivateKey, type KeyObject } from 'node:crypto';
import { appError, type AppError } from '../../../shared/errors.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { systemCodeOf } from '../../s3/system-code.ts';
import { hasOldEncryption } from './der-kind.ts';
import { type PemBlock, writePem } from './pem-blocks.ts';

/**
 * One private key as it stood in a file. PassphraseMissing, PassphraseWrong, KeyEncryptionUnsupported, or
 * PrivateKeyUnreadable with `context`. Of what the library says only the code is kept.
 */
export function openPrivateKey(
  block: PemBlock,
  passphrase: string | null,
  context: AppError['context'],
): Result<KeyObject> {
  if (block.der.length === 0) return err(appError('PrivateKeyUnreadable', context));
  const isEncrypted = block.dekInfo !== null || block.label === 'ENCRYPTED PRIVATE KEY';
  if (!isEncrypted) {
    try {
      return ok(createPrivateKey({ key: writePem(block), format: 'pem' }));
    } catch (error) {
      return err(appError('PrivateKeyUnreadable', context, systemCodeOf(error) ?? undefined));
    }
  }
  if (passphrase === null || passphrase === '') {
    return err(appError(isOldEncryption(block) ? 'KeyEncryptionUnsupported' : 'PassphraseMissing'));
  }
  try {
    return ok(createPrivateKey({ key: writePem(block), format: 'pem', passphrase }));
  } catch (error) {
    const code = systemCodeOf(error) ?? '';
    // A wrong passphrase leaves, one time in 150, bytes that look decrypted: then it is the key in them that is called
    // unsupported, not the cipher. OpenSSL and BoringSSL (in Electron) have names of their own for the cipher's.
    const isUnsupported =
      isOldEncryption(block) || /EVP_UNSUPPORTED|UNSUPPORTED_|UNKNOWN_(ALGORITHM|CIPHER)/.test(code);
    return err(appError(isUnsupported ? 'KeyEncryptionUnsupported' : 'PassphraseWrong', {}, code));
  }
}

function isOldEncryption({ dekInfo, der }: PemBlock): boolean {
  return dekInfo === null ? hasOldEncryption(der) : !/^(AES-(128|192|256)-CBC|DES-EDE3-CBC),/i.test(dekInfo);
}
