import type { TFunction } from 'i18next';
import type { CommandOutput } from '../../shared/contract/commands.ts';
import type { Format } from './use-format.ts';

const sentences = { time: 'untilTime', credentials: 'untilCredentials', unknown: 'untilUnknown' } as const;

/** Until when a presigned link really works, in a sentence. Pure. */
export function endOfLink(
  { worksUntilMs, endsWith }: Pick<CommandOutput<'objects.presign'>, 'worksUntilMs' | 'endsWith'>,
  t: TFunction,
  format: Pick<Format, 'date'>,
): string {
  return t(`linkDialog.${sentences[endsWith]}`, { until: format.date(worksUntilMs) });
}
