import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import * as fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  createRolesAnywhereSession,
  type SessionSettings,
} from '../../../main/credentials/roles-anywhere/create-session.ts';
import { signX509 } from '../../../main/credentials/roles-anywhere/sign-x509.ts';
import type { SignInTls } from '../../../main/credentials/sign-in-transport.ts';
import { cleanSessionName } from '../../../shared/domain/auth.ts';
import { type FakeRolesAnywhere, startFakeRolesAnywhere } from '../../fakes/fake-roles-anywhere.ts';
import { createManualClock, type ManualClock } from '../../fakes/manual-clock.ts';
import { makeTestCertificates, opensslIsInstalled, type TestCertificates } from '../../fakes/test-certificates.ts';
import { account, arns, settings } from '../../fakes/roles-anywhere-settings.ts';

if (!opensslIsInstalled) {
  // Without it the file still has tests; test/setup.mjs says what is left out.
  test('OpenSSL is not installed here: nothing makes certificates', async () => {
    await expect(makeTestCertificates().then((made) => made.key('p256'))).rejects.toThrow();
  });
} else {
  describe('a session', () => {
    type Chain = Awaited<ReturnType<TestCertificates['chain']>>;
    let made: TestCertificates;
    let chain: Chain;
    let clock: ManualClock;
    let fake: FakeRolesAnywhere;

    beforeAll(async () => {
      made = await makeTestCertificates();
      chain = await made.chain('p256');
    });
    afterAll(() => made.close());
    const startFake = (change: Partial<Parameters<typeof startFakeRolesAnywhere>[0]> = {}) =>
      startFakeRolesAnywhere({
        trustAnchorPem: chain.root.certificatePem,
        clock,
        region: 'eu-central-1',
        ...arns('eu-central-1'),
        ...change,
      });
    beforeEach(async () => {
      clock = createManualClock();
      fake = await startFake();
    });
    afterEach(() => fake.close());

    const identityOf = ({ chainPem, leaf }: Pick<Chain, 'chainPem' | 'leaf'>) => ({
      certificatePem: chainPem,
      privateKeyPem: leaf.keyPem,
    });
    const ask = (change: Partial<SessionSettings> = {}, identity = identityOf(chain), signal?: AbortSignal) =>
      createRolesAnywhereSession(
        { ...settings, endpointUrl: fake.endpointUrl, ...change },
        identity,
        { clock },
        signal,
      );

    async function failureOf(asked: ReturnType<typeof ask>) {
      const result = await asked;
      if (result.ok) throw new Error('There is a session.');
      return result.error;
    }

    /** Lets every pause pass as soon as somebody waits; what each took. */
    async function withPauses<T>(asked: Promise<T>): Promise<{ result: T; pausesMs: number[] }> {
      const pausesMs: number[] = [];
      const done = asked.then(() => true);
      const turn = () => new Promise<false>((resolve) => setImmediate(() => resolve(false)));
      while (!(await Promise.race([done, turn()]))) {
        if (clock.timers === 0) continue;
        const startMs = clock.nowMs();
        while (clock.timers > 0) clock.advance(100);
        pausesMs.push(clock.nowMs() - startMs);
      }
      return { result: await asked, pausesMs };
    }

    test.each(['rsa2048', 'rsa4096', 'p256', 'p384'] as const)('%s signs in', async (type) => {
      const keyPem = await made.key(type);
      const leaf = await made.issue({ subject: `/CN=${type}`, issuer: chain.intermediate, keyPem });
      const chainPem = leaf.certificatePem + chain.intermediate.certificatePem;
      const result = await ask({}, identityOf({ chainPem, leaf }));
      const [issued] = fake.issued;
      expect(result).toEqual({
        ok: true,
        value: {
          ...issued,
          roleArn: settings.roleArn,
          subjectArn: `arn:aws:rolesanywhere:eu-central-1:${account}:subject/one`,
          sessionNameSent: true,
        },
      });
      expect(issued?.expiresMs).toBe(clock.nowMs() + 3_600_000);
      expect(fake.requests).toHaveLength(1);
      expect(JSON.parse(fake.requests[0]?.body ?? '')).toEqual({
        durationSeconds: 3600,
        roleSessionName: 'nightly-run',
      });
      const algorithm = type.startsWith('rsa') ? 'AWS4-X509-RSA-SHA256' : 'AWS4-X509-ECDSA-SHA256';
      expect(fake.requests[0]?.headers['authorization']).toContain(`${algorithm} Credential=`);
    });

    test('of a leaf that the trust anchor issued itself, no chain is sent', async () => {
      const leaf = await made.issue({ subject: '/CN=direct', issuer: chain.root, keyPem: chain.leaf.keyPem });
      expect(await ask({}, identityOf({ chainPem: leaf.certificatePem, leaf }))).toMatchObject({ ok: true });
      expect(fake.requests[0]?.headers).not.toHaveProperty('x-amz-x509-chain');
    });

    test('the root at the end of a chain does no harm', async () => {
      const chainPem = chain.chainPem + chain.root.certificatePem;
      expect(await ask({}, { ...identityOf(chain), certificatePem: chainPem })).toMatchObject({ ok: true });
    });

    test('whatever name, duration, role and region: the service accepts the signature', async () => {
      const regionForm = fc.stringMatching(/^[a-z]{2}-[a-z]{4,9}-[1-9]$/);
      const roleName = fc.stringMatching(/^[\w+=,.@/-]{1,60}$/);
      const duration = fc.integer({ min: 900, max: 3600 });
      const atMs = fc.integer({ min: Date.UTC(2020, 0, 2), max: Date.UTC(2048, 0, 1) });
      await fc.assert(
        fc.asyncProperty(
          regionForm,
          roleName,
          duration,
          fc.string(),
          atMs,
          async (region, role, seconds, name, startMs) => {
            const here = { ...arns(region), roleArn: `arn:aws:iam::${account}:role/${role}` };
            const itsClock = createManualClock(startMs);
            const another = await startFake({ ...here, region, clock: itsClock });
            try {
              const asked = {
                ...here,
                region,
                durationSeconds: seconds,
                sessionName: name,
                endpointUrl: another.endpointUrl,
              };
              const result = await createRolesAnywhereSession(asked, identityOf(chain), { clock: itsClock });
              expect(result).toMatchObject({ ok: true, value: { ...another.issued[0], sessionNameSent: true } });
              expect(JSON.parse(another.requests[0]?.body ?? '')).toEqual({
                durationSeconds: seconds,
                roleSessionName: cleanSessionName(name),
              });
            } finally {
              await another.close();
            }
          },
        ),
        { numRuns: 60 },
      );
    });

    test('the fake is strict: one changed byte anywhere is refused', async () => {
      const host = new URL(fake.endpointUrl).host;
      const { profileArn, roleArn, trustAnchorArn } = settings;
      const query = Object.entries({ profileArn, roleArn, trustAnchorArn });
      const text = (pairs: readonly (readonly [string, string])[]) =>
        pairs.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
      const body = '{"durationSeconds":900}';
      const request = { host, path: '/sessions', query, body, region: 'eu-central-1', dateMs: clock.nowMs() };
      const good = signX509({ ...request, identity: identityOf(chain) });
      const post = async (headers: Record<string, string>, sent = body, search = text(query)) => {
        // fetch sets Host itself.
        const { host: _host, ...rest } = headers;
        const answer = await fetch(`${fake.endpointUrl}/sessions?${search}`, {
          method: 'POST',
          headers: rest,
          body: sent,
        });
        return answer.status;
      };
      expect(await post(good)).toBe(201);
      const authorization = good['authorization'] ?? '';
      const changed = [
        await post({ ...good, authorization: authorization.replace(/Signature=../, 'Signature=00') }),
        await post({ ...good, authorization: authorization.replace('Credential=', 'Credential=1') }),
        await post({ ...good, authorization: authorization.replace('ECDSA', 'RSA') }),
        await post({ ...good, authorization: authorization.replace('eu-central-1', 'us-east-1') }),
        await post({ ...good, authorization: authorization.replace('content-type;', '') }),
        await post({ ...good, 'x-amz-date': good['x-amz-date']?.replace(/.Z$/, '7Z') ?? '' }),
        await post({ ...good, 'content-type': 'text/plain' }),
        await post({ ...good, 'x-amz-extra': 'unsigned' }),
        await post(good, '{"durationSeconds":901}'),
        await post(good, body, `${text(query)}&x=1`),
        await post(good, body, text(query).replaceAll('%3A', ':')),
      ];
      expect(changed.filter((status) => status !== 403)).toEqual([400]);
      expect(fake.issued).toHaveLength(1);
      const dates = [clock.nowMs() - 5 * 60_000 - 1000, clock.nowMs() + 5 * 60_000 + 1000];
      for (const dateMs of dates) {
        expect(await post(signX509({ ...request, dateMs, identity: identityOf(chain) }))).toBe(403);
      }
      const short = signX509({ ...request, body: '{"durationSeconds":899}', identity: identityOf(chain) });
      expect(await post(short, '{"durationSeconds":899}')).toBe(400);
    });

    test('a certificate of another authority, without its intermediates, or out of date is not trusted', async () => {
      const other = await made.chain('p384');
      const identities = [
        identityOf(other),
        identityOf({ ...chain, chainPem: chain.leaf.certificatePem }),
        identityOf({ chainPem: chain.intermediate.certificatePem, leaf: chain.intermediate }),
      ];
      for (const identity of identities) {
        expect(await failureOf(ask({}, identity))).toMatchObject({
          code: 'RolesAnywhereUntrusted',
          retry: 'no',
          context: {
            status: 403,
            serverMessage: 'Untrusted Signing Certificate',
            host: new URL(fake.endpointUrl).host,
            requestId: expect.stringMatching(/^request-/),
          },
        });
      }
      clock.advance(Date.UTC(2050, 0, 1) - clock.nowMs());
      expect((await failureOf(ask())).code).toBe('RolesAnywhereUntrusted');
      expect(fake.requests).toHaveLength(identities.length + 1);
    });

    test('a key that is not the certificate’s', async () => {
      const identity = { certificatePem: chain.chainPem, privateKeyPem: chain.root.keyPem };
      expect((await failureOf(ask({}, identity))).code).toBe('RolesAnywhereSignatureRefused');
    });

    test('ARNs that the service does not know', async () => {
      const { profileArn, trustAnchorArn, roleArn } = settings;
      expect((await failureOf(ask({ profileArn: `${profileArn}0` }))).code).toBe('RolesAnywhereNotFound');
      expect((await failureOf(ask({ trustAnchorArn: `${trustAnchorArn}0` }))).code).toBe('RolesAnywhereNotFound');
      expect((await failureOf(ask({ roleArn: `${roleArn}0` }))).code).toBe('RolesAnywhereRoleDenied');
      expect((await failureOf(ask({ durationSeconds: 43_201 }))).code).toBe('RolesAnywhereInvalid');
      expect((await failureOf(ask({ customRegion: 'us-east-1' }))).code).toBe('RolesAnywhereDenied');
      expect(fake.requests.map(({ status }) => status)).toEqual([404, 404, 403, 400, 403]);
    });

    test('different regions: nothing is sent', async () => {
      expect((await failureOf(ask({ profileArn: arns('us-east-1').profileArn }))).code).toBe('RolesAnywhereInvalid');
      expect(fake.requests).toEqual([]);
    });

    test('a profile that takes no session name is asked once more without', async () => {
      fake.tell({ sessionName: 'refused' });
      expect(await ask()).toMatchObject({ ok: true, value: { sessionNameSent: false } });
      expect(fake.requests.map(({ body, status }) => [Object.keys(JSON.parse(body)), status])).toEqual([
        [['durationSeconds', 'roleSessionName'], 403],
        [['durationSeconds'], 201],
      ]);
    });

    test('one that insists on a name has it at once; a refusal without end comes to an end', async () => {
      fake.tell({ sessionName: 'required' });
      expect(await ask()).toMatchObject({ ok: true, value: { sessionNameSent: true } });
      fake.tell({ deny: 'Not authorized to set roleSessionName.' });
      expect((await failureOf(ask())).code).toBe('RolesAnywhereDenied');
      expect(fake.requests).toHaveLength(3);
    });

    test.each([
      ['throttle', 'SlowDown'],
      ['serverError', 'InternalError'],
      ['reset', 'ConnectionReset'],
    ] as const)('%s: three tries with pauses between', async (fault, code) => {
      fake.tell({ [fault]: 2 });
      const second = await withPauses(ask());
      expect(second).toMatchObject({ result: { ok: true }, pausesMs: [500, 1000] });
      fake.tell({ [fault]: 3 });
      const third = await withPauses(failureOf(ask()));
      expect(third).toMatchObject({ result: { code, retry: 'backoff' }, pausesMs: [500, 1000] });
      expect(fake.requests).toHaveLength(6);
      expect(clock.timers).toBe(0);
    });

    test('each try is signed anew, with the time it is then', async () => {
      fake.tell({ throttle: 1, retryAfterSeconds: 15 });
      expect(await withPauses(ask())).toMatchObject({ result: { ok: true }, pausesMs: [15_000] });
      const [first, second] = fake.requests.map(({ headers }) => headers['x-amz-date']);
      expect(first).not.toBe(second);
    });

    test('nobody there', async () => {
      const { endpointUrl } = fake;
      await fake.close();
      const { result, pausesMs } = await withPauses(failureOf(ask({ endpointUrl })));
      expect(result).toMatchObject({ code: 'EndpointUnreachable', context: { host: new URL(endpointUrl).host } });
      expect(pausesMs).toEqual([500, 1000]);
    });

    test.each([3 * 3_600_000, -3 * 3_600_000])('a clock that is %i ms off is learned once', async (skewMs) => {
      fake.tell({ skewMs });
      const result = await ask();
      expect(fake.requests.map(({ status }) => status)).toEqual([403, 201]);
      // It ends an hour from now by our clock too, whatever the service's says.
      const [issued] = fake.issued;
      expect(issued?.expiresMs).toBe(clock.nowMs() + skewMs + 3_600_000);
      expect(result).toMatchObject({ ok: true, value: { expiresMs: clock.nowMs() + 3_600_000 } });
    });

    test('a refusal that the clock does not explain is not asked again more than once', async () => {
      fake.tell({ skewMs: 3_600_000, deny: 'Invalid signature' });
      expect((await failureOf(ask())).code).toBe('RolesAnywhereSignatureRefused');
      expect(fake.requests).toHaveLength(2);
      fake.tell({ skewMs: 30_000 });
      expect((await failureOf(ask())).code).toBe('RolesAnywhereSignatureRefused');
      expect(fake.requests).toHaveLength(3);
    });

    test.each([
      ['Untrusted Signing Certificate', 'RolesAnywhereUntrusted'],
      ['Invalid signature', 'RolesAnywhereSignatureRefused'],
      ['Unable to assume role', 'RolesAnywhereRoleDenied'],
      ['The trust anchor is disabled', 'RolesAnywhereDenied'],
    ])('“%s” is %s, asked once', async (deny, code) => {
      fake.tell({ deny });
      expect(await failureOf(ask())).toMatchObject({
        code,
        retry: 'no',
        context: { serverMessage: deny, status: 403 },
      });
      expect(fake.requests).toHaveLength(1);
    });

    test('an empty set, and answers that are none', async () => {
      fake.tell({ emptySet: true });
      expect((await failureOf(ask())).code).toBe('RolesAnywhereEmpty');
      const credentials = { accessKeyId: 'a', secretAccessKey: 'b', sessionToken: 'c', expiration: 'soon' };
      const bodies = ['', '<html></html>', 'null', '{}', JSON.stringify({ credentialSet: [{ credentials }] })];
      for (const body of bodies) {
        fake.tell({ answer: { status: 200, body } });
        expect(await failureOf(ask())).toMatchObject({ code: 'RolesAnywhereEmpty', context: { status: 200 } });
      }
      const good = { ...credentials, expiration: '2030-01-01T00:00:00.250+01:00' };
      fake.tell({ answer: { status: 200, body: JSON.stringify({ credentialSet: [{ credentials: good }] }) } });
      expect(await ask()).toEqual({
        ok: true,
        value: {
          accessKeyId: 'a',
          secretAccessKey: 'b',
          sessionToken: 'c',
          expiresMs: Date.UTC(2029, 11, 31, 23) + 250,
          sessionNameSent: true,
        },
      });
    });

    test('a cancelled call stops, before it is sent and while it waits', async () => {
      const early = new AbortController();
      early.abort();
      expect((await failureOf(ask({}, identityOf(chain), early.signal))).code).toBe('Cancelled');
      expect(fake.requests).toEqual([]);
      fake.tell({ throttle: 1 });
      const late = new AbortController();
      const asked = failureOf(ask({}, identityOf(chain), late.signal));
      await vi.waitFor(() => expect(clock.timers).toBe(1), { timeout: 20_000 });
      late.abort();
      expect((await asked).code).toBe('Cancelled');
      expect(clock.timers).toBe(0);
      expect(fake.requests).toHaveLength(1);
    });

    test('over TLS the server’s certificate is checked, unless the connection says otherwise', async () => {
      const file = (name: string) =>
        readFileSync(new URL(`../../fixtures/tls/localhost.${name}.pem`, import.meta.url), 'utf8');
      const answer = JSON.stringify({ message: 'It is this one.' });
      const server = createServer({ key: file('key'), cert: file('cert') }, (_request, response) =>
        response.writeHead(400, { 'x-amzn-errortype': 'ValidationException' }).end(answer),
      );
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const endpointUrl = `https://localhost:${(server.address() as AddressInfo).port}`;
      const over = (tls?: SignInTls) =>
        failureOf(createRolesAnywhereSession({ ...settings, endpointUrl }, identityOf(chain), { clock, tls }));
      try {
        expect(await over()).toMatchObject({
          code: 'TlsFailed',
          retry: 'no',
          context: { host: new URL(endpointUrl).host },
        });
        for (const tls of [{ verify: false }, { verify: true, caBundle: file('cert') }]) {
          expect(await over(tls)).toMatchObject({
            code: 'RolesAnywhereInvalid',
            context: { serverMessage: 'It is this one.' },
          });
        }
      } finally {
        await new Promise((resolve) => server.close(resolve));
      }
    });

    test('no error has any text of the private key', async () => {
      const body = chain.leaf.keyPem.replace(/-----[^-]+-----|\s/g, '');
      fake.tell({ deny: 'Invalid signature' });
      const text = JSON.stringify(await failureOf(ask()));
      for (let at = 0; at + 12 <= body.length; at += 12) expect(text.includes(body.slice(at, at + 12))).toBe(false);
    });
  });
}
