import type { AppError, ErrorCode } from '../../shared/errors.ts';
import type { PreviewStream } from '../engine-types.ts';

/** What an answer with a preview carries beside its bytes, in a browser and in the app alike. */
export type PreviewHead = { readonly status: number; readonly headers: Readonly<Record<string, string>> };

/**
 * Nothing of a preview may act on the window's origin: an SVG opened by itself is a page, which the sandbox strips of its
 * scripts and its origin. The browser's PDF viewer does not start in a sandbox; it runs no script of the document's.
 */
const commonPolicy =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";
const policies = {
  pdf: "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
  other: `${commonPolicy}; frame-ancestors 'none'; sandbox`,
  // In the frame of a PDF, it may be.
  refusal: "default-src 'none'; frame-ancestors 'self'; sandbox",
} as const;

const always = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
} as const;

export function previewHead({ contentType, sizeBytes, range }: Omit<PreviewStream, 'body'>): PreviewHead {
  const isPdf = contentType === 'application/pdf';
  return {
    status: range === null ? 200 : 206,
    headers: {
      ...always,
      'content-security-policy': isPdf ? policies.pdf : policies.other,
      'x-frame-options': isPdf ? 'SAMEORIGIN' : 'DENY',
      'content-type': contentType,
      'accept-ranges': 'bytes',
      'content-length': String(range === null ? sizeBytes : range.to - range.from + 1),
      ...(range === null ? {} : { 'content-range': `bytes ${range.from}-${range.to}/${sizeBytes}` }),
    },
  };
}

const refusals: Partial<Record<ErrorCode, number>> = {
  PreviewNotFound: 404,
  NoSuchKey: 404,
  FileNotFound: 404,
  InvalidRange: 416,
  PreconditionFailed: 412,
  SourceChanged: 412,
};

/** 404: no such preview (any more). 416: beyond the end. 412: another object since. 502: the rest. Without a body. */
export function previewRefusal({ code, context }: AppError): PreviewHead {
  const headers = { ...always, 'content-security-policy': policies.refusal, 'content-length': '0' };
  const status = refusals[code] ?? 502;
  if (status !== 416) return { status, headers };
  return { status, headers: { ...headers, 'content-range': `bytes */${context['sizeBytes'] ?? '*'}` } };
}
