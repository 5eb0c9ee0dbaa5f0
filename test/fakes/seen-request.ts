import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

/** A request as it came to the proxy, and what became of it. Counts grow while it runs. */
export type SeenRequest = {
  readonly method: string;
  /** As it was sent, still encoded, without the query. */
  readonly path: string;
  readonly bucket: string;
  /** Decoded. */
  readonly key: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** Null when it is not about a part. */
  readonly partNumber: number | null;
  readonly uploadId: string | null;
  /** Bytes of the body that came from the client. */
  requestBytes: number;
  /** Bytes of the answer's body that were sent to the client. */
  responseBytes: number;
  /** Of the answer the client got; null while there is none, or when it got none. */
  status: number | null;
  /** True once the whole answer went to the client. */
  isFinished: boolean;
  /** True once the client went away before that. */
  isLeft: boolean;
  /** What was done to it, by its name. */
  fault: string | null;
};

/** What happens to which requests. */
export type RuleFor<F> = {
  readonly match: (request: SeenRequest) => boolean;
  readonly fault: F;
  /** How many matching requests it happens to (default 1; Infinity for all). */
  readonly times?: number;
  /** How many matching requests go through untouched before (default 0). */
  readonly skip?: number;
};

/** Rules are asked in the order they were added; the first that matches and is not used up is taken. */
export function createFaultRules<F>() {
  const rules: { rule: RuleFor<F>; skip: number; left: number }[] = [];
  return {
    add: (rule: RuleFor<F>) => void rules.push({ rule, skip: rule.skip ?? 0, left: rule.times ?? 1 }),
    clear: () => void rules.splice(0),
    take(seen: SeenRequest): F | null {
      for (const entry of rules) {
        if (entry.left <= 0 || !entry.rule.match(seen)) continue;
        if (entry.skip > 0) {
          entry.skip -= 1;
          continue;
        }
        entry.left -= 1;
        return entry.rule.fault;
      }
      return null;
    },
  };
}

export function describeRequest(incoming: Pick<IncomingMessage, 'method' | 'url' | 'headers'>): SeenRequest {
  const [path = '/', query = ''] = (incoming.url ?? '/').split(/\?(.*)/s);
  const parameters = new URLSearchParams(query);
  const [, bucket = '', key = ''] = /^\/([^/]*)\/?(.*)$/s.exec(path) ?? [];
  const part = parameters.get('partNumber');
  return {
    method: incoming.method ?? 'GET',
    path,
    bucket,
    key: decodeURIComponent(key),
    query: parameters,
    headers: incoming.headers,
    partNumber: part === null ? null : Number(part),
    uploadId: parameters.get('uploadId'),
    requestBytes: 0,
    responseBytes: 0,
    status: null,
    isFinished: false,
    isLeft: false,
    fault: null,
  };
}
