/**
 * One cap on connections over many processes and machines, kept by Redis: `redisAllowance`; and the nodes of a gateway:
 * `redisPeers`.
 *
 * @module rx-mcp-pool/redis
 */

export type { Allowance, AllowanceMode } from '../events/allowance.ts';
export type { AllowancePort, AllowedPool, PoolAllowance } from '../supply/sizing/allowance.ts';
export { type RedisAllowanceOptions, redisAllowance } from './redis-allowance.ts';
export { type RedisPeersOptions, redisPeers } from './redis-peers.ts';
export type { IoredisClient, NodeRedisClient, RedisClient } from './redis-client.ts';
export type { OnEngineDown } from './terms.ts';
