import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { sha256Hex } from './canonical-request.ts';

export const algorithm = 'AWS4-HMAC-SHA256';

let lastSecond = Number.NaN;
let lastDate = '';

/** `20130524T000000Z`. */
export function amzDate(dateMs: number): string {
  const second = Math.floor(dateMs / 1000);
  if (second !== lastSecond) {
    lastDate = `${new Date(second * 1000).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
    lastSecond = second;
  }
  return lastDate;
}

/** Milliseconds since 1970, or null when the text is not of the form `20130524T000000Z`. */
export function parseAmzDate(text: string): number | null {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (!match) return null;
  const [, year, month, day, hour, minute, second] = match;
  const dateMs = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(dateMs) ? null : dateMs;
}

export type Scope = { readonly day: string; readonly region: string; readonly service: string };

export function formatScope({ day, region, service }: Scope): string {
  return `${day}/${region}/${service}/aws4_request`;
}

const cachedKeys = new Map<string, KeyObject>();
/** A day's key per credential and region; more only when credentials rotate. */
const maxCachedKeys = 64;

/**
 * The key a day's requests to one region are signed with. Cached, because it costs four HMACs; a KeyObject, because
 * createHmac takes ten times as long with bytes.
 */
export function signingKey(secretAccessKey: string, scope: Scope): KeyObject {
  const name = `${formatScope(scope)}/${secretAccessKey}`;
  const cached = cachedKeys.get(name);
  if (cached) return cached;
  const steps = [scope.day, scope.region, scope.service, 'aws4_request'];
  let key = Buffer.from(`AWS4${secretAccessKey}`);
  for (const step of steps) key = createHmac('sha256', key).update(step).digest();
  const oldest = cachedKeys.keys().next();
  if (cachedKeys.size >= maxCachedKeys && !oldest.done) cachedKeys.delete(oldest.value);
  const cachedKey = createSecretKey(key);
  cachedKeys.set(name, cachedKey);
  return cachedKey;
}

/** Hex signature of a canonical request. */
export function signCanonicalRequest(text: string, date: string, scope: Scope, secretAccessKey: string): string {
  const stringToSign = `${algorithm}\n${date}\n${formatScope(scope)}\n${sha256Hex(text)}`;
  return createHmac('sha256', signingKey(secretAccessKey, scope)).update(stringToSign).digest('hex');
}
