import { posix, win32 } from 'node:path';
import type { PathRules } from '../../shared/domain/key-path.ts';
import type { RuleInput } from '../../shared/domain/rule.ts';
import { templatesOf } from '../../shared/domain/rule-action.ts';
import { unknownPlaceholders } from '../../shared/domain/template.ts';
import { appError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { nextTimes } from './next-due.ts';

/** What a schema cannot see: folders that are no absolute paths, placeholders and schedules that mean nothing. InvalidInput. Pure. */
export function checkRule({ trigger, actions }: RuleInput, { platform }: PathRules): Result<void> {
  const path = platform === 'win32' ? win32 : posix;
  const refuse = (field: string, reason: string): Result<never> => err(appError('InvalidInput', { field, reason }));
  if (trigger.type === 'folder' && !path.isAbsolute(trigger.folder))
    return refuse('trigger.folder', 'an absolute path is needed');
  if (trigger.type === 'schedule') {
    const times = nextTimes(trigger, 0, 1);
    if (!times.ok) return refuse(`trigger.${times.error.context['field']}`, String(times.error.context['reason']));
  }
  for (const [index, action] of actions.entries()) {
    for (const [field, value] of templatesOf(action)) {
      const [unknown] = unknownPlaceholders(value);
      if (unknown !== undefined) return refuse(`actions.${index}.${field}`, `${unknown} stands for nothing`);
    }
    if (action.type === 'download' && !path.isAbsolute(action.folder))
      return refuse(`actions.${index}.folder`, 'an absolute path is needed');
    const source = 'source' in action ? action.source : undefined;
    const local =
      source === undefined
        ? undefined
        : 'file' in source
          ? source.file
          : 'folder' in source
            ? source.folder
            : undefined;
    if (local !== undefined && !path.isAbsolute(local))
      return refuse(`actions.${index}.source`, 'an absolute path is needed');
  }
  return ok();
}
