import type { IncomingMessage, ServerResponse } from 'node:http';
import { fail, failure, type Outcome } from './failure.ts';
import { type Call, standardMinPartBytes } from './handlers/call.ts';
import { authenticate, type FindSecret } from './http/authenticate.ts';
import { failureReply, type Reply, sendReply } from './http/reply.ts';
import { newRequestId, parseRequest, type S3Request } from './http/request.ts';
import { route } from './route.ts';
import { systemCode } from './storage/file-errors.ts';
import type { LocalStore } from './storage/store.ts';

/**
 * Answers one request, however it was accepted: wrap it to put something in front of the server. `expectsContinue` is
 * true when the client waits for `100 Continue` before it sends its body. Never rejects.
 */
export type HttpHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  expectsContinue: boolean,
) => Promise<void>;

export type HandlerOptions = {
  readonly store: LocalStore;
  readonly findSecret: FindSecret;
  readonly nowMs: () => number;
  /** Limit on every part but the last; S3's when left out. */
  readonly minPartBytes?: number | undefined;
  /** Told what went wrong inside, where the client hears only InternalError. */
  readonly onError: (thrown: unknown) => void;
};

/** The S3 API over a store, without a server around it. */
export function createLocalS3Handler(options: HandlerOptions): HttpHandler {
  const { store, findSecret, nowMs, onError, minPartBytes = standardMinPartBytes } = options;

  async function answer(
    request: S3Request,
    response: ServerResponse,
    expectsContinue: boolean,
  ): Promise<Outcome<Reply> | null> {
    const authenticated = authenticate(request, findSecret, nowMs());
    if (!authenticated.ok) return authenticated;
    const routed = route(request);
    if (!routed.ok) return routed;
    if (routed.value.needsBucket && !(await store.buckets.exists(request.bucket))) {
      return fail('NoSuchBucket', undefined, { BucketName: request.bucket });
    }
    const call: Call = {
      request,
      store,
      authenticated: authenticated.value,
      nowMs,
      minPartBytes,
      acceptBody: () => {
        if (expectsContinue) response.writeContinue();
      },
    };
    return routed.value.handler(call);
  }

  async function answerSafely(
    incoming: IncomingMessage,
    response: ServerResponse,
    expectsContinue: boolean,
  ): Promise<Outcome<Reply> | null> {
    try {
      const request = parseRequest(incoming);
      return request.ok ? await answer(request.value, response, expectsContinue) : request;
    } catch (thrown) {
      onError(thrown);
      const isFull = systemCode(thrown) === 'ENOSPC' || systemCode(thrown) === 'EDQUOT';
      return { ok: false, error: failure('InternalError', isFull ? 'The disk of the server is full.' : undefined) };
    }
  }

  return async (incoming, response, expectsContinue) => {
    const requestId = newRequestId();
    response.setHeader('x-amz-request-id', requestId);
    response.setHeader('x-amz-id-2', requestId);
    response.setHeader('date', new Date(nowMs()).toUTCString());
    response.setHeader('server', 'local-s3');
    const outcome = await answerSafely(incoming, response, expectsContinue);
    if (outcome === null) {
      response.destroy();
      return;
    }
    const resource = (incoming.url ?? '/').split('?', 1)[0] ?? '/';
    const reply = outcome.ok ? outcome.value : failureReply(outcome.error, resource, requestId);
    try {
      await sendReply(response, reply, incoming.method === 'HEAD');
    } catch (thrown) {
      onError(thrown);
      response.destroy();
    }
  };
}
