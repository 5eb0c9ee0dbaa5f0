import type { AuthType } from './connection-draft.ts';

export type ArnField = 'roleArn' | 'trustAnchorArn' | 'profileArn';
export type PastedArns = Partial<Readonly<Record<ArnField, string>>>;

const patterns: Readonly<Record<ArnField, RegExp>> = {
  trustAnchorArn: /arn:aws[a-z-]*:rolesanywhere:[a-z0-9-]+:\d{12}:trust-anchor\/[A-Za-z0-9-]+/,
  profileArn: /arn:aws[a-z-]*:rolesanywhere:[a-z0-9-]+:\d{12}:profile\/[A-Za-z0-9-]+/,
  roleArn: /arn:aws[a-z-]*:iam::[^:\s]*:role\/[\w+=,.@/-]+/,
};

/**
 * Pure. The ARNs in a pasted text by the fields that they belong to, among those that the way to sign in has. Null when
 * there is nothing to sort: none, or just that of the field it was pasted into.
 */
export function readArns(text: string, into: ArnField, authType: AuthType): PastedArns | null {
  const found: Partial<Record<ArnField, string>> = {};
  for (const field of ['trustAnchorArn', 'profileArn', 'roleArn'] as const) {
    const arn = patterns[field].exec(text)?.[0];
    if (arn !== undefined && (field === 'roleArn' || authType === 'rolesAnywhere')) found[field] = arn;
  }
  const fields = Object.keys(found);
  return fields.length === 0 || (fields.length === 1 && fields[0] === into) ? null : found;
}
