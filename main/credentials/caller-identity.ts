import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { Clock } from '../../shared/domain/clock.ts';
import type { Result } from '../../shared/result.ts';
import { err, ok } from '../../shared/result.ts';
import type { SigningCredentials } from '../s3/data-plane/transport.ts';
import { createStsClient, mapStsError, type StsAddress } from './sts-client.ts';

export type CallerIdentity = { readonly arn: string; readonly account: string; readonly isRoot: boolean };

export type CallerIdentityOptions = {
  /** The system's time when left out. */
  readonly clock?: Pick<Clock, 'nowMs'>;
  /** Certificates are verified when left out. */
  readonly tls?: StsAddress['tls'];
  /** For tests; Amazon's STS of the region when left out. */
  readonly endpointUrl?: string | null;
};

/** Who AWS says these credentials are. Only for AWS itself: never called for a connection with an endpoint of its own. */
export async function callerIdentity(
  credentials: SigningCredentials,
  region: string,
  signal?: AbortSignal,
  options: CallerIdentityOptions = {},
): Promise<Result<CallerIdentity>> {
  const { clock = { nowMs: Date.now }, tls = { verify: true }, endpointUrl = null } = options;
  const address: StsAddress = { region, endpointUrl, tls };
  const client = createStsClient(credentials, address, clock);
  try {
    const answer = await client.send(new GetCallerIdentityCommand({}), signal ? { abortSignal: signal } : {});
    const arn = answer.Arn ?? '';
    return ok({ arn, account: answer.Account ?? '', isRoot: /^arn:aws[a-z-]*:iam::\d*:root$/.test(arn) });
  } catch (thrown) {
    return err(mapStsError(thrown, { operation: 'GetCallerIdentity', address, credentials, signal }));
  } finally {
    client.destroy();
  }
}
