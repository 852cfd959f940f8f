import { type ConnectionOptions, createSecureContext } from 'node:tls';

/**
 * What every TLS connection to one server has in common: keys and certificates are read once, not once a connection.
 * Throws a TypeError for what cannot be read, or does not belong together; `undefined` where there is to be no TLS.
 */
export function tlsOptions(tls: boolean | ConnectionOptions): ConnectionOptions | undefined {
  if (tls === false) return undefined;
  const options = tls === true ? {} : tls;
  if (typeof options !== 'object') throw new TypeError('tls must be a boolean or the options of tls.connect');
  return { ...withoutSecrets(options), secureContext: options.secureContext ?? contextOf(options) };
}

function contextOf(options: ConnectionOptions): ConnectionOptions['secureContext'] {
  try {
    return createSecureContext(options);
  } catch (error) {
    throw new TypeError(`tls: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/** Node keeps the options with the socket, where whoever prints a connection would read the key. */
function withoutSecrets(options: ConnectionOptions): ConnectionOptions {
  return { ...options, key: undefined, passphrase: undefined, pfx: undefined };
}
