import type { StsFailure } from './sts-signature.ts';

/** A user, the root of an account, or (with a session token) a session that began elsewhere. */
export type StsUser = {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiresMs?: number;
  /** `arn:aws:iam::123456789012:user/somebody`, `arn:aws:iam::123456789012:root`. */
  readonly arn: string;
};

export type StsRole = {
  /** `arn:aws:iam::123456789012:role/name`. */
  readonly roleArn: string;
  /** Principals of the trust policy: users, roles, sessions of roles, or `arn:aws:iam::123456789012:root` for all of an account. */
  readonly trustedArns: readonly string[];
  /** Left out: the trust policy asks for none, and any is fine. */
  readonly externalId?: string;
  /** The device that the trust policy asks for, and what it shows, each good for once. */
  readonly mfaSerial?: string;
  readonly mfaCodes?: readonly string[];
  /** An hour when left out, as at AWS. */
  readonly maxDurationSeconds?: number;
};

/** Who signed the request. */
export type StsCaller = {
  readonly arn: string;
  /** Of a session: the role it has. */
  readonly roleArn?: string | undefined;
};

export type GrantedRole = {
  readonly role: StsRole;
  readonly sessionName: string;
  readonly durationSeconds: number;
};

const chainedSeconds = 3600;

/** What each parameter must look like; all that AssumeRole is known to be asked with. */
const limits: Readonly<Record<string, { min: number; max: number; pattern: RegExp; required?: true }>> = {
  RoleArn: {
    min: 20,
    max: 2048,
    pattern: /^[\u0009\u000A\u000D\u0020-\u007E\u0085\u00A0-\uD7FF\uE000-\uFFFD]+$/,
    required: true,
  },
  RoleSessionName: { min: 2, max: 64, pattern: /^[\w+=,.@-]*$/, required: true },
  ExternalId: { min: 2, max: 1224, pattern: /^[\w+=,.@:/-]*$/ },
  DurationSeconds: { min: 1, max: 10, pattern: /^\d+$/ },
  SerialNumber: { min: 9, max: 256, pattern: /^[\w+=/:,.@-]*$/ },
  TokenCode: { min: 6, max: 6, pattern: /^\d*$/ },
};

/** Whether the role is given, after the rules that AWS documents. `usedCodes` remembers what devices have shown. */
export function grantRole(
  parameters: ReadonlyMap<string, string>,
  caller: StsCaller,
  roles: readonly StsRole[],
  usedCodes: Set<string>,
): GrantedRole | StsFailure {
  const problem = parameterProblem(parameters);
  if (problem !== null) return invalid(problem);
  const roleArn = parameters.get('RoleArn') ?? '';
  const durationSeconds = Number(parameters.get('DurationSeconds') ?? '3600');
  if (durationSeconds < 900 || durationSeconds > 43_200) {
    const bound = durationSeconds < 900 ? 'greater than or equal to 900' : 'less than or equal to 43200';
    return invalid(constraint('DurationSeconds', String(durationSeconds), `Member must have value ${bound}`));
  }
  if (!/^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/.test(roleArn)) return invalid(`${roleArn} is invalid`);
  if (caller.arn.endsWith(':root')) return denied('Roles may not be assumed by root accounts.');

  // A missing role, an untrusted caller and a wrong external ID are told in the same words: nobody may probe for roles.
  const refusal = denied(`User: ${caller.arn} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`);
  const role = roles.find((each) => each.roleArn === roleArn);
  if (role === undefined || !isTrusted(role, caller)) return refusal;
  if (role.externalId !== undefined && parameters.get('ExternalId') !== role.externalId) return refusal;
  const refused = checkDevice(parameters, role, usedCodes, refusal);
  if (refused !== null) return refused;

  if (caller.roleArn !== undefined && durationSeconds > chainedSeconds) {
    return invalid(
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    );
  }
  if (durationSeconds > (role.maxDurationSeconds ?? 3600)) {
    return invalid('The requested DurationSeconds exceeds the MaxSessionDuration set for this role.');
  }
  return { role, durationSeconds, sessionName: parameters.get('RoleSessionName') ?? '' };
}

function parameterProblem(parameters: ReadonlyMap<string, string>): string | null {
  for (const name of parameters.keys()) {
    if (name !== 'Action' && name !== 'Version' && !Object.hasOwn(limits, name)) return `${name} is not known here`;
  }
  for (const [name, { min, max, pattern, required }] of Object.entries(limits)) {
    const value = parameters.get(name);
    if (value === undefined) {
      if (required) return constraint(name, undefined, 'Member must not be null');
      continue;
    }
    if (value.length < min) return constraint(name, value, `Member must have length greater than or equal to ${min}`);
    if (value.length > max) return constraint(name, value, `Member must have length less than or equal to ${max}`);
    if (!pattern.test(value)) {
      return constraint(name, value, `Member must satisfy regular expression pattern: ${pattern.source}`);
    }
  }
  return null;
}

function constraint(name: string, value: string | undefined, rule: string): string {
  const field = name.charAt(0).toLowerCase() + name.slice(1);
  const at = value === undefined ? `Value at '${field}'` : `Value '${value}' at '${field}'`;
  return `1 validation error detected: ${at} failed to satisfy constraint: ${rule}`;
}

function isTrusted(role: StsRole, caller: StsCaller): boolean {
  const account = /^arn:(aws[a-z-]*):(?:iam|sts)::(\d{12}):/.exec(caller.arn);
  const everybody = account === null ? '' : `arn:${account[1]}:iam::${account[2]}:root`;
  const names = [caller.arn, caller.roleArn, everybody];
  return role.trustedArns.some((arn) => names.includes(arn));
}

function checkDevice(
  parameters: ReadonlyMap<string, string>,
  role: StsRole,
  usedCodes: Set<string>,
  refusal: StsFailure,
): StsFailure | null {
  const serial = parameters.get('SerialNumber');
  const code = parameters.get('TokenCode');
  if (serial === undefined && code === undefined) return role.mfaSerial === undefined ? null : refusal;
  if (serial === undefined || code === undefined) {
    return denied('MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code. ');
  }
  if (serial !== role.mfaSerial) {
    return denied(
      'MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user. ',
    );
  }
  if (usedCodes.has(code) || !(role.mfaCodes ?? []).includes(code)) {
    return denied('MultiFactorAuthentication failed with invalid MFA one time pass code. ');
  }
  usedCodes.add(code);
  return null;
}

function denied(message: string): StsFailure {
  return { status: 403, code: 'AccessDenied', message };
}

function invalid(message: string): StsFailure {
  return { status: 400, code: 'ValidationError', message };
}
