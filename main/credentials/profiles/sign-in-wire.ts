import type { NodeHttpHandler } from '@smithy/node-http-handler';
import type { AppError } from '../../../shared/errors.ts';
import { mapUnanswered } from '../../s3/error-map.ts';
import { createSignInHandler, type SignInTls } from '../sign-in-transport.ts';

/** How the SDK's clients for signing in reach their servers; remembers how the last request went. */
export interface SignInWire {
  readonly requestHandler: NodeHttpHandler;
  /** The last request had no answer. The SDK's providers make a sentence of that, without its code. */
  networkFailure(): AppError | null;
  /** The last answer, or null when there was none yet. */
  lastAnswer(): { readonly status: number; readonly path: string } | null;
  close(): void;
}

export function createSignInWire(tls?: SignInTls): SignInWire {
  const requestHandler = createSignInHandler(tls);
  let failure: AppError | null = null;
  let answer: { status: number; path: string } | null = null;
  const handle = requestHandler.handle.bind(requestHandler);
  requestHandler.handle = async (request, options) => {
    const { hostname, port, path } = request;
    try {
      const output = await handle(request, options);
      [failure, answer] = [null, { status: output.response.statusCode, path }];
      return output;
    } catch (error) {
      failure = mapUnanswered(error, { host: port === undefined ? hostname : `${hostname}:${port}` });
      throw error;
    }
  };
  return {
    requestHandler,
    networkFailure: () => failure,
    lastAnswer: () => answer,
    close: () => requestHandler.destroy(),
  };
}
