import { createPrivateKey, sign, type X509Certificate } from 'node:crypto';
import { canonicalRequest, sha256Hex } from '../../s3/sigv4/canonical-request.ts';
import type { QueryParameter } from '../../s3/sigv4/encode.ts';
import { amzDate, formatScope } from '../../s3/sigv4/signing-key.ts';
import { serialOf, splitChain } from './certificate-chain.ts';

export type X509Request = {
  /** Value of the Host header, with the port unless it is the protocol's own. */
  readonly host: string;
  /** Encoded. */
  readonly path: string;
  readonly query: readonly QueryParameter[];
  readonly body: string;
  readonly region: string;
  readonly dateMs: number;
  /** As readKeyMaterial gave them. */
  readonly identity: { readonly certificatePem: string; readonly privateKeyPem: string };
};

/** What is sent beside User-Agent and the like, which are never signed. Lower-case names. */
export type X509Headers = Readonly<Record<string, string>>;

/**
 * The headers of a POST signed with a certificate's key as IAM Roles Anywhere wants it. Pure but for ECDSA, whose
 * signatures differ each time. No key is derived from anything: the certificate's own key signs the string.
 */
export function signX509(request: X509Request): X509Headers {
  const { identity, body, region } = request;
  const [leaf, ...chain] = splitChain(identity.certificatePem);
  if (leaf === undefined) throw new Error('There is no certificate to sign with.');
  const key = createPrivateKey(identity.privateKeyPem);
  const algorithm = key.asymmetricKeyType === 'ec' ? 'AWS4-X509-ECDSA-SHA256' : 'AWS4-X509-RSA-SHA256';
  const date = amzDate(request.dateMs);
  const scope = formatScope({ day: date.slice(0, 8), region, service: 'rolesanywhere' });

  const headers: Record<string, string> = {
    'content-type': 'application/json',
    host: request.host,
    'x-amz-date': date,
    'x-amz-x509': derBase64(leaf),
    ...(chain.length === 0 ? {} : { 'x-amz-x509-chain': chain.map(derBase64).join(',') }),
  };
  const canonical = canonicalRequest({
    method: 'POST',
    path: request.path,
    query: request.query,
    signedHeaders: Object.entries(headers),
    payloadHash: sha256Hex(body),
  });
  const stringToSign = `${algorithm}\n${date}\n${scope}\n${sha256Hex(canonical.text)}`;
  // Node's defaults are what is wanted: PKCS#1 v1.5 for RSA, ASN.1 DER for ECDSA.
  const signature = sign('sha256', Buffer.from(stringToSign), key).toString('hex');
  const credential = `${serialOf(leaf)}/${scope}`;
  return {
    ...headers,
    authorization: `${algorithm} Credential=${credential}, SignedHeaders=${canonical.signedHeaders}, Signature=${signature}`,
  };
}

function derBase64(certificate: X509Certificate): string {
  return Buffer.from(certificate.raw).toString('base64');
}
