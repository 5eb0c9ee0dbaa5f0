import type { GuideMethod } from './guide-policies.ts';

/** What a step shows below its sentence. */
export type GuidePart = 'permissions' | 'trust' | 'caller' | 'keyCommands' | 'authorityCommands';
/** Pages of the AWS console that a step begins on. */
export type ConsolePage = 'iam' | 'policies' | 'users' | 'roles' | 'anywhere';

export type GuideStep = { readonly id: string; readonly page?: ConsolePage; readonly part?: GuidePart };

/** The steps of each way, in their order; `guide.accessKey.user` and so on has the heading and the sentences of each. */
export const guideSteps = {
  accessKey: [
    { id: 'open', page: 'iam' },
    { id: 'policy', page: 'policies', part: 'permissions' },
    { id: 'user', page: 'users' },
    { id: 'key', page: 'users' },
    { id: 'form' },
    { id: 'tags' },
  ],
  role: [
    { id: 'open', page: 'iam' },
    { id: 'policy', page: 'policies', part: 'permissions' },
    { id: 'role', page: 'roles', part: 'trust' },
    { id: 'caller', part: 'caller' },
    { id: 'form', page: 'roles' },
    { id: 'tags' },
  ],
  rolesAnywhere: [
    { id: 'key', part: 'keyCommands' },
    { id: 'authority', part: 'authorityCommands' },
    { id: 'anchor', page: 'anywhere' },
    { id: 'policy', page: 'policies', part: 'permissions' },
    { id: 'role', page: 'roles', part: 'trust' },
    { id: 'profile', page: 'anywhere' },
    { id: 'form' },
    { id: 'tags' },
  ],
} as const satisfies Record<GuideMethod, readonly GuideStep[]>;

/** A private key with a passphrase, and the request for its certificate. */
export const keyCommands = [
  'openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -aes-256-cbc -out bucket-brigade.key',
  'openssl req -new -key bucket-brigade.key -subj "/CN=bucket-brigade" -addext "basicConstraints=critical,CA:FALSE" -addext "keyUsage=critical,digitalSignature" -out bucket-brigade.csr',
].join('\n');

/** An authority of one's own, and the certificate that it gives to the request. OpenSSL 3 or newer. */
export const authorityCommands = [
  'openssl req -x509 -newkey rsa:4096 -keyout authority.key -out authority.pem -days 3650 -subj "/CN=Bucket Brigade CA" -addext "basicConstraints=critical,CA:TRUE" -addext "keyUsage=critical,keyCertSign,cRLSign"',
  'openssl x509 -req -in bucket-brigade.csr -CA authority.pem -CAkey authority.key -CAcreateserial -copy_extensions copy -days 365 -out bucket-brigade.pem',
].join('\n');

/** Pure. The page in the console of the region's partition; Amazon asks to sign in first where that is needed. */
export function consoleUrl(page: ConsolePage, region: string | undefined): string {
  const host = region?.startsWith('cn-')
    ? 'console.amazonaws.cn'
    : region?.startsWith('us-gov-')
      ? 'console.amazonaws-us-gov.com'
      : 'console.aws.amazon.com';
  const query = region === undefined || region === '' ? '' : `?region=${encodeURIComponent(region)}`;
  switch (page) {
    case 'iam':
      return `https://${host}/iam/home#/home`;
    case 'policies':
    case 'users':
    case 'roles':
      return `https://${host}/iam/home#/${page}`;
    case 'anywhere':
      return `https://${host}/rolesanywhere/home${query}`;
  }
}
