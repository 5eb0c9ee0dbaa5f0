import type { EventOf } from '../../../shared/contract/events.ts';
import { printable } from './format.ts';

/** What a rule has to say, for a terminal. Pure. */
export function noticeLines({ title, message, copy }: EventOf<'rules.notice'>): string[] {
  const [first = '', ...others] = message.split('\n').map(printable);
  return [
    `${printable(title)}: ${first}`,
    ...others.map((line) => `  ${line}`),
    ...(copy === undefined ? [] : ['  A terminal has no clipboard to put it on: copy it from here.']),
  ];
}
