import { useEffect, useEffectEvent, useState } from 'react';
import type { CommandInput, CommandName, CommandOutput } from '../../shared/contract/commands.ts';
import type { Result } from '../../shared/result.ts';
import { useEngine } from './engine-context.ts';

type Answer<N extends CommandName> = Result<CommandOutput<N>>;

const keyOf = (input: object | null, version: string) => (input === null ? null : JSON.stringify([input, version]));

/**
 * Asks the engine once for each input and `version`, and hands on what it answers, with what it was asked as a key. An answer that
 * comes when something else is asked, or nobody is there any more, is dropped. Without an input nothing is asked.
 */
export function useOnAnswer<N extends CommandName>(
  name: N,
  input: CommandInput<N> | null,
  onAnswer: (answer: Answer<N>, key: string) => void,
  version = '',
): void {
  const engine = useEngine();
  const take = useEffectEvent(onAnswer);
  const key = keyOf(input, version);
  useEffect(() => {
    if (key === null) return undefined;
    let left = false;
    const [asked] = JSON.parse(key) as [CommandInput<N>];
    void engine.call(name, asked).then((answer) => {
      if (!left) take(answer, key);
    });
    return () => {
      left = true;
    };
  }, [engine, name, key]);
}

/** What the engine answers to that; null until it has. `isAsked`: it is time to ask; an answer that is there stays. */
export function useAnswer<N extends CommandName>(
  name: N,
  input: CommandInput<N> | null,
  version = '',
  isAsked = true,
): Answer<N> | null {
  const [held, setHeld] = useState<{ readonly key: string; readonly answer: Answer<N> } | null>(null);
  useOnAnswer(name, isAsked ? input : null, (answer, key) => setHeld({ key, answer }), version);
  return held !== null && held.key === keyOf(input, version) ? held.answer : null;
}
