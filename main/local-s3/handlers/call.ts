import { fail, type Outcome } from '../failure.ts';
import type { Authenticated } from '../http/authenticate.ts';
import { type BodyPlan, planBody, receiveText } from '../http/receive-body.ts';
import type { Reply } from '../http/reply.ts';
import type { S3Request } from '../http/request.ts';
import type { LocalStore } from '../storage/store.ts';

/** One authenticated request with all a handler needs. */
export type Call = {
  readonly request: S3Request;
  readonly store: LocalStore;
  readonly authenticated: Authenticated;
  readonly nowMs: () => number;
  /** Limit on every part but the last. */
  readonly minPartBytes: number;
  /** Says `100 Continue` to a client that waits for it. Call it right before reading the body. */
  acceptBody(): void;
};

/** Null when the client has gone: nobody is there to be answered. */
export type Handler = (call: Call) => Promise<Outcome<Reply> | null>;

/** S3's limit on every part but the last. */
export const standardMinPartBytes = 5 * 2 ** 20;
/** S3's limit on a single PUT, a part and a single copy. */
export const maxPutBytes = 5 * 2 ** 30;
/** A completion of 10,000 parts with checksums has about 2 MiB. */
const maxDocumentBytes = 4 * 2 ** 20;

export function planObjectBody(call: Call): Outcome<BodyPlan> {
  return planBody(call.request, call.authenticated.payloadHash, maxPutBytes);
}

export function bodySecret(call: Call): { authenticated: Authenticated; secretAccessKey: string } {
  return { authenticated: call.authenticated, secretAccessKey: call.authenticated.secretAccessKey };
}

/** The XML document in the body; MaxMessageLengthExceeded beyond what any client needs. */
export async function readDocument(call: Call, plan = planDocument(call)): Promise<Outcome<string> | null> {
  if (!plan.ok) return plan;
  call.acceptBody();
  return receiveText(call.request, plan.value, bodySecret(call));
}

export function planDocument(call: Call): Outcome<BodyPlan> {
  const plan = planBody(call.request, call.authenticated.payloadHash, maxPutBytes);
  if (!plan.ok || plan.value.sizeBytes <= maxDocumentBytes) return plan;
  return fail('MaxMessageLengthExceeded', undefined, { MaxMessageLengthBytes: String(maxDocumentBytes) });
}
