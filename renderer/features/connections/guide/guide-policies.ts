import type { AuthView } from '../../../../shared/domain/auth.ts';
import { permissionsPolicy, type PolicyAction, trustPolicy } from '../../../../shared/domain/policies.ts';

export const guideMethods = ['accessKey', 'role', 'rolesAnywhere'] as const;
/** The ways to sign in that the guide explains. */
export type GuideMethod = (typeof guideMethods)[number];

/** What of the way a connection signs in the guide fills in; anything not known yet is left out. */
export type GuideAuth = {
  readonly roleArn?: string | undefined;
  readonly externalId?: string | undefined;
  readonly mfaSerial?: string | undefined;
  readonly trustAnchorArn?: string | undefined;
};

/** What the policies are made for; all of it can be changed in the guide. */
export type GuideDraft = {
  readonly bucket: string;
  readonly path: string;
  readonly actions: readonly PolicyAction[];
  readonly callerArn: string;
  readonly trustAnchorArn: string;
};

/** Stands where the trust anchor is not known yet. */
const unknownTrustAnchor = 'arn:aws:rolesanywhere:REGION:ACCOUNT-ID:trust-anchor/ID';

/** Pure. What a saved connection tells the guide. */
export function guideAuthOf(auth: AuthView): GuideAuth {
  if (auth.type === 'role') {
    return { roleArn: auth.roleArn, externalId: auth.externalId, mfaSerial: auth.mfaSerial };
  }
  return auth.type === 'rolesAnywhere' ? { roleArn: auth.roleArn, trustAnchorArn: auth.trustAnchorArn } : {};
}

/** Pure. A profile is explained as what most of them have: an access key. */
export function guideMethodOf(auth: AuthView): GuideMethod {
  return auth.type === 'profile' ? 'accessKey' : auth.type;
}

/** Pure. The least that the draft's actions need; a path needs its bucket. */
export function leastPolicy({ bucket, path, actions }: GuideDraft, region: string | undefined): string {
  const restrictToBucket = bucket.trim();
  const settings = {
    ...(restrictToBucket === '' ? {} : { restrictToBucket }),
    ...(restrictToBucket === '' || path === '' ? {} : { restrictToPath: path.replace(/^\/+/, '') }),
    ...(region === undefined ? {} : { region }),
  };
  return permissionsPolicy(settings, actions);
}

/** Pure. Who may take the role: the caller with the external ID, or Roles Anywhere with the trust anchor. */
export function roleTrust(method: Exclude<GuideMethod, 'accessKey'>, draft: GuideDraft, auth: GuideAuth): string {
  const view: AuthView =
    method === 'role'
      ? {
          type: 'role',
          roleArn: '',
          externalId: auth.externalId,
          mfaSerial: auth.mfaSerial,
          durationSeconds: 0,
          base: { type: 'profile', profile: '' },
        }
      : {
          type: 'rolesAnywhere',
          profileArn: '',
          roleArn: '',
          trustAnchorArn: draft.trustAnchorArn.trim() || unknownTrustAnchor,
          region: '',
          sessionName: '',
          durationSeconds: 0,
          certificate: null,
        };
  return trustPolicy(view, draft.callerArn.trim() || null) ?? '';
}

/** Pure. What the caller's own permissions need, so that it may take the role. */
export function callerPolicy(roleArn: string | undefined): string {
  const known = roleArn?.trim() ?? '';
  const statement = {
    Effect: 'Allow',
    Action: 'sts:AssumeRole',
    Resource: known === '' ? 'arn:aws:iam::ACCOUNT-ID:role/ROLE-NAME' : known,
  };
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] }, null, 2);
}
