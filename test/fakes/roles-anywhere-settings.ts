import type { SessionSettings } from '../../main/credentials/roles-anywhere/create-session.ts';

export const account = '111122223333';
/** Of one trust anchor, profile and role in a region. */
export const arns = (region: string, partition = 'aws') => ({
  profileArn: `arn:${partition}:rolesanywhere:${region}:${account}:profile/5f0c6b6e-1111-2222-3333-444455556666`,
  trustAnchorArn: `arn:${partition}:rolesanywhere:${region}:${account}:trust-anchor/0a1b2c3d-1111-2222-3333-444455556666`,
  roleArn: `arn:${partition}:iam::${account}:role/some/path/Archive+Reader@x`,
});
export const settings: SessionSettings = {
  ...arns('eu-central-1'),
  region: 'eu-central-1',
  sessionName: 'nightly run',
  durationSeconds: 3600,
};
