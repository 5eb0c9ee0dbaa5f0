/**
 * What a file is beside its bytes, as objects keep it in their metadata ([T70], [T71] of transfers/SPEC.md). Both are
 * what rclone reads and writes: `mtime`, seconds since 1970 with up to nine decimals, and `mode`, octal as in `st_mode`.
 */
export type FileAttributes = {
  /** Microseconds since 1970: finer than that no time can be given to a file from here. Null: not known. */
  readonly modifiedMicros: number | null;
  /** Permissions only. Null: not known. */
  readonly mode: number | null;
};

const permissionBits = 0o777;
const regularFile = 0o100000;
const nanosDigits = 9;
/** The end of the year 9999, in seconds. */
const lastSecond = 253_402_300_799;

/**
 * Of a file as it was looked at; what is not known is left out. `modifiedNanos`: nanoseconds within the second, which
 * a number of milliseconds is too coarse for. Pure.
 */
export function attributeMetadata(file: {
  readonly modifiedMs: number;
  readonly modifiedNanos?: number | undefined;
  readonly mode?: number | null | undefined;
}): Readonly<Record<string, string>> {
  const { modifiedMs, modifiedNanos, mode } = file;
  const metadata: Record<string, string> = {};
  if (modifiedNanos !== undefined) metadata['mtime'] = secondsText(modifiedMs, modifiedNanos);
  if (mode !== null && mode !== undefined) metadata['mode'] = (regularFile | (mode & permissionBits)).toString(8);
  return metadata;
}

/** Before 1970 the second is the one before, and the nanoseconds count up from it: they are put together again here. */
function secondsText(modifiedMs: number, modifiedNanos: number): string {
  const seconds = Math.round((modifiedMs - modifiedNanos / 1e6) / 1000);
  const isNegative = seconds < 0 && modifiedNanos > 0;
  const whole = isNegative ? seconds + 1 : seconds;
  const nanos = isNegative ? 1e9 - modifiedNanos : modifiedNanos;
  const sign = isNegative && whole === 0 ? '-' : '';
  const decimals = String(nanos).padStart(nanosDigits, '0').replace(/0+$/, '');
  return `${sign}${whole}${decimals === '' ? '' : `.${decimals}`}`;
}

/**
 * What an object's metadata says, or else when it was made. Values that are none are as good as none: anybody may have
 * put them there. Pure.
 */
export function attributesOf(
  metadata: { readonly mtime?: string | null | undefined; readonly mode?: string | null | undefined },
  lastModified: string | null,
): FileAttributes {
  return { modifiedMicros: microsOf(metadata.mtime) ?? dateMicros(lastModified), mode: modeOf(metadata.mode) };
}

function microsOf(text: string | null | undefined): number | null {
  const match = /^(-?)(\d{1,12})(?:\.(\d{1,30}))?$/.exec(text ?? '');
  if (match === null) return null;
  const seconds = Number(match[2]);
  if (seconds > lastSecond) return null;
  // Cut, not rounded: nothing is newer than it was.
  const micros = seconds * 1e6 + Number((match[3] ?? '').slice(0, 6).padEnd(6, '0'));
  return match[1] === '-' && micros !== 0 ? -micros : micros;
}

function dateMicros(lastModified: string | null): number | null {
  const modifiedMs = lastModified === null ? Number.NaN : Date.parse(lastModified);
  return Number.isNaN(modifiedMs) ? null : modifiedMs * 1000;
}

/** Of a regular file, with or without its type; what is said of another kind of thing is not meant for a file. */
function modeOf(text: string | null | undefined): number | null {
  const match = /^0?(?:10)?([0-7]{3,4})$/.exec(text ?? '');
  return match === null ? null : Number.parseInt(match[1] ?? '', 8) & permissionBits;
}
