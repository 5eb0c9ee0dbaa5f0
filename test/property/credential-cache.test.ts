import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { createCredentialCache, type CredentialLoader } from '../../main/credentials/credential-cache.ts';
import type { SigningCredentials } from '../../main/s3/data-plane/transport.ts';
import { appError } from '../../shared/errors.ts';
import { err, ok, type Result } from '../../shared/result.ts';

const minuteMs = 60_000;

/** What may happen, in any order: callers, loads that end well, badly or late, time, refusals, a restart. */
const stepArbitrary = fc.oneof(
  { weight: 5, arbitrary: fc.record({ type: fc.constant('ask' as const), key: fc.nat(1) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('reject' as const), key: fc.nat(1) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('code' as const), key: fc.nat(1) }) },
  {
    weight: 4,
    arbitrary: fc.record({ type: fc.constant('loaded' as const), lifetimeMs: fc.nat(30 * minuteMs), at: fc.nat(3) }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('failed' as const), at: fc.nat(3) }) },
  { weight: 4, arbitrary: fc.record({ type: fc.constant('walk' as const), byMs: fc.nat(10 * minuteMs) }) },
  { weight: 1, arbitrary: fc.constant({ type: 'restart' as const }) },
);

const settle = () => new Promise((resolve) => setImmediate(resolve));

it('whatever happens: never less than a minute left, never two loads of a key, never a caller left waiting', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(stepArbitrary, { maxLength: 60 }), async (steps) => {
      let nowMs = 1_000_000;
      let made = 0;
      let asked = 0;
      let answered = 0;
      const inFlight = [0, 0];
      const loads: { readonly key: number; end(result: Result<SigningCredentials>): void }[] = [];
      const lastGiven: (SigningCredentials | undefined)[] = [undefined, undefined];
      const kept = new Map<string, SigningCredentials>();
      const store = {
        read: async (key: string) => kept.get(key) ?? null,
        write: async (key: string, credentials: SigningCredentials) => void kept.set(key, credentials),
        remove: (key: string) => void kept.delete(key),
      };
      const loaderOf = (key: number): CredentialLoader => ({
        keeps: key === 0,
        cacheKey: async () => ok(`key ${key}`),
        load: () => {
          inFlight[key] = (inFlight[key] ?? 0) + 1;
          expect(inFlight[key]).toBe(1);
          return new Promise((resolve) => {
            loads.push({
              key,
              end: (result) => {
                inFlight[key] = (inFlight[key] ?? 0) - 1;
                resolve(result);
              },
            });
          });
        },
      });
      const loaders = [loaderOf(0), loaderOf(1)] as const;
      let cache = createCredentialCache({ clock: { nowMs: () => nowMs }, store });

      const ask = (key: number, request?: Parameters<typeof cache.get>[1]) => {
        asked += 1;
        const before = nowMs;
        void cache.get(loaders[key] ?? loaders[0], request).then((result) => {
          answered += 1;
          if (!result.ok) return undefined;
          // Judged when it was given: the test walks the clock only between turns.
          expect(nowMs).toBeGreaterThanOrEqual(before);
          expect((result.value.expiresMs ?? Number.POSITIVE_INFINITY) - nowMs).toBeGreaterThanOrEqual(minuteMs);
          if (request?.rejected !== undefined) expect(result.value.accessKeyId).not.toBe(request.rejected.accessKeyId);
          lastGiven[key] = result.value;
          return undefined;
        });
      };
      const endLoad = (at: number, result: () => Result<SigningCredentials>) => {
        const [load] = loads.splice(Math.min(at, loads.length - 1), 1);
        load?.end(result());
      };
      const fresh = (lifetimeMs: number): Result<SigningCredentials> => {
        made += 1;
        return ok({ accessKeyId: `AKIA${made}`, secretAccessKey: 's', expiresMs: nowMs + lifetimeMs });
      };

      for (const step of steps) {
        if (step.type === 'ask') ask(step.key);
        if (step.type === 'code') ask(step.key, { mfaCode: '123456' });
        if (step.type === 'reject' && lastGiven[step.key] !== undefined)
          ask(step.key, { rejected: lastGiven[step.key] });
        if (step.type === 'loaded' && loads.length > 0) endLoad(step.at, () => fresh(step.lifetimeMs));
        if (step.type === 'failed' && loads.length > 0) endLoad(step.at, () => err(appError('EndpointUnreachable')));
        if (step.type === 'restart') {
          // The process is gone with what it was doing; its callers with it.
          while (loads.length > 0) endLoad(0, () => err(appError('Cancelled')));
          await settle();
          while (loads.length > 0) {
            endLoad(0, () => err(appError('Cancelled')));
            await settle();
          }
          cache = createCredentialCache({ clock: { nowMs: () => nowMs }, store });
        }
        await settle();
        if (step.type === 'walk') nowMs += step.byMs;
        await settle();
      }
      // Whoever still waits gets an answer once the loads end.
      for (let round = 0; round < 20; round += 1) {
        while (loads.length > 0) endLoad(0, () => fresh(20 * minuteMs));
        await settle();
      }
      expect(answered).toBe(asked);
      expect(inFlight).toEqual([0, 0]);
    }),
    { numRuns: 300 },
  );
});
