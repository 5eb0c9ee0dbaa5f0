import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { assumeRole, type AssumeRoleRequest } from '../../main/credentials/assume-role.ts';
import { openConnection } from '../../main/s3/connection-opener.ts';
import type { SigningCredentials } from '../../main/s3/data-plane/transport.ts';
import type { ObjectStore } from '../../main/s3/object-store.ts';
import { ok, type Result } from '../../shared/result.ts';
import type { CephAddress } from '../servers/ceph.ts';
import { createCephRole } from '../servers/ceph-roles.ts';
import { cephIsInstalled, useSharedCeph } from '../servers/shared-ceph.ts';

const clock = { nowMs: () => Date.now() };
const bucket = `assumed-${process.pid}`;
const other = `assumed-other-${process.pid}`;

function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.cause ?? ''}`);
  return result.value;
}
const codeOf = (result: Result<unknown>): string => (result.ok ? 'ok' : result.error.code);

if (cephIsInstalled) {
  describe("roles of Ceph's gateway", () => {
    let ceph: CephAddress;
    let owner: ObjectStore;
    let roleArn: string;
    let closedRoleArn: string;
    let longRoleArn: string;
    const endings: (() => unknown)[] = [];

    function connect(credentials: SigningCredentials): ObjectStore {
      const connection = openConnection(
        {
          id: 'c',
          name: 'c',
          settings: { endpointUrl: ceph.endpointUrl, region: null, pathStyle: true, tls: { verify: true } },
          credentials: async () => ok(credentials),
          restriction: null,
          downloadThreads: null,
          uploadThreads: null,
        },
        clock,
      );
      endings.unshift(() => connection.close());
      return connection.store;
    }

    const assume = (changes: Partial<AssumeRoleRequest> = {}, base: SigningCredentials = ceph.baseUser) => {
      const request = {
        roleArn,
        durationSeconds: 3600,
        region: 'us-east-1',
        endpointUrl: ceph.endpointUrl,
        ...changes,
      };
      return assumeRole(base, request, { clock, tls: { verify: true } });
    };

    beforeAll(async () => {
      ceph = await useSharedCeph();
      owner = connect(ceph);
      for (const name of [bucket, other]) valueOf(await owner.createBucket(name));
      for (const key of ['in/a', 'out/a']) valueOf(await owner.putSmall(bucket, key, new Uint8Array(3), {}));
      const reading = [
        {
          Effect: 'Allow',
          Action: ['s3:ListBucket'],
          Resource: [`arn:aws:s3:::${bucket}`],
          Condition: { StringLike: { 's3:prefix': ['in/*'] } },
        },
        {
          Effect: 'Allow',
          Action: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'],
          Resource: [`arn:aws:s3:::${bucket}/in/*`],
        },
      ];
      const make = async (name: string, trustedArn: string, maxDurationSeconds: number) => {
        const roleName = `${name}-${process.pid}`;
        const role = await createCephRole(ceph, { roleName, trustedArn, maxDurationSeconds, statements: reading });
        endings.push(() => role.remove());
        return role.roleArn;
      };
      roleArn = await make('reader', 'arn:aws:iam:::user/base', 3600);
      longRoleArn = await make('long', 'arn:aws:iam:::user/base', 7200);
      closedRoleArn = await make('closed', 'arn:aws:iam:::user/nobody', 3600);
    });

    afterAll(async () => {
      for (const key of ['in/a', 'out/a', 'in/b']) valueOf(await owner.remove(bucket, key));
      for (const name of [bucket, other]) valueOf(await owner.removeBucket(name));
      for (const end of endings) await end();
    });

    it('let their holder do what their policy says, and nothing else', async () => {
      const base = connect(ceph.baseUser);
      const inside = { bucket, prefix: 'in/', delimiter: '/', maxKeys: 10 } as const;
      expect(codeOf(await base.listPage(inside))).toBe('AccessDenied');
      const store = connect(valueOf(await assume()));
      const page = valueOf(await store.listPage(inside));
      expect(page.objects.map(({ key }) => key)).toEqual(['in/a']);
      expect(codeOf(await store.putSmall(bucket, 'in/b', new Uint8Array(9), {}))).toBe('ok');
      expect(valueOf(await store.head(bucket, 'in/b')).sizeBytes).toBe(9);
      const refused = [
        await store.listPage({ ...inside, prefix: '' }),
        await store.listPage({ ...inside, bucket: other }),
        await store.head(bucket, 'out/a'),
        await store.putSmall(bucket, 'out/b', new Uint8Array(1), {}),
        await store.remove(bucket, 'out/a'),
      ];
      expect(refused.map(codeOf)).toEqual(Array.from({ length: refused.length }, () => 'AccessDenied'));
    });

    it('are given for as long as they allow', async () => {
      const startMs = Date.now();
      const given = valueOf(await assume({ roleArn: longRoleArn, durationSeconds: 7200 }));
      expect(Math.abs((given.expiresMs ?? 0) - startMs - 7_200_000)).toBeLessThan(120_000);
      expect(codeOf(await assume({ durationSeconds: 7200 }))).toBe('RoleDurationTooLong');
    });

    it('are refused to others in words that name the role', async () => {
      const missing = await assume({ roleArn: `${roleArn}-missing` });
      expect(missing).toMatchObject({
        error: { code: 'AssumeRoleDenied', context: { roleArn: `${roleArn}-missing`, serverCode: 'NoSuchEntity' } },
      });
      expect(codeOf(await assume({ roleArn: closedRoleArn }))).toBe('AssumeRoleDenied');
      // Ceph tells neither a wrong key nor a wrong secret from a refusal.
      expect(codeOf(await assume({}, { ...ceph.baseUser, secretAccessKey: 'wrong' }))).toBe('AssumeRoleDenied');
      expect(codeOf(await assume({ durationSeconds: 100 }))).toBe('InvalidArgument');
    });

    it('are given to a clock that is off, on that clock', async () => {
      const aheadMs = 3_600_000;
      const request = { roleArn, durationSeconds: 900, region: 'us-east-1', endpointUrl: ceph.endpointUrl };
      const wrongClock = { nowMs: () => Date.now() + aheadMs };
      const given = valueOf(await assumeRole(ceph.baseUser, request, { clock: wrongClock, tls: { verify: true } }));
      expect(Math.abs((given.expiresMs ?? 0) - wrongClock.nowMs() - 900_000)).toBeLessThan(120_000);
    });
  });
} else {
  test('Ceph is not installed here, and asking for it says so', async () => {
    await expect(useSharedCeph()).rejects.toThrow('is not installed');
  });
}
