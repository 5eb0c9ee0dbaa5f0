import { describe, expect, it } from 'vitest';
import { createCredentialCache, type CredentialLoader } from '../../../main/credentials/credential-cache.ts';
import type { CredentialStore } from '../../../main/credentials/credential-store.ts';
import type { SigningCredentials } from '../../../main/s3/data-plane/transport.ts';
import { appError } from '../../../shared/errors.ts';
import { err, ok, type Result } from '../../../shared/result.ts';

const minuteMs = 60_000;

/** A loader whose loads end when the test says so, and a clock the test walks. */
function scene(options: { readonly keeps?: boolean; readonly store?: CredentialStore } = {}) {
  const waiting: ((result: Result<SigningCredentials>) => void)[] = [];
  const codes: (string | undefined)[] = [];
  let nowMs = 1_000_000;
  const loader: CredentialLoader = {
    keeps: options.keeps ?? false,
    cacheKey: async () => ok('test'),
    load: ({ mfaCode }) => {
      codes.push(mfaCode);
      return new Promise<Result<SigningCredentials>>((resolve) => waiting.push(resolve));
    },
  };
  const cache = createCredentialCache({ clock: { nowMs: () => nowMs }, store: options.store ?? null });
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  const answer = async (result: Result<SigningCredentials>): Promise<void> => {
    await settle();
    waiting.shift()?.(result);
    await settle();
  };
  const credentials = (id: string, leftMs?: number): SigningCredentials => ({
    accessKeyId: id,
    secretAccessKey: 's',
    ...(leftMs === undefined ? {} : { expiresMs: nowMs + leftMs }),
  });
  return {
    get: cache.source(loader),
    cache,
    loader,
    answer,
    settle,
    credentials,
    codes,
    loads: () => codes.length,
    walk: (byMs: number) => {
      nowMs += byMs;
    },
    idOf: async (got: Promise<Result<SigningCredentials>>) => {
      const result = await got;
      return result.ok ? result.value.accessKeyId : result.error.code;
    },
  };
}

function memoryStore() {
  const kept = new Map<string, SigningCredentials>();
  const store: CredentialStore = {
    read: async (key) => kept.get(key) ?? null,
    write: async (key, credentials) => void kept.set(key, credentials),
    remove: (key) => void kept.delete(key),
  };
  return { kept, store };
}

describe('cached credentials', () => {
  it('are loaded once for all who ask at the same time, and kept while they have no end', async () => {
    const { get, answer, credentials, loads, walk, idOf } = scene();
    const all = [get(), get(), get()];
    await answer(ok(credentials('a')));
    expect(await Promise.all(all.map(idOf))).toEqual(['a', 'a', 'a']);
    walk(1000 * minuteMs);
    expect(await idOf(get())).toBe('a');
    expect(loads()).toBe(1);
  });

  it('are renewed in the background from five minutes before their end', async () => {
    const { get, answer, credentials, loads, walk, idOf } = scene();
    const first = get();
    await answer(ok(credentials('a', 60 * minuteMs)));
    expect(await idOf(first)).toBe('a');
    walk(55 * minuteMs);
    expect(await idOf(get())).toBe('a');
    expect(loads()).toBe(1);
    walk(1);
    expect(await idOf(get())).toBe('a');
    expect(await idOf(get())).toBe('a');
    expect(loads()).toBe(2);
    await answer(ok(credentials('b', 60 * minuteMs)));
    expect(await idOf(get())).toBe('b');
    expect(loads()).toBe(2);
  });

  it('count as expired with less than a minute left', async () => {
    const { get, answer, credentials, walk, idOf } = scene();
    const first = get();
    await answer(ok(credentials('a', 60 * minuteMs)));
    await first;
    walk(59 * minuteMs + 1);
    const second = get();
    await answer(ok(credentials('b')));
    expect(await idOf(second)).toBe('b');
  });

  it('stay in use when the background renewal fails, which is tried again after a pause, until they count as expired', async () => {
    const { get, answer, credentials, loads, walk, idOf } = scene();
    const first = get();
    await answer(ok(credentials('a', 60 * minuteMs)));
    await first;
    walk(57 * minuteMs);
    expect(await idOf(get())).toBe('a');
    await answer(err(appError('EndpointUnreachable')));
    expect(await idOf(get())).toBe('a');
    expect(loads()).toBe(2);
    walk(10_000);
    expect(await idOf(get())).toBe('a');
    expect(loads()).toBe(3);
    await answer(err(appError('EndpointUnreachable')));
    walk(2.5 * minuteMs);
    const last = get();
    await answer(err(appError('EndpointUnreachable')));
    expect(await idOf(last)).toBe('EndpointUnreachable');
  });

  it('that a server rejects are replaced once, however many requests were refused with them', async () => {
    const { get, answer, credentials, loads, idOf } = scene();
    const first = get();
    await answer(ok(credentials('a')));
    const rejected = credentials('a');
    await first;
    const renewals = [get({ rejected }), get({ rejected })];
    const meanwhile = get();
    await answer(ok(credentials('b')));
    expect(await Promise.all([...renewals, meanwhile].map(idOf))).toEqual(['b', 'b', 'b']);
    // A part that was slow to be refused.
    expect(await idOf(get({ rejected }))).toBe('b');
    expect(loads()).toBe(2);
  });

  it('are tried again after a failure', async () => {
    const { get, answer, credentials, idOf } = scene();
    const first = get();
    await answer(err(appError('VaultLocked')));
    expect(await idOf(first)).toBe('VaultLocked');
    const second = get();
    await answer(ok(credentials('a')));
    expect(await idOf(second)).toBe('a');
  });

  it('are never given out new with less than a minute left', async () => {
    const { get, answer, credentials, idOf, walk } = scene();
    const first = get();
    await answer(ok(credentials('a', minuteMs - 1)));
    expect(await idOf(first)).toBe('ExpiredToken');
    const slow = get();
    const loaded = credentials('b', minuteMs);
    walk(1);
    await answer(ok(loaded));
    expect(await idOf(slow)).toBe('ExpiredToken');
  });

  it('come new with a code, after the load that has none', async () => {
    const { get, answer, credentials, codes, idOf, settle } = scene();
    const without = get();
    await settle();
    const withCode = get({ mfaCode: '123456' });
    await settle();
    expect(codes).toEqual([undefined]);
    await answer(err(appError('MfaNeeded')));
    await answer(ok(credentials('a')));
    expect(await Promise.all([idOf(without), idOf(withCode)])).toEqual(['MfaNeeded', 'a']);
    expect(codes).toEqual([undefined, '123456']);
    expect(await idOf(get())).toBe('a');
  });

  it('are those of the key: another loader with the same shares them', async () => {
    const { cache, loader, get, answer, credentials, idOf } = scene();
    const first = get();
    await answer(ok(credentials('a')));
    await first;
    const same = cache.source({ ...loader, load: () => expect.unreachable() });
    expect(await idOf(same())).toBe('a');
    const other = cache.source({ ...loader, cacheKey: async () => ok('other') });
    const second = other();
    await answer(ok(credentials('b')));
    expect(await idOf(second)).toBe('b');
  });
});

