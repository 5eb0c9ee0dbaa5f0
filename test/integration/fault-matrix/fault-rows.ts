import type { Ending, LineFault, Step } from '../../fakes/faulty-line.ts';
import { headBytes, headerOf, messageBytes, withHeaders, type WireMessage } from '../../fakes/wire-messages.ts';

/** The rows of the matrix: what goes wrong, once or every time. */
export type FaultRow = LineFault & {
  /** Once when left out. */
  readonly times?: number;
  /** The next request on the same socket gets an answer that is not its own. */
  readonly spoilsNext?: true;
  /** Waits for the client to lose patience. */
  readonly isSilent?: boolean;
  /** It makes a difference which server it is: how it takes half a request, and what its own answers are like. */
  readonly onCephToo?: boolean;
  /** The body of the answer has other bytes: nothing protects those of a listing but TLS. */
  readonly changesAnswer?: true;
};

const send = (...bytes: readonly Buffer[]): Step => ({ type: 'send', bytes: Buffer.concat(bytes) });
const end = (how: Ending): Step => ({ type: 'end', how });
const text = (...lines: readonly string[]): Buffer => Buffer.from(`${lines.join('\r\n')}\r\n`, 'latin1');

const requestPlaces = {
  'before its head': () => 0,
  'in its head': (head: number) => Math.floor(head / 2),
  'after its head': (head: number) => head,
  "at its body's first byte": (head: number, body: number) => head + Math.min(1, body),
  'in its body': (head: number, body: number) => head + Math.floor(body / 2),
  "before its body's last byte": (head: number, body: number) => head + Math.max(0, body - 1),
} as const;

const answerPlaces = {
  'before its head': () => 0,
  'in its head': (head: number) => Math.floor(head / 2),
  'after its head': (head: number) => head,
  "at its body's first byte": (head: number, body: number) => head + Math.min(1, body),
  'in its body': (head: number, body: number) => head + Math.floor(body / 2),
  'one byte before its end': (head: number, body: number) => head + Math.max(0, body - 1),
  'after its end': (head: number, body: number) => head + body,
} as const;

function cuts(): FaultRow[] {
  const rows: FaultRow[] = [];
  for (const how of ['reset', 'fin'] as const) {
    for (const [place, at] of Object.entries(requestPlaces))
      rows.push({ name: `request: ${how} ${place}`, cutRequest: { at, how } });
    for (const [place, at] of Object.entries(answerPlaces))
      rows.push({
        name: `answer: ${how} ${place}`,
        answer: (answer) => {
          const bytes = messageBytes(answer);
          const count = at(bytes.length - answer.body.length, answer.body.length);
          return [...(count > 0 ? [send(bytes.subarray(0, count))] : []), end(how)];
        },
      });
  }
  return rows;
}

function stalls(): FaultRow[] {
  const half = (bytes: Buffer) => bytes.subarray(0, Math.floor(bytes.length / 2));
  return [
    { name: 'silence: the request is not taken', cutRequest: { at: (head) => head, how: 'silence' } },
    { name: 'silence: no answer', answer: () => [end('silence')] },
    { name: 'silence: in the head of the answer', answer: (it) => [send(half(headBytes(it))), end('silence')] },
    {
      name: 'silence: in the body of the answer',
      answer: (it) => [send(headBytes(it), half(it.body)), end('silence')],
    },
    { name: 'silence: after a 100', answer: () => [send(text('HTTP/1.1 100 Continue', '')), end('silence')] },
  ];
}

const flip = (bytes: Buffer, at: number): Buffer => {
  const changed = Buffer.from(bytes);
  if (changed.length > 0) changed[at] = (changed[at] ?? 0) ^ 0x01;
  return changed;
};
const at = { first: () => 0, middle: (size: number) => Math.floor(size / 2), last: (size: number) => size - 1 };

function wrongBytes(): FaultRow[] {
  return Object.entries(at).flatMap(([where, index]): FaultRow[] => [
    { name: `request: wrong ${where} byte`, changeRequest: (body) => flip(body, index(body.length)) },
    {
      name: `answer: wrong ${where} byte`,
      changesAnswer: true,
      answer: (it) => [send(headBytes(it), flip(it.body, index(it.body.length)))],
    },
  ]);
}

const length = (answer: WireMessage, change: number) =>
  withHeaders(answer, { 'content-length': String(Math.max(0, answer.body.length + change)) });
