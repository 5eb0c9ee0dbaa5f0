import { z } from 'zod';
import { endpointUrlSchema, regionSchema } from './server.ts';

/** AWS documents access key ids as 16 to 128 word characters; compatible servers take shorter ones. */
const accessKeyIdSchema = z
  .string()
  .trim()
  .min(1)
  .max(128)
  .regex(/^[\x21-\x7e]+$/);
const secretSchema = z
  .string()
  .trim()
  .min(1)
  .max(1024)
  .regex(/^[\x21-\x7e]+$/);

/** Authorization with a long-lived (or, with a session token, temporary) access key. */
export const accessKeyAuthSchema = z.object({
  type: z.literal('accessKey'),
  accessKeyId: accessKeyIdSchema,
  secretAccessKey: secretSchema,
  sessionToken: z.string().trim().max(8192).optional(),
});

/** A profile of the AWS config and credentials files on this computer. */
export const profileAuthSchema = z.object({
  type: z.literal('profile'),
  profile: z.string().trim().min(1).max(256),
  /** Copies the keys that are in the profile now into the connection, which then no longer needs the files. */
  copyKeys: z.boolean().optional(),
});

/** STS: 20 to 2,048 characters. Servers that are not Amazon's have no account in it (`arn:aws:iam:::role/name`). */
export const roleArnSchema = z
  .string()
  .trim()
  .min(20)
  .max(2048)
  .regex(/^arn:aws[a-z-]*:iam::[^:\s]*:role\/[\w+=,.@/-]+$/);
/** STS: 2 to 1,224 characters of `[\w+=,.@:\/-]`; empty: none is sent. */
export const externalIdSchema = z
  .string()
  .trim()
  .max(1224)
  .regex(/^(?:[\w+=,.@:/-]{2,})?$/);
/** STS: 9 to 256 characters; a virtual device's ARN or a hardware device's number. */
export const mfaSerialSchema = z
  .string()
  .trim()
  .min(9)
  .max(256)
  .regex(/^[\w+=/:,.@-]+$/);
/** What an authenticator shows; never stored. */
export const mfaCodeSchema = z
  .string()
  .trim()
  .regex(/^\d{6}$/);
/** As typed: `cleanSessionName` makes of it what STS takes. */
const sessionNameSchema = z.string().trim().max(256);
/** STS: 900 to 43,200 s, at most what the role allows (its own default is an hour). */
export const minDurationSeconds = 900;
export const maxRoleDurationSeconds = 43_200;
/** Of a session with Roles Anywhere: what the form takes, as the connectors do (the service takes 43,200). */
export const maxRolesAnywhereDurationSeconds = 3600;
/** STS allows a role that was assumed with a role's credentials no more. */
export const maxChainedDurationSeconds = 3600;
export const defaultDurationSeconds = 3600;

/** A role, assumed with an access key or with whatever a profile gives. */
export const roleAuthSchema = z.object({
  type: z.literal('role'),
  roleArn: roleArnSchema,
  externalId: externalIdSchema.optional(),
  base: z.discriminatedUnion('type', [accessKeyAuthSchema, profileAuthSchema]),
  sessionName: sessionNameSchema.optional(),
  durationSeconds: z.number().int().min(minDurationSeconds).max(maxRoleDurationSeconds).default(defaultDurationSeconds),
  mfaSerial: mfaSerialSchema.optional(),
  /** Left out: at Amazon its own, elsewhere the endpoint of the connection (Ceph has both in one). */
  stsEndpointUrl: endpointUrlSchema.optional(),
});

const rolesAnywhereArn = (what: 'profile' | 'trust-anchor') =>
  z
    .string()
    .trim()
    .max(1011)
    .regex(new RegExp(`^arn:aws[a-z-]*:rolesanywhere:[a-z0-9-]+:\\d{12}:${what}/[A-Za-z0-9-]+$`));
/** Lower case with dashes. */
export const customRegionSchema = z
  .string()
  .trim()
  .max(64)
  .regex(/^(?:[a-z0-9]+(?:-[a-z0-9]+)+)?$/);
/** PEM text (also with something around it), or the base64 of a DER or PKCS#12 file. */
const keyMaterialSchema = z.string().min(1).max(200_000);
const keyFileSchema = z.string().trim().min(1).max(4096);

/** A session with IAM Roles Anywhere: a certificate and its private key in the place of an access key. */
export const rolesAnywhereAuthSchema = z.object({
  type: z.literal('rolesAnywhere'),
  profileArn: rolesAnywhereArn('profile'),
  roleArn: roleArnSchema,
  trustAnchorArn: rolesAnywhereArn('trust-anchor'),
  region: regionSchema.default('us-east-1'),
  /** Wins over `region` when set. */
  customRegion: customRegionSchema.optional(),
  sessionName: sessionNameSchema.min(1),
  durationSeconds: z
    .number()
    .int()
    .min(minDurationSeconds)
    .max(maxRolesAnywhereDurationSeconds)
    .default(defaultDurationSeconds),
  /** The leaf first, then the intermediates. A PKCS#12 file has the key too. */
  certificatePem: keyMaterialSchema.optional(),
  privateKeyPem: keyMaterialSchema.optional(),
  privateKeyPassphrase: z.string().max(1024).optional(),
  /** Read once, when the connection is saved: what is in them then is kept. On the machine of the engine. */
  certificateFile: keyFileSchema.optional(),
  privateKeyFile: keyFileSchema.optional(),
  endpointUrl: endpointUrlSchema.optional(),
});

