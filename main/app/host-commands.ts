import { commands } from '../../shared/contract/commands.ts';
import type { CommandOutput, CommandParsed } from '../../shared/contract/commands.ts';
import { appError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { Engine } from '../engine-types.ts';

/** What only this process can do, whichever process holds the engine. */
export interface Host {
  pick(input: CommandParsed<'hostFiles.pick'>): Promise<Result<CommandOutput<'hostFiles.pick'>>>;
  reveal(input: CommandParsed<'hostFiles.reveal'>): Promise<Result<CommandOutput<'hostFiles.reveal'>>>;
}

/**
 * Answers a command of the window: the dialogs here, because the engine may be another process without a screen;
 * everything else goes to the engine, which parses it. `app.info` says that this host is Electron.
 */
export async function answerCall(engine: Engine, host: Host, name: unknown, input: unknown): Promise<Result<unknown>> {
  if (typeof name !== 'string') return err(appError('InvalidInput', { field: 'name' }));
  switch (name) {
    case 'hostFiles.pick': {
      const parsed = commands['hostFiles.pick'].input.safeParse(input);
      return parsed.success ? host.pick(parsed.data) : err(appError('InvalidInput', { field: name }, parsed.error));
    }
    case 'hostFiles.reveal': {
      const parsed = commands['hostFiles.reveal'].input.safeParse(input);
      return parsed.success ? host.reveal(parsed.data) : err(appError('InvalidInput', { field: name }, parsed.error));
    }
    case 'app.info': {
      const info = await engine.dispatch(name, input);
      return info.ok ? ok({ ...(info.value as CommandOutput<'app.info'>), host: 'electron' }) : info;
    }
    default:
      return engine.dispatch(name, input);
  }
}
