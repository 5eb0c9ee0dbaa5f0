import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { Result } from '../../shared/result.ts';
import { err, ok } from '../../shared/result.ts';
import { mapSdkError } from '../s3/error-map.ts';
import type { SigningCredentials } from '../s3/data-plane/transport.ts';

export type CallerIdentity = { readonly arn: string; readonly account: string; readonly isRoot: boolean };

/** Who AWS says these credentials are. Only for AWS itself: never called for a connection with an endpoint of its own. */
export async function callerIdentity(
  credentials: SigningCredentials,
  region: string,
  signal?: AbortSignal,
): Promise<Result<CallerIdentity>> {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const client = new STSClient({
    region,
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) },
    maxAttempts: 2,
  });
  try {
    const answer = await client.send(new GetCallerIdentityCommand({}), signal ? { abortSignal: signal } : {});
    const arn = answer.Arn ?? '';
    return ok({ arn, account: answer.Account ?? '', isRoot: /^arn:aws[a-z-]*:iam::\d*:root$/.test(arn) });
  } catch (error) {
    return err(mapSdkError(error, { operation: 'GetCallerIdentity' }));
  } finally {
    client.destroy();
  }
}
