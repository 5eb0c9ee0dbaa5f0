/** Everything RFC 3986 calls unreserved stands for itself; a key's slashes do too. */
const plainKey = /^[A-Za-z0-9\-._~/]*$/;
const plainComponent = /^[A-Za-z0-9\-._~]*$/;

function percentHex(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

/**
 * Percent-encodes every byte of the UTF-8 form except RFC 3986's unreserved characters, as SigV4 wants it.
 * Throws URIError for a lone surrogate, which no key can hold.
 */
export function encodeComponent(text: string): string {
  if (plainComponent.test(text)) return text;
  return encodeURIComponent(text).replace(/[!'()*]/g, percentHex);
}

/**
 * A key as it stands in a path: each byte encoded once, `/` kept, nothing normalised (`//`, `.` and `..` are part of
 * the key in S3). Send it as it is: a URL object would resolve `..`.
 */
export function encodeKey(key: string): string {
  if (plainKey.test(key)) return key;
  return encodeComponent(key).replaceAll('%2F', '/');
}

/** `name=value&…`, encoded, in the order given. */
export function encodeQuery(query: readonly QueryParameter[]): string {
  return query.map(([name, value]) => `${encodeComponent(name)}=${encodeComponent(value)}`).join('&');
}

/** Name and value, decoded. A sub-resource such as `?uploads` has the value ''. */
export type QueryParameter = readonly [name: string, value: string];
