import type { IncomingHttpHeaders } from 'node:http';

/** Who has sent a request, and the headers of it. */
export interface Asker {
  readonly headers: IncomingHttpHeaders;
  readonly principal: string;
}