const strange = Buffer.from('HTTP/1.1 200 OK\r\nETag: "stale"\r\nContent-Length: 5\r\n\r\nstale');

function wrongLengths(): FaultRow[] {
  return [
    { name: 'answer: one byte too many', answer: (it) => [send(messageBytes(it), Buffer.from('x'))] },
    { name: 'answer: announces one byte less', answer: (it) => [send(messageBytes(length(it, -1)))] },
    { name: 'answer: announces one byte more', answer: (it) => [send(messageBytes(length(it, 1)))] },
    { name: 'answer: announces one byte more, fin', answer: (it) => [send(messageBytes(length(it, 1))), end('fin')] },
    {
      name: 'answer: two lengths that differ',
      answer: (it) => [send(messageBytes({ ...it, headers: [...it.headers, ['Content-Length', '7']] })), end('fin')],
    },
    {
      name: 'answer: a length that is no number',
      answer: (it) => [send(messageBytes(withHeaders(it, { 'content-length': 'many' }))), end('fin')],
    },
  ];
}

/** Bytes for which nobody has asked must not be taken for an answer. */
function staleBytes(): FaultRow[] {
  return [
    { name: 'answer: twice at once', answer: (it) => [send(messageBytes(it), messageBytes(it))] },
    {
      name: 'answer: twice, a moment later',
      answer: (it) => [send(messageBytes(it)), { type: 'pause', ms: 5 }, send(messageBytes(it))],
    },
    { name: 'answer: then one to no request', answer: (it) => [send(messageBytes(it), strange)] },
    {
      name: 'answer: then one to no request, when idle',
      answer: (it) => [send(messageBytes(it)), { type: 'pause', ms: 5 }, send(strange)],
    },
    {
      name: 'answer: then a 408, and the end, when idle',
      answer: (it) => [
        send(messageBytes(it)),
        { type: 'pause', ms: 5 },
        send(text('HTTP/1.1 408 Request Timeout', 'Connection: close', 'Content-Length: 0', '')),
        end('fin'),
      ],
    },
    {
      name: 'answer: again as that of the next request',
      spoilsNext: true,
      answer: (it) => [send(messageBytes(it)), { type: 'sendAtNextRequest', bytes: messageBytes(it) }],
    },
    {
      name: 'answer: and a strange one to the next request',
      spoilsNext: true,
      answer: (it) => [send(messageBytes(it)), { type: 'sendAtNextRequest', bytes: strange }],
    },
    { name: 'answer: and the end, when idle', answer: (it) => [send(messageBytes(it)), end('fin')] },
  ];
}

const answerWith = (
  status: string,
  { code, headers = {}, body }: { code?: string; headers?: Record<string, string>; body?: string } = {},
): ((request: WireMessage) => readonly Step[]) => {
  const xml = code === undefined ? '' : `<Error><Code>${code}</Code><Message>Made by the test</Message></Error>`;
  const content = Buffer.from(body ?? xml);
  const type: Record<string, string> = code === undefined ? {} : { 'Content-Type': 'application/xml' };
  const all = { ...type, 'Content-Length': String(content.length), ...headers };
  return (request) => {
    const head = headBytes({ startLine: `HTTP/1.1 ${status}`, headers: Object.entries(all) });
    return [send(head, request.startLine.startsWith('HEAD ') ? Buffer.alloc(0) : content)];
  };
};
const html = { headers: { 'Content-Type': 'text/html' }, body: '<html><body>Welcome to our hotel</body></html>' };

