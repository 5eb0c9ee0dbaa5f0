import type { NodeHttpHandler } from '@smithy/node-http-handler';
import { appError, type AppError } from '../../../shared/errors.ts';
import { mapNetworkError } from '../../s3/network-errors.ts';
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
      failure = wireFailure(error, port === undefined ? hostname : `${hostname}:${port}`);
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

function wireFailure(error: unknown, host: string): AppError | null {
  const network = mapNetworkError(error, { host });
  if (network !== null) return network;
  // The SDK's timers: names only, no codes.
  if (!(error instanceof Error) || error.name !== 'TimeoutError') return null;
  const connecting = /connect|socket acquisition/i.test(error.message);
  return appError(connecting ? 'EndpointUnreachable' : 'Stalled', { host }, error);
}
