import { checkObject } from '../../base/durations.ts';
import type { ToolRules } from '../../mcp/config/tool-rules.ts';
import { type BearerToken, bearerTokens } from './bearer.ts';
import type { PrincipalOf } from './principal.ts';
import { type Allow, ToolAccess } from './tool-access.ts';

/** How principals are known by what they send. */
export interface GatewayAuth {
  /** Tokens that come as `Authorization: Bearer`, by their hashes. */
  readonly bearer: readonly BearerToken[];
}

/** What the audit tells besides who has called what. */
export interface AuditOptions {
  /** Whether it has the arguments of tools: `false`. What is secret by its name is struck out of them, and they are cut. */
  readonly arguments?: boolean;
}

/** Who may ask, and for what. */
export interface PolicyOptions {
  /** The tokens by which principals are known. With it, requests without one of them are refused with 401. */
  readonly auth?: GatewayAuth;
  /**
   * In place of `auth`: says who has sent a request, by whatever it knows, such as a signed token that it verifies. It is
   * asked for each request. `undefined`, and what it throws, become 401.
   */
  readonly principal?: PrincipalOf;
  /** Which tools are there, by the names that clients see. */
  readonly tools?: ToolRules;
  /** What `audit$` tells besides who has called what. */
  readonly audit?: AuditOptions;
  /** Whether this principal may call this tool; asked for each call, and for each tool of a list. */
  readonly allow?: Allow;
}

/** The same with everything checked. */
export interface ResolvedPolicy {
  /** `undefined` where nobody is asked who he is. */
  readonly principalOf: PrincipalOf | undefined;
  /** `undefined` where all tools are there for all. */
  readonly access: ToolAccess | undefined;
  /** Whether the audit has the arguments of tools. */
  readonly hasArguments: boolean;
}

/** Checks the options; throws a `TypeError` for those that make no sense. */
export function resolvePolicy({ auth, principal, tools, allow, audit = {} }: PolicyOptions): ResolvedPolicy {
  checkObject('audit', audit);
  if (auth !== undefined && principal !== undefined) throw new TypeError('give one of auth and principal, not both');
  checkFunction('principal', principal);
  checkFunction('allow', allow);
  if (auth !== undefined) checkObject('auth', auth);
  if (auth !== undefined && !Array.isArray(auth.bearer)) throw new TypeError('auth.bearer must be a list of tokens');
  if (tools !== undefined) checkObject('tools', tools);
  return {
    principalOf: auth === undefined ? principal : bearerTokens(auth.bearer),
    access: tools === undefined && allow === undefined ? undefined : new ToolAccess(tools ?? {}, allow),
    hasArguments: audit.arguments === true,
  };
}

function checkFunction(name: string, value: unknown): void {
  if (value !== undefined && typeof value !== 'function') throw new TypeError(`${name} must be a function`);
}
