import { z } from 'zod';
import { mfaCodeSchema } from '../domain/auth.ts';
import { profileSummarySchema, ssoSignInSchema } from '../domain/aws-profile.ts';
import { testResultSchema } from '../domain/connection-test.ts';
import {
  bucketNameSchema,
  connectionInputSchema,
  connectionUpdateSchema,
  connectionViewSchema,
} from '../domain/connection.ts';
import { connectionIdSchema } from '../domain/ids.ts';
import { policyActionSchema } from '../domain/policies.ts';
import { endpointUrlSchema, regionSchema } from '../domain/server.ts';
import { define, done, nothing } from './define.ts';

/** Credentials of a command's environment, held in memory by the engine for as long as it runs; never stored. */
export const environmentSchema = z.object({
  accessKeyId: z.string().optional(),
  secretAccessKey: z.string().optional(),
  sessionToken: z.string().optional(),
  profile: z.string().optional(),
  region: regionSchema.optional(),
  endpointUrl: endpointUrlSchema.optional(),
  verifyTls: z.boolean().default(true),
  /** PEM text. */
  caBundle: z.string().optional(),
});
export type Environment = z.infer<typeof environmentSchema>;

/** A saved connection, an unsaved edit of one, or one that is being typed. */
const connectionTargetSchema = z.union([
  /** An edited but not yet saved connection: secrets left out come from the saved one. */
  z.object({ connectionId: connectionIdSchema, draft: connectionUpdateSchema }),
  // After the one above: the first that fits is taken, and what it does not name is dropped.
  z.object({ connectionId: connectionIdSchema, draft: z.undefined().optional() }),
  z.object({ connection: connectionInputSchema }),
]);

/** Commands about connections and how they sign in. */
export const connectionCommands = {
  'connections.list': define(nothing, z.object({ connections: z.array(connectionViewSchema) })),
  'connections.add': define(
    z.object({ connection: connectionInputSchema }),
    z.object({ connection: connectionViewSchema }),
  ),
  'connections.update': define(
    z.object({ connectionId: connectionIdSchema, connection: connectionUpdateSchema }),
    z.object({ connection: connectionViewSchema }),
  ),
  'connections.remove': define(z.object({ connectionId: connectionIdSchema }), done),
  /** The same settings and secrets under a free name. */
  'connections.duplicate': define(
    z.object({ connectionId: connectionIdSchema }),
    z.object({ connection: connectionViewSchema }),
  ),
  /** Connections as JSON without any secret, to be read by `connections.import`; all but this computer's when none is named. */
  'connections.export': define(
    z.object({ connectionIds: z.array(connectionIdSchema).optional() }),
    z.object({ text: z.string() }),
  ),
  /**
   * Adds the connections of such a text; their secrets are entered later. A name that is taken gets a number. One that
   * cannot be read is named with its reason, the others are added all the same. InvalidInput when it is no such text.
   */
  'connections.import': define(
    z.object({ text: z.string().max(5_000_000) }),
    z.object({
      added: z.array(connectionViewSchema),
      refused: z.array(z.object({ name: z.string(), reason: z.string() })),
    }),
  ),
  /**
   * Steps arrive as `connections.testStep` events under the caller's testId while it runs. A failed test is a value.
   * `writeProbe`: also uploads a small object and deletes it again (in `probeBucket` where the connection names none).
   */
  'connections.test': define(
    z.object({
      testId: z.string().min(1).max(64),
      target: connectionTargetSchema,
      mfaCode: mfaCodeSchema.optional(),
      writeProbe: z.boolean().default(false),
      probeBucket: bucketNameSchema.optional(),
    }),
    testResultSchema,
  ),
  /** The policies to paste into IAM. trustPolicy: only of connections that take a role. */
  'connections.policy': define(
    z.object({ connectionId: connectionIdSchema, actions: z.array(policyActionSchema).optional() }),
    z.object({ trustPolicy: z.string().nullable(), permissionsPolicy: z.string() }),
  ),
  /**
   * Who takes the role, or who the credentials belong to where there is none: for the role's trust policy. Asks STS at Amazon;
   * Unsupported for a connection with an endpoint of its own.
   */
  'connections.callerArn': define(z.object({ target: connectionTargetSchema }), z.object({ arn: z.string() })),
  /** Proposed for every role of this installation; made once. */
  'connections.externalId': define(nothing, z.object({ externalId: z.string() })),
  /**
   * Signs a connection in with the code of an MFA device; what waited for it goes on. MfaRefused, or why the role was
   * refused. Without a code, of a connection that needs none: new credentials.
   */
  'connections.signIn': define(z.object({ connectionId: connectionIdSchema, mfaCode: mfaCodeSchema.optional() }), done),

  /** The profiles of the AWS config and credentials files on the engine's machine; empty when there are none. */
  'profiles.list': define(
    nothing,
    z.object({ profiles: z.array(profileSummarySchema), configFile: z.string(), credentialsFile: z.string() }),
  ),
  /** Begins a sign-in in the browser (IAM Identity Center) for a profile. CredentialsMissing when the profile has none. */
  'profiles.startSignIn': define(z.object({ profile: z.string().min(1).max(256) }), ssoSignInSchema),
  /** Answers when the person has signed in. SsoSignInExpired, SsoSignInDenied, Cancelled. */
  'profiles.awaitSignIn': define(z.object({ signInId: z.string() }), done),
  'profiles.cancelSignIn': define(z.object({ signInId: z.string() }), done),

  'connections.useEnvironment': define(environmentSchema, z.object({ connectionId: connectionIdSchema })),
} as const;
