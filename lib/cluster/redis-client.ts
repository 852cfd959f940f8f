import { checkObject } from '../base/durations.ts';
import { messageOf } from '../base/thrown.ts';

/** What is needed of a client of the package `redis`: one of `createClient`, `createCluster` or `createClientPool`. */
export interface NodeRedisClient {
  /** Runs a script by its text. */
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
  /** Runs a script that the server knows already, by the SHA-1 of its text. */
  evalSha(sha1: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
}

/** What is needed of a client of the package `ioredis`: a `Redis` or a `Cluster`. */
export interface IoredisClient {
  /** Runs a script by its text. */
  eval(script: string, keyCount: number, ...keysAndArguments: string[]): Promise<unknown>;
  /** Runs a script that the server knows already, by the SHA-1 of its text. */
  evalsha(sha1: string, keyCount: number, ...keysAndArguments: string[]): Promise<unknown>;
}

/** A client that you have connected, and that stays yours: it is never closed. */
export type RedisClient = NodeRedisClient | IoredisClient;

/** A script, and the name by which Redis knows it. */
export interface Script {
  readonly text: string;
  readonly sha1: string;
}

/** Runs a script; the promise is that of the client. */
export type RunScript = (script: Script, keys: readonly string[], args: readonly string[]) => Promise<unknown>;

/**
 * Runs scripts by their SHA-1, and by their text where the server does not know them (yet, or after a restart). Throws a
 * `TypeError` where this is no client of either package.
 */
export function runScripts(client: RedisClient): RunScript {
  const { byName, byText } = commandsOf(client);
  return async (script, keys, args) => {
    try {
      return await byName(script.sha1, keys, args);
    } catch (error) {
      // Nothing was run then.
      if (!messageOf(error).startsWith('NOSCRIPT')) throw error;
      return byText(script.text, keys, args);
    }
  };
}

type Command = (script: string, keys: readonly string[], args: readonly string[]) => Promise<unknown>;

function commandsOf(client: RedisClient): { readonly byName: Command; readonly byText: Command } {
  checkObject('redis', client);
  if ('evalSha' in client) {
    const named = (keys: readonly string[], args: readonly string[]): { keys: string[]; arguments: string[] } => ({
      keys: [...keys],
      arguments: [...args],
    });
    return {
      byName: (sha1, keys, args) => client.evalSha(sha1, named(keys, args)),
      byText: (text, keys, args) => client.eval(text, named(keys, args)),
    };
  }
  if ('evalsha' in client) {
    return {
      byName: (sha1, keys, args) => client.evalsha(sha1, keys.length, ...keys, ...args),
      byText: (text, keys, args) => client.eval(text, keys.length, ...keys, ...args),
    };
  }
  throw new TypeError('redis must be a client of the package redis or of ioredis');
}
