import { commands, type CommandOutput } from '../../../shared/contract/commands.ts';
import { appError } from '../../../shared/errors.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import type { Engine } from '../../engine-types.ts';
import type { Spool } from './spool.ts';

/**
 * Answers a command of a browser window. What needs the system's own dialogs is Unsupported here, whoever holds the
 * engine; spooled uploads may only name what lies in the spool, because their sources are deleted. The rest is the engine's.
 */
export async function answerWebCall(
  engine: Engine,
  spool: Spool,
  name: string,
  input: unknown,
): Promise<Result<unknown>> {
  switch (name) {
    case 'hostFiles.pick':
    case 'hostFiles.reveal':
      return err(appError('Unsupported', { what: name }));
    case 'app.info': {
      const info = await engine.dispatch(name, input);
      return info.ok ? ok({ ...(info.value as CommandOutput<'app.info'>), host: 'web' }) : info;
    }
    case 'transfers.start': {
      const parsed = commands['transfers.start'].input.safeParse(input);
      if (!parsed.success) return err(appError('InvalidInput', { field: name }, parsed.error));
      const { request } = parsed.data;
      if (request.kind !== 'upload' || !request.fromSpool) return engine.dispatch(name, input, 'window');
      const paths = request.items.map((item) => ('file' in item ? item.file : item.folder));
      const outside = paths.find((path) => !spool.contains(path));
      if (outside !== undefined) return err(appError('UnsafePath', { path: outside }));
      const started = await engine.call(name, parsed.data);
      if (started.ok) await spool.noteJob(paths, started.value.jobId);
      return started;
    }
    default:
      return engine.dispatch(name, input, 'window');
  }
}
