import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a person does with a code: nothing yet, allow, deny. `used`: the token was fetched. */
type Decision = 'pending' | 'allowed' | 'denied' | 'used';
type Device = {
  readonly userCode: string;
  readonly clientId: string;
  readonly startUrl: string;
  readonly expiresMs: number;
  decision: Decision;
  lastAskedMs: number;
  intervalSeconds: number;
};
type Client = { readonly secret: string; readonly name: string; readonly scopes: readonly string[] };
type Answer = { readonly status: number; readonly body: object; readonly errorType?: string };

export type IssuedRoleCredentials = {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiresMs: number;
};

export interface FakeSso {
  readonly url: string;
  readonly startUrl: string;
  readonly clients: readonly Client[];
  /** Requests for a token with a device code, whatever came of them. */
  readonly polls: number;
  /** Those that came before the interval was over. */
  readonly hastyPolls: number;
  readonly refreshes: number;
  /** Everything secret that was given out: none of it may be seen anywhere but in the token file. */
  readonly secrets: readonly string[];
  /** The keys that GetRoleCredentials gave out, for a server that wants to know whether a token is good. */
  readonly issued: readonly IssuedRoleCredentials[];
  decide(userCode: string, decision: 'allowed' | 'denied'): void;
  /** The next `times` requests for a token are told to slow down; the interval grows by 5 s each time, as in RFC 8628. */
  slowDown(times: number): void;
  /** The server's time goes ahead of the others' by so much. */
  goOn(seconds: number): void;
  /** The next `times` answers are 500. */
  breakDown(times: number): void;
  /** A token that works from now on, with a refresh token and the client it belongs to. */
  issueToken(): { accessToken: string; refreshToken: string; clientId: string; clientSecret: string };
  close(): Promise<void>;
}

export type FakeSsoOptions = {
  /** Time as the server sees it, in milliseconds since 1970. */
  readonly nowMs: () => number;
  readonly accountId?: string;
  readonly roleName?: string;
  readonly deviceSeconds?: number;
  readonly tokenSeconds?: number;
  /** How long a client has to wait between its questions; 5 when left out, as at the service. */
  readonly intervalSeconds?: number;
};

/**
 * IAM Identity Center on 127.0.0.1: OIDC (RegisterClient, StartDeviceAuthorization, CreateToken) and the portal's
 * GetRoleCredentials. Strict: unknown clients, wrong secrets, codes used twice, other start URLs and asking faster than the
 * interval are refused as the service refuses them.
 */
