/** Error codes of Node and OpenSSL for a certificate that is not trusted, now or later. */
const distrusting: readonly unknown[] = [
  'CERT_CHAIN_TOO_LONG',
  'CERT_HAS_EXPIRED',
  'CERT_REJECTED',
  'CERT_REVOKED',
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'HOSTNAME_MISMATCH',
  'INVALID_CA',
  'INVALID_PURPOSE',
  'PATH_LENGTH_EXCEEDED',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
];

/**
 * The alerts of RFC 8446, 6.2, by which one side refuses the identity of the other; below, the codes for a server that
 * speaks no TLS.
 */
const refusing =
  /^ERR_SSL_.*_ALERT_(?:ACCESS_DENIED|BAD_CERTIFICATE|CERTIFICATE_\w+|HANDSHAKE_FAILURE|PROTOCOL_VERSION|UNKNOWN_CA|UNSUPPORTED_CERTIFICATE)$/;
const noTls: readonly unknown[] = ['ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_PACKET_LENGTH_TOO_LONG'];

/**
 * Whether the two ends of a connection do not trust each other, or one of them speaks no TLS: the server's certificate is
 * for another name, out of date or of an unknown authority, or the server wants one that it was not shown.
 */
export function isTlsRefusal(error: Error): boolean {
  const code: unknown = Reflect.get(error, 'code');
  return distrusting.includes(code) || noTls.includes(code) || (typeof code === 'string' && refusing.test(code));
}
