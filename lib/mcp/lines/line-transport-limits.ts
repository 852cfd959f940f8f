import type { FirstMessage } from './first-message.ts';
import type { ClientLimits, LineLimits, ServerLimits } from '../transport/limits.ts';

/** What a transport of lines bounds, at either end. */
export interface LineTransportLimits extends LineLimits, ServerLimits, ClientLimits {
  /** Strikes out what must not be quoted of a line that is no message. */
  readonly redact?: (text: string) => string;
  /** What a client has to begin with; absent at the end of the client, whose servers may greet in words of their own. */
  readonly firstMessage?: FirstMessage;
}