export const authSchema = z.discriminatedUnion('type', [
  accessKeyAuthSchema,
  roleAuthSchema,
  rolesAnywhereAuthSchema,
  profileAuthSchema,
]);
export type Auth = z.infer<typeof authSchema>;
export type AccessKeyAuth = z.infer<typeof accessKeyAuthSchema>;
export type ProfileAuth = z.infer<typeof profileAuthSchema>;
export type RoleAuth = z.infer<typeof roleAuthSchema>;
export type RolesAnywhereAuth = z.infer<typeof rolesAnywhereAuthSchema>;

const accessKeyUpdateSchema = accessKeyAuthSchema.extend({ secretAccessKey: secretSchema.optional() });

/** An edit: a secret left out stays as it is (an empty session token is none). */
export const authUpdateSchema = z.discriminatedUnion('type', [
  accessKeyUpdateSchema,
  roleAuthSchema.extend({ base: z.discriminatedUnion('type', [accessKeyUpdateSchema, profileAuthSchema]) }),
  rolesAnywhereAuthSchema,
  profileAuthSchema,
]);
export type AuthUpdate = z.infer<typeof authUpdateSchema>;

/** What of a certificate may be shown; all of it is public. */
export const certificateViewSchema = z.object({
  /** RFC 4514, on one line. */
  subject: z.string(),
  issuer: z.string(),
  /** Decimal, as Roles Anywhere names it. */
  serial: z.string(),
  notBeforeMs: z.number(),
  notAfterMs: z.number(),
  /** `RSA 2048`, `EC P-256` … */
  keyType: z.string(),
  /** Intermediate certificates sent along. */
  chainCount: z.number().int(),
});
export type CertificateView = z.infer<typeof certificateViewSchema>;

const accessKeyViewSchema = z.object({
  type: z.literal('accessKey'),
  accessKeyId: z.string(),
  hasSessionToken: z.boolean(),
  /** False: imported, and its secret not entered yet. */
  hasSecret: z.literal(false).optional(),
});
const profileViewSchema = z.object({ type: z.literal('profile'), profile: z.string() });

/** What of the authorization may be shown. */
export const authViewSchema = z.discriminatedUnion('type', [
  accessKeyViewSchema,
  roleAuthSchema.extend({ base: z.discriminatedUnion('type', [accessKeyViewSchema, profileViewSchema]) }),
  rolesAnywhereAuthSchema
    .omit({
      certificatePem: true,
      privateKeyPem: true,
      privateKeyPassphrase: true,
      certificateFile: true,
      privateKeyFile: true,
    })
    // Null: imported without its certificate.
    .extend({ certificate: certificateViewSchema.nullable() }),
  profileViewSchema,
]);
export type AuthView = z.infer<typeof authViewSchema>;

/** Pure. What of Roles Anywhere is no certificate and no key. */
export function withoutKeyMaterial(auth: RolesAnywhereAuth): RolesAnywhereSettings {
  const {
    certificatePem: _certificate,
    privateKeyPem: _key,
    privateKeyPassphrase: _passphrase,
    certificateFile: _certificateFile,
    privateKeyFile: _keyFile,
    ...settings
  } = auth;
  return settings;
}
export type RolesAnywhereSettings = Omit<
  RolesAnywhereAuth,
  'certificatePem' | 'privateKeyPem' | 'privateKeyPassphrase' | 'certificateFile' | 'privateKeyFile'
>;

/** Pure. What STS takes of a session name (2 to 64 characters of `[\w+=,.@-]`); the default for nothing. */
export function cleanSessionName(typed: string | undefined): string {
  const name = (typed ?? '').trim();
  if (name === '') return 'bucket-brigade';
  const cleaned = name.replace(/[^A-Za-z0-9_+=,.@-]/g, '-').slice(0, 64);
  return cleaned.length < 2 ? `${cleaned}-`.padEnd(2, '-') : cleaned;
}

/** Pure. The profile that signs in, or that a role is taken with; null where there is none. */
export function profileOfAuth(auth: Auth | AuthView): string | null {
  if (auth.type === 'profile') return auth.profile;
  return auth.type === 'role' && auth.base.type === 'profile' ? auth.base.profile : null;
}

/** Pure. The region of a Roles Anywhere ARN, or null when this is none. */
export function regionOfArn(arn: string): string | null {
  return /^arn:aws[a-z-]*:rolesanywhere:([a-z0-9-]+):/.exec(arn.trim())?.[1] ?? null;
}