function statuses(): FaultRow[] {
  const passing: Record<string, Parameters<typeof answerWith>> = {
    '503 SlowDown, Retry-After 1': ['503 Slow Down', { code: 'SlowDown', headers: { 'Retry-After': '1' } }],
    '503 without a body': ['503 Service Unavailable'],
    '503, Retry-After as a date': [
      '503 X',
      { code: 'SlowDown', headers: { 'Retry-After': new Date(0).toUTCString() } },
    ],
    '429': ['429 Too Many Requests', { code: 'TooManyRequests' }],
    '500 InternalError': ['500 Internal Server Error', { code: 'InternalError' }],
    '500 with a page': ['500 Internal Server Error', html],
    '502 with a page': ['502 Bad Gateway', html],
    '504 without a body': ['504 Gateway Timeout'],
    '400 RequestTimeout': ['400 Bad Request', { code: 'RequestTimeout', headers: { Connection: 'close' } }],
    '408': ['408 Request Timeout', { headers: { Connection: 'close' } }],
    '409 OperationAborted': ['409 Conflict', { code: 'OperationAborted' }],
    '307 with a place': ['307 X', { code: 'TemporaryRedirect', headers: { Location: 'http://127.0.0.1:9/elsewhere' } }],
    '403 RequestTimeTooSkewed': ['403 Forbidden', { code: 'RequestTimeTooSkewed' }],
    '403 AccessDenied': ['403 Forbidden', { code: 'AccessDenied' }],
    '404 with a page': ['404 Not Found', html],
    '200 with a page': ['200 OK', html],
    '200 with an error in it': ['200 OK', { code: 'InternalError' }],
    '204': ['204 No Content', { headers: {} }],
  };
  const rows = Object.entries(passing).map(
    ([name, args]): FaultRow => ({ name: `instead: ${name}`, instead: answerWith(...args) }),
  );
  const always = (name: string): FaultRow => ({
    name: `instead: ${name}, always`,
    instead: answerWith(...(passing[name] as Parameters<typeof answerWith>)),
    times: Infinity,
  });
  /** The region that the request was not signed for. */
  const elsewhere = (name: string, status: string, code: string): FaultRow => ({
    name: `instead: ${name}`,
    instead: (request) => {
      const region = /eu-west-1/.test(headerOf(request, 'authorization') ?? '') ? 'eu-central-1' : 'eu-west-1';
      return answerWith(status, { code, headers: { 'x-amz-bucket-region': region } })(request);
    },
  });
  const atHead = (name: string, how: Ending): FaultRow => ({
    name: `instead: 503 before the body, ${name}`,
    atHead: true,
    instead: (request) => [
      ...answerWith('503 X', { code: 'SlowDown', headers: { Connection: 'close' } })(request),
      end(how),
    ],
  });
  return [
    ...rows,
    elsewhere('301 to another region', '301 Moved', 'PermanentRedirect'),
    elsewhere('400 for another region', '400 Bad Request', 'AuthorizationHeaderMalformed'),
    atHead('then a reset', 'reset'),
    atHead('then the end', 'fin'),
    ...['503 without a body', '429', '500 with a page', '200 with a page', '404 with a page', '204'].map(always),
    { name: 'instead: no HTTP', instead: () => [send(Buffer.from('SSH-2.0-OpenSSH_9.9\r\n')), end('fin')] },
    {
      name: 'instead: no HTTP, always',
      instead: () => [send(Buffer.from('SSH-2.0-OpenSSH_9.9\r\n')), end('fin')],
      times: Infinity,
    },
  ];
}

function interim(): FaultRow[] {
  const heads = {
    '100 unasked': text('HTTP/1.1 100 Continue', ''),
    '102': text('HTTP/1.1 102 Processing', ''),
    '103 with a Link': text('HTTP/1.1 103 Early Hints', 'Link: </a.css>; rel=preload', 'Content-Length: 10', ''),
  };
  const several = Buffer.concat([...Object.values(heads), ...Object.values(heads)]);
  return [
    ...Object.entries(heads).map(
      ([name, head]): FaultRow => ({
        name: `interim: ${name}`,
        times: Infinity,
        answer: (it) => [send(head, messageBytes(it))],
      }),
    ),
    { name: 'interim: several', times: Infinity, answer: (it) => [send(several), send(messageBytes(it))] },
    { name: 'interim: before the body', times: Infinity, early: several },
    {
      name: 'interim: then a 500',
      instead: (request) => [send(several), ...answerWith('500 X', { code: 'InternalError' })(request)],
    },
  ];
}

function chunkedBytes(answer: WireMessage, sizes: number, trailer = ''): Buffer {
  const { body } = answer;
  const head = headBytes(withHeaders(answer, { 'content-length': null, 'transfer-encoding': 'chunked' }));
  const chunks: Buffer[] = [];
  for (let from = 0; from < body.length; from += sizes) {
    const chunk = body.subarray(from, from + sizes);
    chunks.push(Buffer.from(`${chunk.length.toString(16)};ext=1\r\n`), chunk, Buffer.from('\r\n'));
  }
  return Buffer.concat([head, ...chunks, Buffer.from(`0\r\n${trailer}\r\n`)]);
}