export async function startFakeSso(options: FakeSsoOptions): Promise<FakeSso> {
  let aheadMs = 0;
  const nowMs = () => options.nowMs() + aheadMs;
  const { accountId = '123456789012', roleName = 'ReadOnly', deviceSeconds = 600, tokenSeconds = 3600 } = options;
  const { intervalSeconds = 5 } = options;
  const startUrl = 'https://example.awsapps.com/start';
  const clients = new Map<string, Client>();
  const devices = new Map<string, Device>();
  const accessTokens = new Set<string>();
  const refreshTokens = new Map<string, string>();
  const secrets: string[] = [];
  const issued: IssuedRoleCredentials[] = [];
  let [polls, hastyPolls, refreshes, slowDowns, breakDowns, serial] = [0, 0, 0, 0, 0, 0];

  function secret(what: string): string {
    const text = `${what}-${(serial += 1)}-of-fake-sso`;
    secrets.push(text);
    return text;
  }

  function register(body: Body): Answer {
    if (body['clientType'] !== 'public') return refused('InvalidRequestException', 'clientType');
    if (typeof body['clientName'] !== 'string' || body['clientName'] === '') {
      return refused('InvalidRequestException', 'clientName');
    }
    return ok({
      ...addClient(body['clientName'], textsOf(body['scopes'])),
      clientIdIssuedAt: Math.floor(nowMs() / 1000),
    });
  }

  function addClient(name: string, scopes: readonly string[]) {
    const [clientId, clientSecret] = [`client-${(serial += 1)}`, secret('client-secret')];
    clients.set(clientId, { secret: clientSecret, name, scopes });
    return { clientId, clientSecret, clientSecretExpiresAt: Math.floor(nowMs() / 1000) + 90 * 86_400 };
  }

  function authorizeDevice(body: Body): Answer {
    if (!isClient(body)) return refused('InvalidClientException', 'Client is not registered', 401);
    if (body['startUrl'] !== startUrl) return refused('InvalidRequestException', 'Invalid start URL');
    const [deviceCode, userCode] = [secret('device-code'), `CODE-${(serial += 1)}`];
    devices.set(deviceCode, {
      userCode,
      clientId: String(body['clientId']),
      startUrl,
      expiresMs: nowMs() + deviceSeconds * 1000,
      decision: 'pending',
      lastAskedMs: nowMs(),
      intervalSeconds,
    });
    return ok({
      deviceCode,
      userCode,
      verificationUri: 'https://device.sso.eu-west-1.amazonaws.com/',
      verificationUriComplete: `https://device.sso.eu-west-1.amazonaws.com/?user_code=${userCode}`,
      expiresIn: deviceSeconds,
      interval: intervalSeconds,
    });
  }

  function createToken(body: Body): Answer {
    const grant = body['grantType'];
    if (grant === 'refresh_token') refreshes += 1;
    else polls += 1;
    if (!isClient(body)) return refused('InvalidClientException', 'Client is not registered', 401);
    if (grant === 'refresh_token') {
      const refreshToken = String(body['refreshToken']);
      if (refreshTokens.get(refreshToken) !== body['clientId'])
        return refused('InvalidGrantException', 'Invalid grant');
      refreshTokens.delete(refreshToken);
      return ok(newToken(String(body['clientId']), true));
    }
    if (grant !== 'urn:ietf:params:oauth:grant-type:device_code')
      return refused('UnsupportedGrantTypeException', 'grant');
    return tokenOfDevice(devices.get(String(body['deviceCode'])), String(body['clientId']));
  }

  function tokenOfDevice(device: Device | undefined, clientId: string): Answer {
    if (device === undefined || device.clientId !== clientId || device.decision === 'used') {
      return refused('InvalidGrantException', 'Invalid grant');
    }
    const isTooFast = nowMs() - device.lastAskedMs < device.intervalSeconds * 1000;
    if (isTooFast) hastyPolls += 1;
    device.lastAskedMs = nowMs();
    if (nowMs() >= device.expiresMs) return refused('ExpiredTokenException', 'The device code has expired');
    if (isTooFast || slowDowns > 0) {
      slowDowns = Math.max(0, slowDowns - 1);
      device.intervalSeconds += 5;
      return refused('SlowDownException', 'Slow down');
    }
    if (device.decision === 'pending') return refused('AuthorizationPendingException', 'Authorization pending');
    if (device.decision === 'denied') return refused('AccessDeniedException', 'The person said no');
    device.decision = 'used';
    return ok(newToken(clientId, (clients.get(clientId)?.scopes.length ?? 0) > 0));
  }

  function newToken(clientId: string, canRefresh: boolean) {
    const accessToken = secret('access-token');
    accessTokens.add(accessToken);
    if (!canRefresh) return { accessToken, tokenType: 'Bearer', expiresIn: tokenSeconds };
    const refreshToken = secret('refresh-token');
    refreshTokens.set(refreshToken, clientId);
    return { accessToken, refreshToken, tokenType: 'Bearer', expiresIn: tokenSeconds };
  }

  function roleCredentials(request: IncomingMessage, query: URLSearchParams): Answer {
    const token = request.headers['x-amz-sso_bearer_token'];
    if (typeof token !== 'string' || !accessTokens.has(token)) {
      return portalRefused('UnauthorizedException', 'Session token not found or invalid', 401);
    }
    if (query.get('account_id') !== accountId || query.get('role_name') !== roleName) {
      return portalRefused('ForbiddenException', 'No access', 403);
    }
    const credentials = {
      accessKeyId: `ASIAFAKESSO${String(issued.length + 1).padStart(9, '0')}`,
      secretAccessKey: secret('role-secret'),
      sessionToken: secret('role-session'),
      expiresMs: nowMs() + 3_600_000,
    };
    issued.push(credentials);
    const { expiresMs, ...keys } = credentials;
    return ok({ roleCredentials: { ...keys, expiration: expiresMs } });
  }

  const isClient = (body: Body) => clients.get(String(body['clientId']))?.secret === body['clientSecret'];

  async function answer(request: IncomingMessage): Promise<Answer> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
    const text = await textOf(request);
    if (breakDowns > 0) {
      breakDowns -= 1;
      return refused('InternalServerException', 'Internal', 500);
    }
    if (request.headers.authorization !== undefined) return refused('InvalidRequestException', 'These are not signed');
    const route = `${request.method} ${pathname}`;
    if (route === 'GET /federation/credentials') return roleCredentials(request, searchParams);
    if (request.headers['content-type'] !== 'application/json')
      return refused('InvalidRequestException', 'content type');
    const body = JSON.parse(text) as Body;
    if (route === 'POST /client/register') return register(body);
    if (route === 'POST /device_authorization') return authorizeDevice(body);
    if (route === 'POST /token') return createToken(body);
    return refused('InvalidRequestException', route, 404);
  }

  const server = createServer((request, response) => {
    const send = ({ status, body, errorType }: Answer) => {
      const type = errorType === undefined ? {} : { 'x-amzn-errortype': errorType };
      response.writeHead(status, { 'content-type': 'application/json', ...type }).end(JSON.stringify(body));
    };
    answer(request).then(send, () => send(refused('InvalidRequestException', 'unreadable')));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    startUrl,
    get clients() {
      return [...clients.values()];
    },
    get polls() {
      return polls;
    },
    get hastyPolls() {
      return hastyPolls;
    },
    get refreshes() {
      return refreshes;
    },
    secrets,
    issued,
    decide(userCode, decision) {
      const device = [...devices.values()].find((one) => one.userCode === userCode);
      if (device === undefined) throw new Error(`There is no code ${userCode}.`);
      device.decision = decision;
    },
    slowDown(times) {
      slowDowns = times;
    },
    goOn(seconds) {
      aheadMs += seconds * 1000;
    },
    breakDown(times) {
      breakDowns = times;
    },
    issueToken() {
      const { clientId, clientSecret } = addClient('earlier', ['sso:account:access']);
      const { accessToken, refreshToken = '' } = newToken(clientId, true);
      return { accessToken, refreshToken, clientId, clientSecret };
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

type Body = Readonly<Record<string, unknown>>;

const ok = (body: object): Answer => ({ status: 200, body });
/** OIDC's errors. */
const refused = (errorType: string, text: string, status = 400): Answer => ({
  status,
  errorType,
  body: { error: oauthName(errorType), error_description: text },
});
/** The portal's. */
const portalRefused = (errorType: string, message: string, status: number): Answer => ({
  status,
  errorType,
  body: { message },
});
const oauthName = (errorType: string) =>
  errorType
    .replace(/Exception$/, '')
    .replace(/(?!^)[A-Z]/g, '_$&')
    .toLowerCase();
const textsOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
