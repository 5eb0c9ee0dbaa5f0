import type { TFunction } from 'i18next';
import { problemOfTag } from '../../../shared/domain/object-texts.ts';
import { isTwice, type Pair, type PairProblem } from './pair-fields.tsx';

/** Pure. What is wrong with a line of tags, in words; nothing of one that is empty. */
export function tagProblem(pairs: readonly Pair[], pair: Pair, t: TFunction): PairProblem {
  const { name, value } = pair;
  if (name === '' && value === '') return {};
  if (isTwice(pairs, pair)) return { name: t('tagsDialog.problem.twice') };
  const problem = problemOfTag(name, value);
  if (problem === null) return {};
  const words = t(`tagsDialog.problem.${problem}`);
  return problem.startsWith('value') ? { value: words } : { name: words };
}
