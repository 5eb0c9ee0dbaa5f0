import { posix, win32 } from 'node:path';
import type { PathRules } from '../../shared/domain/key-path.ts';
import type { RuleInput } from '../../shared/domain/rule.ts';
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
  const isOfRemovedOnly =
    (trigger.type === 'newObject' || trigger.type === 'folder') && trigger.on.every((type) => type === 'removed');
  for (const [index, action] of actions.entries()) {
    for (const [field, value] of textsOf(action)) {
      const [unknown] = unknownPlaceholders(value);
      if (unknown !== undefined) return refuse(`actions.${index}.${field}`, `${unknown} stands for nothing`);
    }
    if (action.type === 'download' && !path.isAbsolute(action.folder))
      return refuse(`actions.${index}.folder`, 'an absolute path is needed');
    if (isOfRemovedOnly && needsWhatWasSeen(action))
      return refuse(`actions.${index}.source`, 'what was removed is not there any more: name another object or file');
    const refused = whyUnsupported(action);
    if (refused !== null) return refuse(`actions.${index}.${refused.field}`, refused.reason);
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

/** It acts on the object or file that the event tells of. */
function needsWhatWasSeen(action: RuleInput['actions'][number]): boolean {
  return (
    !['createBucket', 'notify', 'audit'].includes(action.type) && !('source' in action && action.source !== undefined)
  );
}

/** What schemas share, and some actions cannot do. */
function whyUnsupported(
  action: RuleInput['actions'][number],
): { readonly field: string; readonly reason: string } | null {
  if (
    (action.type === 'delete' || action.type === 'presign' || action.type === 'tag') &&
    action.source !== undefined &&
    'prefix' in action.source
  )
    return { field: 'source.prefix', reason: 'one object is needed, not a folder' };
  if (action.type === 'uploadStream' && action.source !== undefined && 'folder' in action.source)
    return { field: 'source.folder', reason: 'one file is needed, not a folder' };
  if (action.type === 'uploadStream' && action.conflict === 'keep-both')
    return { field: 'conflict', reason: 'a stream cannot be kept beside what is there' };
  return null;
}

const templated = ['prefix', 'name', 'folder', 'message', 'title'];

function textsOf(action: RuleInput['actions'][number]): [string, string][] {
  const own = Object.entries(action).filter(
    (entry): entry is [string, string] => templated.includes(entry[0]) && typeof entry[1] === 'string',
  );
  const source = 'source' in action ? action.source : undefined;
  if (source !== undefined && 'key' in source) own.push(['source.key', source.key]);
  if (source !== undefined && 'prefix' in source) own.push(['source.prefix', source.prefix]);
  if (action.type === 'tag') return Object.entries(action.tags).map(([name, value]) => [`tags.${name}`, value]);
  return action.type === 'createBucket' ? [...own, ['bucket', action.bucket]] : own;
}
