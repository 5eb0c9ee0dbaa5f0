import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../shared/domain/clock.ts';
import {
  answerOfFault,
  expiredKey,
  failureXml,
  identityXml,
  isoTime,
  resultXml,
  type StsFault,
  unknownAction,
  unknownKey,
  wrongRegion,
  xml,
} from './sts-answers.ts';
import { grantRole, type StsCaller, type StsRole, type StsUser } from './sts-roles.ts';
import { checkSignature, readClaim, receiveRequest, type SignatureClaim, type StsFailure } from './sts-signature.ts';

export type { StsFault } from './sts-answers.ts';
export type { StsRole, StsUser } from './sts-roles.ts';

/** Temporary credentials that were given out. */
export type IssuedCredentials = {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** By the clock of the server, as the answer says it. */
  readonly expiresMs: number;
  /** `arn:aws:sts::123456789012:assumed-role/name/session`. */
  readonly arn: string;
  readonly roleArn: string;
};

/** A request as it came, and what it was answered: `ok`, a code, `reset`; `waiting` while it is held. */
export type StsCall = {
  readonly action: string;
  readonly accessKeyId: string;
  /** That it was signed for. */
  readonly region: string;
  /** Without Action and Version. */
  readonly parameters: Readonly<Record<string, string>>;
  outcome: string;
};

export type FakeStsOptions = {
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly users?: readonly StsUser[];
  readonly roles?: readonly StsRole[];
  /** Only these regions are served. Any when left out. */
  readonly regions?: readonly string[];
  /** What is given out ends after this, whatever was asked for; the answer says so. */
  readonly lifetimeMs?: number;
  /** 0 when left out: a free one. */
  readonly port?: number;
};

export type FakeSts = {
  readonly endpointUrl: string;
  readonly port: number;
  /** In the order they came; those that faults answered are among them. */
  readonly calls: readonly StsCall[];
  readonly issued: readonly IssuedCredentials[];
  /** Null unless both belong together, expired or not. */
  find(accessKeyId: string, sessionToken: string | undefined): IssuedCredentials | null;
  addRole(role: StsRole): void;
  addUser(user: StsUser): void;
  setLifetimeMs(lifetimeMs: number | undefined): void;
  /** The server's clock is this much ahead of `clock` from now on. */
  setSkewMs(aheadMs: number): void;
  /** Happens to the next requests (once when not said; Infinity for all), before anything of them is checked. */
  fail(fault: StsFault, times?: number): void;
  /** Answers wait, once all is checked and done, until the returned function is called. */
  hold(): () => void;
  /** Resolves when so many requests are waiting. */
  whenWaiting(count: number): Promise<void>;
  close(): Promise<void>;
};

/**
 * AWS STS as far as this product asks it (AssumeRole, GetCallerIdentity), on 127.0.0.1: strict about signatures, limits
 * and trust, written from AWS's documentation and not from our code. Credentials it gave out may assume further roles.
 */
