import { SUPPORTED_PROTOCOL_VERSIONS } from '@modelcontextprotocol/client';
import { MODERN } from './inbound.ts';

/** The versions of the legacy era, the newest first. */
export const LEGACY_VERSIONS: readonly string[] = SUPPORTED_PROTOCOL_VERSIONS;

/** All versions that are served. */
export const VERSIONS: readonly string[] = [MODERN, ...LEGACY_VERSIONS];
