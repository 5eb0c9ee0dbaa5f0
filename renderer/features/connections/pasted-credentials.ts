/** What was found in a text that somebody pasted into one field of the form. */
export type PastedCredentials = {
  readonly accessKeyId?: string;
  readonly secretAccessKey?: string;
  readonly sessionToken?: string;
  readonly region?: string;
  readonly endpointUrl?: string;
};

const names: Readonly<Record<string, keyof PastedCredentials>> = {
  accesskeyid: 'accessKeyId',
  accesskey: 'accessKeyId',
  keyid: 'accessKeyId',
  secretaccesskey: 'secretAccessKey',
  secretkey: 'secretAccessKey',
  applicationkey: 'secretAccessKey',
  sessiontoken: 'sessionToken',
  securitytoken: 'sessionToken',
  region: 'region',
  defaultregion: 'region',
  endpointurl: 'endpointUrl',
  endpointurls3: 'endpointUrl',
  endpoint: 'endpointUrl',
};

/** `export AWS_SECRET_ACCESS_KEY="…"`, `$env:…`, `set …`, `aws_secret_access_key = …`, `"SecretAccessKey": "…",` */
const assignment =
  /^\s*(?:export\s+|set\s+|\$env:)?["']?([A-Za-z][A-Za-z0-9_ ]*?)["']?\s*[=:]\s*["']?([^"',;\s]+)["']?\s*[,;]?\s*$/;

const fieldOf = (name: string): keyof PastedCredentials | undefined =>
  names[
    name
      .toLowerCase()
      .replace(/^aws[_ ]/, '')
      .replaceAll(/[_ ]/g, '')
  ];

/**
 * Pure. Reads environment variables, a block of ~/.aws/credentials (the first profile in it), the JSON of `aws sts`, the
 * CSV of the console, and an access key id with its secret beside it. Null when the text is one plain value.
 */
export function readCredentials(text: string): PastedCredentials | null {
  const found = readAssignments(text) ?? readCsv(text) ?? readPair(text);
  return found !== null && Object.keys(found).length > 0 ? found : null;
}

function readAssignments(text: string): PastedCredentials | null {
  const found: Partial<Record<keyof PastedCredentials, string>> = {};
  // Commands behind one another, and JSON in one line, are lines too.
  for (const line of text.split(/\r?\n|;|&&|[{}]|,(?=\s*")/)) {
    if (/^\s*\[.+\]\s*$/.test(line) && Object.keys(found).length > 0) break;
    const match = assignment.exec(line);
    const field = match?.[1] === undefined ? undefined : fieldOf(match[1]);
    if (field !== undefined && match?.[2] !== undefined) found[field] ??= match[2];
  }
  return Object.keys(found).length > 0 ? found : null;
}

function readCsv(text: string): PastedCredentials | null {
  const [head, row] = text
    .trim()
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/);
  if (head === undefined || row === undefined) return null;
  const values = row.split(',');
  const found: Partial<Record<keyof PastedCredentials, string>> = {};
  for (const [index, name] of head.split(',').entries()) {
    const field = fieldOf(name.trim());
    const value = values[index]?.trim();
    if (field !== undefined && value !== undefined && value !== '') found[field] = value;
  }
  return found.secretAccessKey === undefined ? null : found;
}

function readPair(text: string): PastedCredentials | null {
  const match = /^\s*((?:AKIA|ASIA)[A-Z0-9]{12,124})[\s,:]+([A-Za-z0-9/+=]{40})\s*$/.exec(text);
  return match?.[1] === undefined || match[2] === undefined
    ? null
    : { accessKeyId: match[1], secretAccessKey: match[2] };
}
