import type { Conditions } from '../../../shared/domain/rule.ts';
import type { DescribeContext } from './describe-rule.ts';

/** Pure. What must hold beside the patterns, in words. */
export function describeConditions(conditions: Conditions, { t, format }: DescribeContext): string {
  const { minSizeBytes, maxSizeBytes, minAgeSeconds, maxAgeSeconds, tags = {}, metadata = {} } = conditions;
  const tag = (entry: [string, string]) => t('ruleSentence.tag', { name: entry[0], value: entry[1] });
  const parts = [
    ...(minSizeBytes === undefined ? [] : [t('ruleSentence.atLeast', { size: format.bytes(minSizeBytes) })]),
    ...(maxSizeBytes === undefined ? [] : [t('ruleSentence.atMost', { size: format.bytes(maxSizeBytes) })]),
    ...(minAgeSeconds === undefined ? [] : [t('ruleSentence.olderThan', { time: format.longDuration(minAgeSeconds) })]),
    ...(maxAgeSeconds === undefined
      ? []
      : [t('ruleSentence.youngerThan', { time: format.longDuration(maxAgeSeconds) })]),
    ...Object.entries(tags).map((entry) => t('ruleSentence.tagged', { tag: tag(entry) })),
    ...Object.entries(metadata).map((entry) => t('ruleSentence.withMetadata', { tag: tag(entry) })),
  ];
  return parts.length === 0
    ? t('ruleSentence.everything')
    : t('ruleSentence.onlyWhat', { conditions: format.list(parts) });
}
