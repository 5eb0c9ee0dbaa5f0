import { randomUUID } from 'node:crypto';
import type { StsFailure } from './sts-signature.ts';

/** What the fake can be told to do instead of its work. */
export type StsFault =
  | 'throttle'
  | 'unavailable'
  | 'internalFailure'
  /** Ends the connection instead of an answer. */
  | 'reset'
  | 'regionDisabled'
  | 'packedPolicyTooLarge'
  | 'malformedPolicy'
  /** No XML: the sign-in page of a network. */
  | 'webPage'
  | StsFailure;

const faultAnswers: Readonly<Record<Exclude<Extract<StsFault, string>, 'reset' | 'webPage'>, StsFailure>> = {
  throttle: { status: 400, code: 'Throttling', message: 'Rate exceeded' },
  unavailable: { status: 503, code: 'ServiceUnavailable', message: 'Service Unavailable' },
  internalFailure: { status: 500, code: 'InternalFailure', message: 'We encountered an internal error.' },
  regionDisabled: {
    status: 403,
    code: 'RegionDisabledException',
    message:
      'STS is not activated in this region for account:123456789012. Your account administrator can activate STS in this region using the IAM Console.',
  },
  packedPolicyTooLarge: {
    status: 400,
    code: 'PackedPolicyTooLarge',
    message: 'Packed size of session tags consumes 101% of allotted space.',
  },
  malformedPolicy: { status: 400, code: 'MalformedPolicyDocument', message: 'The policy is not in valid JSON format.' },
};

/** The fault's own name where it is no answer of STS. */
export function answerOfFault(fault: StsFault): StsFailure | 'reset' | 'webPage' {
  return fault === 'reset' || fault === 'webPage' ? fault : typeof fault === 'string' ? faultAnswers[fault] : fault;
}

export const unknownKey: StsFailure = {
  status: 403,
  code: 'InvalidClientTokenId',
  message: 'The security token included in the request is invalid.',
};
export const expiredKey: StsFailure = {
  status: 403,
  code: 'ExpiredToken',
  message: 'The security token included in the request is expired',
};

export function wrongRegion(region: string): StsFailure {
  const message = `Credential should be scoped to a valid region, not '${region}'. `;
  return { status: 403, code: 'SignatureDoesNotMatch', message };
}

export function unknownAction(action: string): StsFailure {
  return { status: 400, code: 'InvalidAction', message: `Could not find operation ${action} for version 2011-06-15` };
}

const namespace = 'https://sts.amazonaws.com/doc/2011-06-15/';

/** `inside` is XML already. */
export function xml(name: string, inside: string): string {
  return `<${name}>${inside}</${name}>`;
}

export function resultXml(action: string, result: string): string {
  const metadata = xml('ResponseMetadata', xml('RequestId', randomUUID()));
  return `<${action}Response xmlns="${namespace}">${xml(`${action}Result`, result)}${metadata}</${action}Response>`;
}

export function failureXml({ status, code, message }: StsFailure): string {
  const text = message.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const error = xml('Type', status < 500 ? 'Sender' : 'Receiver') + xml('Code', code) + xml('Message', text);
  return `<ErrorResponse xmlns="${namespace}">${xml('Error', error)}${xml('RequestId', randomUUID())}</ErrorResponse>`;
}

export function identityXml(arn: string): string {
  const account = /::(\d{12}):/.exec(arn)?.[1] ?? '';
  const id = arn.endsWith(':root')
    ? account
    : arn.includes(':user/')
      ? 'AIDAFAKE000000000000'
      : 'AROAFAKE000000000000:s';
  return xml('Arn', arn) + xml('UserId', id) + xml('Account', account);
}

/** As AWS writes it: whole seconds when there are no others. */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z');
}
