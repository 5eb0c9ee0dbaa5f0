import { appError } from '../../shared/errors.ts';
import { err, type Result } from '../../shared/result.ts';
import type { ObjectIndex, RuleKeys } from './object-index.ts';

/**
 * How many of a rule's keys there are, as it was seen last ([A62]). Not while there are changes that nobody has taken yet
 * (`Cancelled`): whoever counts what is gone would not know of all of it.
 */
export async function countPresent(index: ObjectIndex, keys: RuleKeys): Promise<Result<number>> {
  const staged = await index.staged(0, 1);
  if (!staged.ok) return staged;
  return staged.value.length > 0 ? err(appError('Cancelled')) : index.count(keys);
}
