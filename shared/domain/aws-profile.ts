import { z } from 'zod';

/** A profile of the AWS files, without its secrets. */
export const profileSummarySchema = z.object({
  name: z.string(),
  /** How it signs in. `unknown`: nothing in it says how. */
  kind: z.enum(['accessKey', 'role', 'sso', 'process', 'unknown']),
  region: z.string().nullable(),
  /** What tells it from the others: the access key ID, the role's ARN, the SSO account and role, the program. */
  detail: z.string(),
  endpointUrl: z.string().nullable(),
  /** Its keys (or its role with the keys of its source profile) can be copied into a connection. */
  canImport: z.boolean(),
});
export type ProfileSummary = z.infer<typeof profileSummarySchema>;

/** A sign-in in the browser that waits for the person. */
export const ssoSignInSchema = z.object({
  signInId: z.string(),
  /** Has the code in it. */
  verificationUrl: z.string(),
  /** To be compared with the one the browser shows. */
  userCode: z.string(),
  expiresMs: z.number(),
});
export type SsoSignIn = z.infer<typeof ssoSignInSchema>;
