import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { NodeHttpHandler } from '@smithy/node-http-handler';

export type SignInTls = {
  readonly verify: boolean;
  /** PEM text that takes the place of the built-in authorities. */
  readonly caBundle?: string | undefined;
};

const connectMs = 10_000;
/** Silence on the socket. */
const idleMs = 30_000;

/**
 * How requests for credentials (STS, Roles Anywhere) are sent: rare and short, so that no socket is kept open between
 * them and nothing need be destroyed.
 */
export function createSignInHandler(tls: SignInTls = { verify: true }): NodeHttpHandler {
  // HTTPS_PROXY, HTTP_PROXY and NO_PROXY are Node's own business since 24.5.
  const agentOptions = { keepAlive: false, proxyEnv: process.env };
  return new NodeHttpHandler({
    httpAgent: new HttpAgent(agentOptions),
    httpsAgent: new HttpsAgent({
      ...agentOptions,
      rejectUnauthorized: tls.verify,
      ...(tls.caBundle === undefined ? {} : { ca: tls.caBundle }),
    }),
    connectionTimeout: connectMs,
    socketTimeout: idleMs,
  });
}