describe('a source that says the same', () => {
  it('is not asked at every request in the last five minutes', async () => {
    const { get, answer, credentials, loads, walk, idOf } = scene();
    const first = get();
    const same = credentials('a', 60 * minuteMs);
    await answer(ok(same));
    await first;
    walk(57 * minuteMs);
    for (let round = 0; round < 20; round += 1) {
      expect(await idOf(get())).toBe('a');
      await answer(ok(same));
    }
    expect(loads()).toBe(2);
    walk(10_000);
    await get();
    expect(loads()).toBe(3);
  });

  it('is asked once for callers with one code', async () => {
    const { get, answer, credentials, codes, idOf } = scene();
    const all = [get({ mfaCode: '123456' }), get({ mfaCode: '123456' })];
    await answer(ok(credentials('a')));
    expect(await Promise.all(all.map(idOf))).toEqual(['a', 'a']);
    expect(codes).toEqual(['123456']);
  });
});

describe('kept credentials', () => {
  it('that cannot be read are as if there were none', async () => {
    const store = {
      read: () => Promise.reject(new Error('disk')),
      write: async () => undefined,
      remove: () => undefined,
    };
    const { get, answer, credentials, idOf } = scene({ keeps: true, store });
    const first = get();
    await answer(ok(credentials('a', 60 * minuteMs)));
    expect(await idOf(first)).toBe('a');
    expect(await idOf(get())).toBe('a');
  });

  it('that are forgotten while they are loaded are for those who wait, and no others', async () => {
    const { kept, store } = memoryStore();
    const { cache, get, answer, credentials, loads, idOf, settle } = scene({ keeps: true, store });
    const first = get();
    await settle();
    cache.forget('test');
    const second = get();
    await answer(ok(credentials('a', 60 * minuteMs)));
    expect(await Promise.all([idOf(first), idOf(second)])).toEqual(['a', 'a']);
    expect([loads(), kept.size]).toEqual([1, 0]);
    const third = get();
    await answer(ok(credentials('b', 60 * minuteMs)));
    expect(await idOf(third)).toBe('b');
  });

  it('are there after a restart, as long as they are good', async () => {
    const { kept, store } = memoryStore();
    const before = scene({ keeps: true, store });
    const first = before.get();
    await before.answer(ok(before.credentials('a', 60 * minuteMs)));
    expect(await before.idOf(first)).toBe('a');
    expect([...kept.values()]).toEqual([before.credentials('a', 60 * minuteMs)]);
    const after = scene({ keeps: true, store });
    expect(await after.idOf(after.get())).toBe('a');
    expect(after.loads()).toBe(0);
    const late = scene({ keeps: true, store });
    late.walk(59 * minuteMs + 1);
    const second = late.get();
    await late.answer(ok(late.credentials('b')));
    expect(await late.idOf(second)).toBe('b');
  });

  it('are not those without an end, nor those of a loader that keeps none', async () => {
    const { kept, store } = memoryStore();
    const endless = scene({ keeps: true, store });
    const first = endless.get();
    await endless.answer(ok(endless.credentials('a')));
    await first;
    const fleeting = scene({ keeps: false, store });
    const second = fleeting.get();
    await fleeting.answer(ok(fleeting.credentials('a', 60 * minuteMs)));
    await second;
    expect(kept.size).toBe(0);
  });

  it('go when they are rejected or forgotten', async () => {
    const { kept, store } = memoryStore();
    const { cache, get, answer, credentials } = scene({ keeps: true, store });
    const first = get();
    await answer(ok(credentials('a', 60 * minuteMs)));
    await first;
    const renewed = get({ rejected: credentials('a', 60 * minuteMs) });
    await answer(err(appError('EndpointUnreachable')));
    await renewed;
    expect(kept.size).toBe(0);
    const second = get();
    await answer(ok(credentials('b', 60 * minuteMs)));
    await second;
    expect(kept.size).toBe(1);
    cache.forget('test');
    expect(kept.size).toBe(0);
  });
});
