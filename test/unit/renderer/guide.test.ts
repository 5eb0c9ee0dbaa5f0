import { expect, test } from 'vitest';
import {
  callerPolicy,
  type GuideDraft,
  guideAuthOf,
  guideMethodOf,
  guideMethods,
  leastPolicy,
  roleTrust,
} from '../../../renderer/features/connections/guide/guide-policies.ts';
import { consoleUrl, guideSteps } from '../../../renderer/features/connections/guide/guide-steps.ts';
import { emptyDraft } from '../../../renderer/features/connections/connection-draft.ts';
import { callerTarget } from '../../../renderer/features/connections/form-guide.tsx';
import { authViewSchema } from '../../../shared/domain/auth.ts';
import { policyActions } from '../../../shared/domain/policies.ts';
import words from '../../../shared/words/en/window/guide.json' with { type: 'json' };

const draft: GuideDraft = { bucket: 'b', path: 'in/', actions: ['download'], callerArn: '', trustAnchorArn: '' };
const role = authViewSchema.parse({
  type: 'role',
  roleArn: 'arn:aws:iam::123456789012:role/archive',
  externalId: 'ext-1',
  base: { type: 'profile', profile: 'p' },
});

test('every step of every way has its words, and no words are left over', () => {
  for (const method of guideMethods) {
    const steps: Readonly<Record<string, { title: string; text: string }>> = words.guide.step[method];
    expect(Object.keys(steps)).toEqual(guideSteps[method].map(({ id }) => id));
    for (const { title, text } of Object.values(steps)) expect(title.length * text.length).toBeGreaterThan(0);
  }
});

test('the policy is for the chosen bucket, path and actions only', () => {
  const policy = leastPolicy(draft, undefined);
  expect(policy).toContain('arn:aws:s3:::b/in/*');
  expect(policy).toContain('s3:GetObject');
  expect(policy).not.toContain('s3:PutObject');
  expect(policy).not.toContain('s3:ListBucket"');
  const all = leastPolicy({ ...draft, bucket: ' ', path: 'in/', actions: policyActions }, 'cn-north-1');
  expect(all).toContain('arn:aws-cn:s3:::*');
  expect(all).not.toContain('in/');
  expect(leastPolicy({ ...draft, path: '/in/' }, undefined)).toBe(policy);
});

test('the trust policy names the caller and the external ID, or the trust anchor; what is not known is to be filled in', () => {
  const auth = guideAuthOf(role);
  const mine = roleTrust('role', { ...draft, callerArn: ' arn:aws:iam::1:user/kim ' }, auth);
  expect(JSON.parse(mine)).toMatchObject({
    Statement: [
      { Principal: { AWS: 'arn:aws:iam::1:user/kim' }, Condition: { StringEquals: { 'sts:ExternalId': 'ext-1' } } },
    ],
  });
  expect(roleTrust('role', draft, {})).toContain('ACCOUNT-ID');
  expect(roleTrust('rolesAnywhere', draft, {})).toContain('trust-anchor/ID');
  const anchored = roleTrust('rolesAnywhere', { ...draft, trustAnchorArn: 'arn:aws:x' }, {});
  expect(anchored).toContain('"aws:SourceArn": "arn:aws:x"');
  expect(anchored).toContain('sts:TagSession');
  expect(callerPolicy(auth.roleArn)).toContain('"Resource": "arn:aws:iam::123456789012:role/archive"');
  expect(callerPolicy(' ')).toContain('role/ROLE-NAME');
});

test('a saved connection opens the guide at its own way to sign in', () => {
  expect(guideMethodOf(role)).toBe('role');
  expect(guideMethodOf({ type: 'profile', profile: 'p' })).toBe('accessKey');
  expect(guideAuthOf({ type: 'profile', profile: 'p' })).toEqual({});
});

test('links lead to the console of the partition, always by https', () => {
  expect(consoleUrl('users', 'eu-central-1')).toBe('https://console.aws.amazon.com/iam/home#/users');
  expect(consoleUrl('anywhere', 'cn-north-1')).toBe(
    'https://console.amazonaws.cn/rolesanywhere/home?region=cn-north-1',
  );
  expect(consoleUrl('iam', 'us-gov-west-1')).toBe('https://console.amazonaws-us-gov.com/iam/home#/home');
  expect(consoleUrl('anywhere', undefined)).toBe('https://console.aws.amazon.com/rolesanywhere/home');
});

test('who the caller is can be asked before its role is known, and not without anything to sign in with', () => {
  const key = { ...emptyDraft, accessKeyId: 'AK', secretAccessKey: 'sk' };
  expect(callerTarget(emptyDraft, null)).toBeNull();
  expect(callerTarget(key, null)).toMatchObject({ connection: { auth: { type: 'accessKey', accessKeyId: 'AK' } } });
  const taking = { ...key, authType: 'role' as const };
  expect(callerTarget(taking, null)).toMatchObject({ connection: { auth: { type: 'accessKey', accessKeyId: 'AK' } } });
  const known = { ...taking, roleArn: 'arn:aws:iam::123456789012:role/archive' };
  expect(callerTarget(known, null)).toMatchObject({ connection: { auth: { type: 'role' } } });
  expect(callerTarget({ ...taking, secretAccessKey: '' }, null)).toBeNull();
  expect(callerTarget({ ...key, authType: 'rolesAnywhere' }, null)).toBeNull();
});
