import { bringsMany } from './action-source.ts';
import type { Action, ActionType } from './rule-action.ts';
import type { Trigger } from './rule-trigger.ts';

/** Why a step cannot work, whatever its texts say. */
export type ActionProblem = {
  readonly field: 'source' | 'type' | 'conflict';
  readonly why: 'noSource' | 'oneObject' | 'removed' | 'gone' | 'stream';
  readonly message: string;
};

/** Act on an object. */
const ofObjects: ReadonlySet<ActionType> = new Set(['download', 'copy', 'move', 'presign', 'delete', 'tag']);
const ofFiles: ReadonlySet<ActionType> = new Set(['upload', 'uploadStream']);
/** Take one file or object at a time, and no folder. */
const oneByOne: ReadonlySet<ActionType> = new Set(['uploadStream', 'delete', 'tag', 'presign']);

export function takesOne(type: ActionType): boolean {
  return oneByOne.has(type);
}

const messages: Readonly<Record<ActionProblem['why'], string>> = {
  noSource: 'there is no object to act on: say which one',
  oneObject: 'one file or object is needed, not a folder',
  removed: 'what was removed is not there any more: name another object or file',
  gone: 'an earlier step has deleted what this one would act on',
  stream: 'a stream cannot be kept beside what is there',
};

/** Whether an action finds something to act on that it can take, and does not act on what an earlier one has taken away. Pure. */
export function actionProblems(trigger: Trigger, before: readonly Action[], action: Action): ActionProblem[] {
  const problems: ActionProblem[] = [];
  const add = (field: ActionProblem['field'], why: ActionProblem['why'], message = messages[why]): void =>
    void problems.push({ field, why, message });
  const { type } = action;
  const isOfObject = ofObjects.has(type);
  const hasSource = 'source' in action && action.source !== undefined;
  if (bringsMany(action) && takesOne(type)) add('source', 'oneObject');
  if (type === 'uploadStream' && action.conflict === 'keep-both') add('conflict', 'stream');
  if (hasSource || !(isOfObject || ofFiles.has(type))) return problems;

  const brings = trigger.type === 'newObject' ? 'object' : trigger.type === 'folder' ? 'file' : null;
  const uploads = before.some((one) => ofFiles.has(one.type) && !bringsMany(one));
  const downloads = before.some((one) => one.type === 'download' && !bringsMany(one));
  const isOfStep = isOfObject ? uploads : downloads;
  const isOfTrigger = isOfObject
    ? brings === 'object' || (type === 'delete' && brings === 'file')
    : brings === 'file' || (type === 'uploadStream' && brings === 'object');
  if (!isOfStep && !isOfTrigger) {
    if (isOfObject) add('source', 'noSource');
    else add('source', 'noSource', 'there is no file to upload: say which one, or download one first');
  } else if (
    !isOfStep &&
    'on' in trigger &&
    trigger.on.length > 0 &&
    trigger.on.every((change) => change === 'removed')
  )
    add('source', 'removed');
  if (isOfObject && before.some((one) => one.type === 'delete')) add('type', 'gone');
  return problems;
}