export async function startFakeSts(options: FakeStsOptions): Promise<FakeSts> {
  const users = [...(options.users ?? [])];
  const roles = [...(options.roles ?? [])];
  const calls: StsCall[] = [];
  const issued: IssuedCredentials[] = [];
  const usedCodes = new Set<string>();
  const faults: { readonly fault: StsFault; left: number }[] = [];
  let { lifetimeMs } = options;
  let skewMs = 0;
  let held: Promise<void> | null = null;
  let waiting = 0;
  const waiters: { readonly count: number; readonly resolve: () => void }[] = [];
  const serverMs = () => options.clock.nowMs() + skewMs;

  /** Who has this key, with this token and no other. */
  function findKey({ accessKeyId, sessionToken }: SignatureClaim) {
    const key: (StsUser & { readonly roleArn?: string }) | undefined = [...users, ...issued].find(
      (each) => each.accessKeyId === accessKeyId,
    );
    return key === undefined || key.sessionToken !== sessionToken ? null : key;
  }

  function takeFault(): StsFault | null {
    const next = faults.find(({ left }) => left > 0);
    if (next === undefined) return null;
    next.left -= 1;
    return next.fault;
  }

  function issue(caller: StsCaller, parameters: ReadonlyMap<string, string>): string | StsFailure {
    const granted = grantRole(parameters, caller, roles, usedCodes);
    if ('code' in granted) return granted;
    const { role, sessionName, durationSeconds } = granted;
    const [, partition, account, name] =
      /^arn:(aws[a-z-]*):iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(role.roleArn) ?? [];
    const startMs = Math.floor(serverMs() / 1000) * 1000;
    const credentials: IssuedCredentials = {
      accessKeyId: `ASIA${randomBytes(16).toString('hex').toUpperCase().slice(0, 16)}`,
      secretAccessKey: randomBytes(30).toString('base64'),
      // What must be escaped on its way, and longer than a header line of old proxies.
      sessionToken: `IQoJ/+${randomBytes(600).toString('base64')}==`,
      expiresMs: startMs + (lifetimeMs ?? durationSeconds * 1000),
      arn: `arn:${partition}:sts::${account}:assumed-role/${name}/${sessionName}`,
      roleArn: role.roleArn,
    };
    issued.push(credentials);
    return (
      xml(
        'AssumedRoleUser',
        xml('AssumedRoleId', `AROAFAKE000000000000:${sessionName}`) + xml('Arn', credentials.arn),
      ) +
      xml(
        'Credentials',
        xml('AccessKeyId', credentials.accessKeyId) +
          xml('SecretAccessKey', credentials.secretAccessKey) +
          xml('SessionToken', credentials.sessionToken) +
          xml('Expiration', isoTime(credentials.expiresMs)),
      )
    );
  }

  async function handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader('date', new Date(serverMs()).toUTCString());
    const request = await receiveRequest(incoming);
    const claim = readClaim(request);
    const parameters = new Map(new URLSearchParams(request.body.toString('utf8')));
    const action = parameters.get('Action') ?? '';
    const call: StsCall = {
      action,
      accessKeyId: 'accessKeyId' in claim ? claim.accessKeyId : '',
      region: 'region' in claim ? claim.region : '',
      parameters: Object.fromEntries([...parameters].filter(([name]) => name !== 'Action' && name !== 'Version')),
      outcome: 'waiting',
    };
    calls.push(call);
    const fault = takeFault();
    const answer = fault === null ? decide() : answerOfFault(fault);

    function decide(): string | StsFailure {
      if ('code' in claim) return claim;
      if (request.method !== 'POST' || request.target !== '/') return unknownAction(action);
      const contentType = request.headers.get('content-type') ?? '';
      if (!/^application\/x-www-form-urlencoded\b/.test(contentType)) return unknownAction(action);
      const key = findKey(claim);
      if (key === null) return unknownKey;
      if (key.expiresMs !== undefined && key.expiresMs <= serverMs()) return expiredKey;
      const wrong = checkSignature(request, claim, key.secretAccessKey, serverMs());
      if (wrong !== null) return wrong;
      if (options.regions?.includes(claim.region) === false) return wrongRegion(claim.region);
      if (parameters.get('Version') !== '2011-06-15') return unknownAction(action);
      if (action === 'AssumeRole') return issue(key, parameters);
      if (action === 'GetCallerIdentity') return identityXml(key.arn);
      return unknownAction(action);
    }

    if (held !== null) {
      waiting += 1;
      for (const waiter of waiters.filter(({ count }) => count <= waiting)) waiter.resolve();
      await held;
      waiting -= 1;
    }
    call.outcome = typeof answer === 'object' ? answer.code : fault === null ? 'ok' : answer;
    if (fault === 'reset') {
      incoming.socket.resetAndDestroy();
    } else if (fault === 'webPage') {
      response
        .writeHead(200, { 'content-type': 'text/html' })
        .end('<!doctype html><html><body>Sign in<br></body></html>');
    } else {
      response.writeHead(typeof answer === 'string' ? 200 : answer.status, { 'content-type': 'text/xml' });
      response.end(typeof answer === 'string' ? resultXml(action, answer) : failureXml(answer));
    }
  }

  const server = createServer({ keepAliveTimeout: 75_000 }, (incoming, response) => {
    handle(incoming, response).catch(() => response.destroy());
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });

  return {
    endpointUrl: `http://127.0.0.1:${port}`,
    port,
    calls,
    issued,
    find: (accessKeyId, sessionToken) =>
      issued.find((each) => each.accessKeyId === accessKeyId && each.sessionToken === sessionToken) ?? null,
    addRole: (role) => void roles.push(role),
    addUser: (user) => void users.push(user),
    setLifetimeMs: (next) => void (lifetimeMs = next),
    setSkewMs: (aheadMs) => void (skewMs = aheadMs),
    fail: (fault, times = 1) => void faults.push({ fault, left: times }),
    hold() {
      let release: () => void = () => undefined;
      held = new Promise((resolve) => (release = resolve));
      return () => {
        held = null;
        release();
      };
    },
    whenWaiting: (count) =>
      waiting >= count ? Promise.resolve() : new Promise((resolve) => void waiters.push({ count, resolve })),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
