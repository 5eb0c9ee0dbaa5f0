import { resolve } from 'node:path';
import type { CommandInput } from '../../../shared/contract/commands.ts';
import { ruleInputSchema } from '../../../shared/domain/rule.ts';
import { appError } from '../../../shared/errors.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import type { CommandContext } from './command.ts';
import { readText } from './connection-file.ts';

/** What a rule's file holds, as the contract takes it. */
export type RuleFile = CommandInput<'rules.add'>['rule'];

/**
 * Reads and checks a rule's file ("-": standard input), so that a mistake is named by its field. Folders in it are relative to
 * the working folder, as everywhere on a command line; `--connection` takes the place of the one it names. A field that no rule
 * has is refused: left out, a misspelled pattern would be none. `before`: what a rule that is changed keeps unless the file says.
 */
export async function readRuleFile(
  { io, line }: CommandContext,
  file: string,
  before: { readonly enabled?: boolean } = {},
): Promise<Result<RuleFile>> {
  const content = await readText(io, file);
  if (!content.ok) return content;
  let value: unknown;
  try {
    value = JSON.parse(content.value);
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : 'It is not JSON.';
    return err(appError('InvalidInput', { field: file, reason }));
  }
  const { connection } = line.options;
  if (connection !== undefined && typeof value === 'object' && value !== null) value = { ...value, connection };
  if (typeof value === 'object' && value !== null) value = { ...before, ...value };
  const parsed = ruleInputSchema.safeParse(value);
  if (parsed.success) {
    const unknown = unknownField(value, parsed.data);
    return unknown === null
      ? ok(withAbsolutePaths(parsed.data, io.cwd))
      : err(appError('InvalidInput', { field: unknown, reason: 'no rule has this field here' }));
  }
  const [issue] = parsed.error.issues;
  return err(appError('InvalidInput', { field: issue?.path.join('.') || file, reason: issue?.message }));
}

/** The path of the first field that was given and not read; null: there is none. Pure. */
function unknownField(given: unknown, read: unknown): string | null {
  if (typeof given !== 'object' || given === null || typeof read !== 'object' || read === null) return null;
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(read, name)) return name;
    const within = unknownField(value, (read as Record<string, unknown>)[name]);
    if (within !== null) return `${name}.${within}`;
  }
  return null;
}

/** The engine that reads them may be another process, with another working folder. */
function withAbsolutePaths(rule: RuleFile, cwd: string): RuleFile {
  const { trigger } = rule;
  return {
    ...rule,
    trigger: trigger.type === 'folder' ? { ...trigger, folder: resolve(cwd, trigger.folder) } : trigger,
    actions: rule.actions.map((action) => {
      if (action.type === 'download') return { ...action, folder: resolve(cwd, action.folder) };
      if (action.type !== 'upload' && action.type !== 'uploadStream') return action;
      const { source } = action;
      if (source === undefined) return action;
      if ('file' in source) return { ...action, source: { file: resolve(cwd, source.file) } };
      return { ...action, source: { folder: resolve(cwd, source.folder) } };
    }),
  };
}
