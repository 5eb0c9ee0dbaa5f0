import type { CommandInput, CommandName } from '../../shared/contract/commands.ts';
import type { PreloadBridge } from '../../shared/contract/wire.ts';
import { appError } from '../../shared/errors.ts';
import { err } from '../../shared/result.ts';
import type { EngineLink } from './engine-link.ts';
import { parseAnswer, parseBatch } from './parse-answer.ts';

/** The engine in Electron's main process, through the preload. The link lives as long as the window. */
export function createElectronLink(bridge: PreloadBridge): EngineLink {
  return {
    async call<N extends CommandName>(name: N, input: CommandInput<N>) {
      try {
        return parseAnswer(name, await bridge.call(name, input));
      } catch (cause) {
        return err(appError('EngineUnavailable', { command: name }, cause));
      }
    },
    subscribe: (listener) =>
      bridge.onBatch((raw) => {
        const batch = parseBatch(raw);
        if (batch) listener(batch);
      }),
    watchLink(listener) {
      listener({ state: 'open', opened: 1 });
      return () => {};
    },
    reconnectNow() {},
    pathOf: (file) => bridge.pathOf(file),
  };
}
