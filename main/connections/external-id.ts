import { randomInt } from 'node:crypto';
import { ok, type Result } from '../../shared/result.ts';
import type { SettingRepository } from '../db/setting-repository.ts';

const setting = 'externalId';
const digits = 12;

/**
 * Proposed for every role of this installation: made once, the same at every start. Readable, since it is typed into a trust
 * policy and compared to the letter; no secret (AWS shows external ids to whoever may read the role).
 */
export function externalIdOf(settings: SettingRepository): Result<string> {
  const known = settings.get(setting);
  if (known !== null) return ok(known);
  const number = Array.from({ length: digits }, () => randomInt(10)).join('');
  const made = `brigade-user-${number}`;
  const saved = settings.set(setting, made);
  return saved.ok ? ok(made) : saved;
}