/** Unusual and right: must change nothing. */
function unusual(): FaultRow[] {
  const isPut = (request: WireMessage) => request.startLine.startsWith('PUT ');
  const withStatus = (it: WireMessage, status: string): WireMessage => ({ ...it, startLine: `HTTP/1.1 ${status}` });
  const isOk = (it: WireMessage) => / 200 /.test(it.startLine);
  const spelled = (it: WireMessage, spell: (name: string, index: number) => string): WireMessage => ({
    ...it,
    headers: it.headers.map(([name, value], index) => [spell(name, index), value]),
  });
  const old = (it: WireMessage): WireMessage => ({ ...it, startLine: it.startLine.replace('1.1', '1.0') });
  const rows: Record<string, LineFault['answer']> = {
    '201 to a PUT': (it, request) => [
      send(messageBytes(isPut(request) && isOk(it) ? withStatus(it, '201 Created') : it)),
    ],
    '204 to a PUT': (it, request) => [
      isPut(request) && isOk(it)
        ? send(headBytes(withHeaders(withStatus(it, '204 No Content'), { 'content-length': null })))
        : send(messageBytes(it)),
    ],
    chunked: (it) => [send(chunkedBytes(it, 1000))],
    'chunked, byte by byte, with a trailer': (it) => [send(chunkedBytes(it, 1, 'X-Trailer: 1\r\n'))],
    'Connection: close': (it) => [send(messageBytes(withHeaders(it, { connection: 'close' }))), end('fin')],
    'Connection: close, then a reset': (it) => [
      send(messageBytes(withHeaders(it, { connection: 'close' }))),
      end('reset'),
    ],
    'without a length, up to the end': (it) => [
      send(messageBytes(withHeaders(it, { 'content-length': null, connection: 'close' }))),
      end('fin'),
    ],
    'HTTP/1.0': (it) => [send(messageBytes(old(it))), end('fin')],
    'HTTP/1.0 without a length': (it) => [
      send(messageBytes(withHeaders(old(it), { 'content-length': null }))),
      end('fin'),
    ],
    'HTTP/1.0 with keep-alive': (it) => [send(messageBytes(withHeaders(old(it), { connection: 'keep-alive' })))],
    'NAMES IN CAPITALS': (it) => [send(messageBytes(spelled(it, (name) => name.toUpperCase())))],
    'names in small letters': (it) => [send(messageBytes(spelled(it, (name) => name.toLowerCase())))],
    'spaces around values': (it) => [
      send(messageBytes({ ...it, headers: it.headers.map(([name, value]) => [name, `  ${value} \t`]) })),
    ],
    'no reason': (it) => [send(messageBytes({ ...it, startLine: it.startLine.split(' ').slice(0, 2).join(' ') }))],
    'a header of 12 KiB': (it) => [send(messageBytes(withHeaders(it, { 'x-long': 'x'.repeat(12_288) })))],
    'every byte by itself': (it) => [
      { type: 'send', bytes: messageBytes({ ...it, body: it.body.subarray(0, 40) }), splitAt: 'every byte' },
      send(it.body.subarray(40)),
    ],
  };
  return Object.entries(rows).map(
    ([name, answer]): FaultRow => ({
      name: `unusual: ${name}`,
      times: Infinity,
      ...(answer === undefined ? {} : { answer }),
    }),
  );
}

const silent = /^silence: |^answer: announces one byte more$/;
const onCeph = new Set([
  'request: reset after its head',
  'request: reset in its body',
  "request: fin before its body's last byte",
  'answer: reset before its head',
  'answer: reset in its body',
  'answer: fin in its body',
  'answer: fin one byte before its end',
  'request: wrong middle byte',
  'answer: wrong middle byte',
  'answer: one byte too many',
  'answer: twice at once',
  'answer: and the end, when idle',
  'instead: 503 SlowDown, Retry-After 1',
  'instead: 200 with a page',
  'interim: before the body',
  'unusual: chunked',
  'unusual: HTTP/1.0 without a length',
]);

export const faultRows: readonly FaultRow[] = [
  ...cuts(),
  ...stalls(),
  ...wrongBytes(),
  ...wrongLengths(),
  ...staleBytes(),
  ...statuses(),
  ...interim(),
  ...unusual(),
].map((row): FaultRow => ({ ...row, isSilent: silent.test(row.name), onCephToo: onCeph.has(row.name) }));
