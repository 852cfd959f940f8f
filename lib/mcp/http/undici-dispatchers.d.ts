/* What is used of the parts of undici that have no types of their own. */
declare module 'undici/lib/dispatcher/agent.js' {
  export default class Agent {
    constructor(options: object);
    dispatch(request: object, handler: object): boolean;
    destroy(): Promise<void>;
  }
}
declare module 'undici/lib/dispatcher/env-http-proxy-agent.js' {
  export { default } from 'undici/lib/dispatcher/agent.js';
}
declare module 'undici/lib/dispatcher/pool.js' {
  export default class Pool {
    constructor(origin: URL, options: object);
    destroy(): Promise<void>;
  }
}
declare module 'undici/lib/api/api-connect.js' {
  export default function connect(options: object, callback?: () => void): unknown;
}
