import type { EventBatch } from '../../shared/contract/events.ts';
import { isCommandName } from '../../shared/contract/commands.ts';
import { appError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { Engine, EngineStreams } from '../../main/engine-types.ts';

type Answers = Readonly<Record<string, (input: unknown) => Result<unknown> | Promise<Result<unknown>>>>;

/** An engine that answers as it is told, and remembers what it was asked: for tests of what lies in front of an engine. */
export type ScriptedEngine = Engine & {
  readonly asked: { readonly name: string; readonly input: unknown }[];
  emit(batch: EventBatch): void;
  readonly isClosed: () => boolean;
};

export function scriptedEngine(answers: Answers = {}, streams: Partial<EngineStreams> = {}): ScriptedEngine {
  const asked: { name: string; input: unknown }[] = [];
  const listeners = new Set<(batch: EventBatch) => void>();
  let closed = false;
  const dispatch = async (name: string, input: unknown): Promise<Result<unknown>> => {
    asked.push({ name, input });
    const answer = Object.hasOwn(answers, name) ? answers[name] : undefined;
    if (answer !== undefined) return answer(input);
    return isCommandName(name) ? ok({}) : err(appError('InvalidInput', { field: 'name', value: name }));
  };
  return {
    asked,
    dispatch,
    call: (name, input) => dispatch(name, input) as Promise<never>,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    streams: {
      put: async () => err(appError('NotImplemented')),
      get: async () => err(appError('NotImplemented')),
      list: async () => err(appError('NotImplemented')),
      preview: async () => err(appError('PreviewNotFound')),
      ...streams,
    },
    close: async () => {
      closed = true;
    },
    emit: (batch) => {
      for (const listener of listeners) listener(batch);
    },
    isClosed: () => closed,
  };
}
