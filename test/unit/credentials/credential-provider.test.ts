import { describe, expect, it } from 'vitest';
import { cacheCredentials } from '../../../main/credentials/credential-provider.ts';
import type { SigningCredentials } from '../../../main/s3/data-plane/transport.ts';
import { appError } from '../../../shared/errors.ts';
import { err, ok, type Result } from '../../../shared/result.ts';

const minuteMs = 60_000;

/** A loader whose loads end when the test says so, and a clock the test walks. */
function scene() {
  const waiting: ((result: Result<SigningCredentials>) => void)[] = [];
  let loads = 0;
  let nowMs = 1_000_000;
  const loader = {
    cacheKey: 'test',
    load: () => {
      loads += 1;
      return new Promise<Result<SigningCredentials>>((resolve) => waiting.push(resolve));
    },
  };
  const provider = cacheCredentials(loader, { nowMs: () => nowMs });
  const answer = async (result: Result<SigningCredentials>): Promise<void> => {
    waiting.shift()?.(result);
    await new Promise((resolve) => setImmediate(resolve));
  };
  const credentials = (id: string, leftMs?: number): SigningCredentials => ({
    accessKeyId: id,
    secretAccessKey: 's',
    ...(leftMs === undefined ? {} : { expiresMs: nowMs + leftMs }),
  });
  return {
    provider,
    answer,
    credentials,
    loads: () => loads,
    walk: (byMs: number) => {
      nowMs += byMs;
    },
    idOf: async (got: Promise<Result<SigningCredentials>>) => {
      const result = await got;
      return result.ok ? result.value.accessKeyId : result.error.code;
    },
  };
}

describe('cached credentials', () => {
  it('are loaded once for all who ask at the same time, and kept while they have no end', async () => {
    const { provider, answer, credentials, loads, walk, idOf } = scene();
    const all = [provider.get(), provider.get(), provider.get()];
    await answer(ok(credentials('a')));
    expect(await Promise.all(all.map(idOf))).toEqual(['a', 'a', 'a']);
    walk(1000 * minuteMs);
    expect(await idOf(provider.get())).toBe('a');
    expect(loads()).toBe(1);
  });

  it('are renewed in the background from five minutes before their end', async () => {
    const { provider, answer, credentials, loads, walk, idOf } = scene();
    const first = provider.get();
    await answer(ok(credentials('a', 60 * minuteMs)));
    expect(await idOf(first)).toBe('a');
    walk(55 * minuteMs);
    expect(await idOf(provider.get())).toBe('a');
    expect(loads()).toBe(1);
    walk(1);
    expect(await idOf(provider.get())).toBe('a');
    expect(await idOf(provider.get())).toBe('a');
    expect(loads()).toBe(2);
    await answer(ok(credentials('b', 60 * minuteMs)));
    expect(await idOf(provider.get())).toBe('b');
    expect(loads()).toBe(2);
  });

  it('count as expired with less than a minute left', async () => {
    const { provider, answer, credentials, walk, idOf } = scene();
    const first = provider.get();
    await answer(ok(credentials('a', 60 * minuteMs)));
    await first;
    walk(59 * minuteMs + 1);
    const second = provider.get();
    await answer(ok(credentials('b')));
    expect(await idOf(second)).toBe('b');
  });

  it('stay in use when the background renewal fails, until they count as expired', async () => {
    const { provider, answer, credentials, loads, walk, idOf } = scene();
    const first = provider.get();
    await answer(ok(credentials('a', 60 * minuteMs)));
    await first;
    walk(57 * minuteMs);
    expect(await idOf(provider.get())).toBe('a');
    await answer(err(appError('EndpointUnreachable')));
    expect(await idOf(provider.get())).toBe('a');
    expect(loads()).toBe(3);
    await answer(err(appError('EndpointUnreachable')));
    walk(2.5 * minuteMs);
    const last = provider.get();
    await answer(err(appError('EndpointUnreachable')));
    expect(await idOf(last)).toBe('EndpointUnreachable');
  });

  it('are loaded anew on demand, joining a load that is under way', async () => {
    const { provider, answer, credentials, loads, idOf } = scene();
    const first = provider.get();
    await answer(ok(credentials('a')));
    await first;
    const renewals = [provider.get({ renew: true }), provider.get({ renew: true })];
    expect(await idOf(provider.get())).toBe('a');
    await answer(ok(credentials('b')));
    expect(await Promise.all(renewals.map(idOf))).toEqual(['b', 'b']);
    expect(loads()).toBe(2);
  });

  it('are tried again after a failure', async () => {
    const { provider, answer, credentials, idOf } = scene();
    const first = provider.get();
    await answer(err(appError('VaultLocked')));
    expect(await idOf(first)).toBe('VaultLocked');
    const second = provider.get();
    await answer(ok(credentials('a')));
    expect(await idOf(second)).toBe('a');
  });
});
