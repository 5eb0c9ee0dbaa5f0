import { appError, type AppError } from '../../../shared/errors.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { createDigest } from '../../checksums/digest.ts';
import type { BufferPool } from './buffer-pool.ts';
import { exchange, type HttpSettings } from './exchange.ts';
import { checkRangeAnswer, getOf, rangeHeader } from './range-answer.ts';
import { sendBytes } from './send-body.ts';
import type { RangeDigest, RangeOptions, RangeRelayed, RelayRange } from './transport.ts';

/**
 * Gets one range into memory, compares it with what it is expected to be, and only then sends it on. What went wrong on
 * the source's side says so in its context (`side`). Bytes are reported as they are sent.
 */
export async function relayRange(
  range: RelayRange,
  buffers: BufferPool,
  settings: HttpSettings,
  options: RangeOptions,
): Promise<Result<RangeRelayed>> {
  const body = buffers.take(range.sizeBytes);
  try {
    const fetched = await fetchRange(range, body, settings, options);
    if (!fetched.ok) return err(ofSource(fetched.error));
    const digests: Partial<Record<RangeDigest, string>> = {};
    for (const name of new Set([...range.digests, ...(Object.keys(range.expected) as RangeDigest[])])) {
      const digest = createDigest(name);
      digest.update(body);
      digests[name] = digest.digestBase64();
    }
    for (const [algorithm, expected] of Object.entries(range.expected)) {
      const actual = digests[algorithm as RangeDigest];
      if (actual !== expected)
        return err(ofSource(appError('ChecksumMismatch', { key: range.from.key, algorithm, expected, actual })));
    }
    const sent = await sendBytes(range.to, body, settings, options);
    return sent.ok ? ok({ ...sent.value, digests }) : sent;
  } finally {
    buffers.give(body);
  }
}

function ofSource(error: AppError): AppError {
  return { ...error, context: { ...error.context, side: 'source' } };
}

function fetchRange(
  { from, offset, sizeBytes, isWhole }: RelayRange,
  body: Uint8Array,
  settings: HttpSettings,
  { signal }: RangeOptions,
): Promise<Result<void>> {
  const { target, key } = from;
  const headers: Record<string, string> = isWhole ? {} : { range: rangeHeader(offset, sizeBytes) };
  if (from.ifMatch !== null) headers['if-match'] = from.ifMatch;
  let received = 0;
  const truncated = (cause: string) =>
    appError('ResponseTruncated', { key, receivedBytes: received, expectedBytes: sizeBytes }, cause);
  return exchange(
    { target, ...getOf(from), headers },
    settings,
    { signal },
    {
      onHead: (head) => checkRangeAnswer(head, { key, ifMatch: from.ifMatch, offset, sizeBytes }),
      onBody(bytes) {
        if (received + bytes.length > sizeBytes) return truncated('more bytes than asked for');
        body.set(bytes, received);
        received += bytes.length;
        return null;
      },
      onCut: truncated,
      onEnd: () => (received === sizeBytes ? ok() : err(truncated('the answer ended early'))),
    },
  );
}
