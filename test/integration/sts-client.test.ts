import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, request as sendRequest } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { assumeRole } from '../../main/credentials/assume-role.ts';
import { callerIdentity } from '../../main/credentials/caller-identity.ts';
import type { StsAddress } from '../../main/credentials/sts-client.ts';
import type { Result } from '../../shared/result.ts';
import { startFakeSts } from '../fakes/fake-sts.ts';

const clock = { nowMs: () => Date.now() };
const user = {
  accessKeyId: 'AKIAUSER000000000001',
  secretAccessKey: 'secret',
  arn: 'arn:aws:iam::123456789012:user/ann',
};
const roleArn = 'arn:aws:iam::123456789012:role/reader';
const codeOf = (result: Result<unknown>): string => (result.ok ? 'ok' : result.error.code);

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0)) await end();
  vi.unstubAllEnvs();
});

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  endings.push(() => new Promise((resolve) => server.close(resolve)));
  return (server.address() as AddressInfo).port;
}

/** For 127.0.0.1, signed by itself. */
function certificate(): { key: string; cert: string } {
  const folder = mkdtempSync(join(tmpdir(), 'brigade-tls-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
  execFileSync('openssl', [...request, ...subject, '-keyout', key, '-out', cert], { stdio: 'ignore' });
  const pair = { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
  rmSync(folder, { recursive: true });
  return pair;
}

/** The fake STS, and TLS before it. */
async function start() {
  const sts = await startFakeSts({ clock, users: [user], roles: [{ roleArn, trustedArns: [user.arn] }] });
  endings.push(() => sts.close());
  const pair = certificate();
  const server = createTlsServer(pair, (incoming, response) => {
    const { method, url, rawHeaders } = incoming;
    const forward = { host: '127.0.0.1', port: sts.port, method, path: url, headers: [...rawHeaders], setHost: false };
    const onward = sendRequest(forward, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    incoming.pipe(onward);
  });
  const port = await listen(server);
  endings.unshift(() => server.closeAllConnections());
  const assume = (endpointUrl: string | null, tls: StsAddress['tls']) =>
    assumeRole(user, { roleArn, durationSeconds: 900, region: 'eu-west-1', endpointUrl }, { clock, tls });
  return { sts, port, endpointUrl: `https://127.0.0.1:${port}`, caBundle: pair.cert, assume };
}

it('a certificate nobody knows is refused, unless its authority is given or it is not to be verified', async () => {
  const { endpointUrl, caBundle, assume } = await start();
  expect(codeOf(await assume(endpointUrl, { verify: true }))).toBe('TlsFailed');
  expect(codeOf(await assume(endpointUrl, { verify: true, caBundle }))).toBe('ok');
  expect(codeOf(await assume(endpointUrl, { verify: false }))).toBe('ok');
});

it("Amazon's STS of the region is asked through the proxy of the environment, and no other endpoint of it", async () => {
  const { sts, port, assume } = await start();
  const tunnels: string[] = [];
  const proxy = createServer();
  proxy.on('connect', (request, socket) => {
    tunnels.push(request.url ?? '');
    const upstream = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.pipe(socket).pipe(upstream);
    });
    for (const end of [socket, upstream]) end.on('error', () => undefined);
    endings.unshift(() => [socket, upstream].map((end) => end.destroy()));
  });
  vi.stubEnv('HTTPS_PROXY', `http://127.0.0.1:${await listen(proxy)}`);
  vi.stubEnv('NO_PROXY', '');
  vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:9');
  vi.stubEnv('AWS_ENDPOINT_URL_STS', 'http://127.0.0.1:9');
  const tls = { verify: false };
  expect(codeOf(await assume(null, tls))).toBe('ok');
  expect(codeOf(await callerIdentity(user, 'us-west-2', undefined, { tls }))).toBe('ok');
  expect(tunnels).toEqual(['sts.eu-west-1.amazonaws.com:443', 'sts.us-west-2.amazonaws.com:443']);
  expect(sts.calls.map(({ action, region }) => `${action} ${region}`)).toEqual([
    'AssumeRole eu-west-1',
    'GetCallerIdentity us-west-2',
  ]);
});
