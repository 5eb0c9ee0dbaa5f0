import type { CommandName, CommandOutput, CommandParsed } from '../../shared/contract/commands.ts';
import type { Result } from '../../shared/result.ts';

/** Of `rules.…` in the contract, what comes after the dot. */
export type RuleCommandName = CommandName extends infer N ? (N extends `rules.${infer R}` ? R : never) : never;

export type RuleHandler<N extends RuleCommandName> = (
  input: CommandParsed<`rules.${N}`>,
) => Promise<Result<CommandOutput<`rules.${N}`>>>;
export type RuleHandlers<N extends RuleCommandName> = { readonly [K in N]: RuleHandler<K> };
