/** Stands where a secret was. */
export const redacted = '[redacted]';

/** Names of fields that hold secrets, compared without case, `-` and `_`. */
const secretFields = new Set([
  'accesskey',
  'accesstoken',
  'authorization',
  'awssecretaccesskey',
  'awssessiontoken',
  'brigadevaultpassphrase',
  'clientsecret',
  'cookie',
  'datakey',
  'devicecode',
  'mfacode',
  'onetimetoken',
  'passphrase',
  'password',
  'privatekey',
  'privatekeypem',
  'privatekeypassphrase',
  'proxyauthorization',
  'refreshtoken',
  'secret',
  'secretaccesskey',
  'secretkey',
  'securitytoken',
  'sessiontoken',
  'setcookie',
  'token',
  'tokencode',
  'xamzsecuritytoken',
  'xamzsignature',
  'xamzssobearertoken',
]);

export function isSecretField(name: string): boolean {
  return secretFields.has(name.replace(/[-_]/g, '').toLowerCase());
}

/** Between a name and its text, in headers, environment variables, ini files, JSON and JSON inside JSON. */
const assigned = String.raw`(?:\\?["']\s*:\s*\\?["']|\s*[:=]\s*\\?["']?)`;
const named = (names: string, text: string) => new RegExp(`((?:${names})${assigned})${text}`, 'gi');

/**
 * Secrets recognisable in running text: each keeps what stands before it and loses the rest. None takes what is no
 * text (`"sessionToken":null`).
 */
const secretsInText: readonly RegExp[] = [
  named('authorization', String.raw`(?:AWS4-[^\r\n"'\\]*|(?:Bearer|Basic|AWS) [^\s"',\\]+)`),
  named('cookie', String.raw`[^\r\n"'\\]+`),
  named('x-amz-security-token|x-amz-signature', String.raw`[^\s"',&<>\\]+`),
  named(
    'secret_?access_?key|session_?token|security_?token|passphrase|password|private_?key|client_?secret|(?:access|refresh|bearer)_?token|device_?code|mfa_?code|token_?code',
    String.raw`[^\s"',;&}\\]+`,
  ),
  // Presigned URLs, and the window's URL with its one-time token.
  /([?&](?:X-Amz-Signature|X-Amz-Security-Token|X-Amz-Credential|Signature|token)=)[^&\s"'<>#\\]+/gi,
  /(\bSignature=)[0-9a-f]{16,}/gi,
  // Credentials inside a URL.
  /(\bhttps?:\/\/)[^/\s:@"'\\]+:[^/\s@"'\\]+(?=@)/gi,
  /(-----BEGIN [A-Z ]*PRIVATE KEY-----)[^"]*?(?=-----END|"|$)/g,
];

export interface Redactor {
  /** From now on this text is redacted wherever it appears. Short ones are not: they would tear words apart. */
  remember(secret: string): void;
  /** Remembers the texts of all secret fields in it, at any depth. */
  learn(value: unknown): void;
  text(text: string): string;
  /** A copy with secret fields and texts redacted, for the log. Cycles are cut, errors become their parts. */
  value(value: unknown): unknown;
}

const shortestRemembered = 8;
const deepest = 12;

/** Redacts by name, by shape, and by what it was told. */
export function createRedactor(): Redactor {
  const remembered = new Set<string>();

  function redactText(text: string): string {
    let result = text;
    for (const secret of remembered) result = result.replaceAll(secret, redacted);
    for (const pattern of secretsInText) result = result.replace(pattern, `$1${redacted}`);
    return result;
  }

  function redactValue(value: unknown, depth: number, above: readonly object[]): unknown {
    if (typeof value === 'string') return redactText(value);
    if (typeof value === 'bigint') return value.toString();
    if (typeof value !== 'object' || value === null) return value;
    if (depth > deepest || above.includes(value)) return '[…]';
    const path = [...above, value];
    const inside = (child: unknown) => redactValue(child, depth + 1, path);
    if (value instanceof Date) return value.toISOString();
    if (value instanceof URL) return redactText(value.href);
    if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `[${value.byteLength} bytes]`;
    if (Array.isArray(value)) return value.map(inside);
    if (value instanceof Map) return inside(Object.fromEntries(value));
    if (value instanceof Set) return [...value].map(inside);
    const entries = Object.entries(value).map(([name, child]) => [name, redactField(name, child, inside)]);
    const rest = Object.fromEntries(entries) as Record<string, unknown>;
    if (!(value instanceof Error)) return rest;
    const { name, message, stack, cause } = value;
    const parts = {
      type: name,
      message: redactText(message),
      stack: stack === undefined ? undefined : redactText(stack),
    };
    return { ...parts, ...rest, ...(cause === undefined ? {} : { cause: inside(cause) }) };
  }

  function remember(secret: string): void {
    if (secret.length < shortestRemembered) return;
    remembered.add(secret);
    // As it stands in a URL, and in a line of JSON.
    remembered.add(encodeURIComponent(secret));
    remembered.add(JSON.stringify(secret).slice(1, -1));
  }

  function learn(value: unknown, depth: number): void {
    if (typeof value !== 'object' || value === null || depth > deepest) return;
    for (const [name, child] of Object.entries(value)) {
      if (typeof child !== 'string') learn(child, depth + 1);
      else if (isSecretField(name)) remember(child);
    }
  }

  return {
    remember,
    learn: (value) => learn(value, 0),
    text: redactText,
    value: (value) => redactValue(value, 0, []),
  };
}

function redactField(name: string, value: unknown, inside: (child: unknown) => unknown): unknown {
  if (!isSecretField(name)) return inside(value);
  return value === undefined || value === null || typeof value === 'boolean' ? value : redacted;
}
