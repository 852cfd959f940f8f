import type { OptionNames } from '../../base/known-options.ts';
import type { MessageLimits, ServerLimits, LineLimits } from './limits.ts';

/** The options that every transport has. */
export const messageNames: OptionNames<MessageLimits & ServerLimits> = {
  maxMessageBytes: true,
  maxMessageDepth: true,
  maxGarbageLinesPerSecond: true,
  maxServerMessagesPerSecond: true,
};

/** The options of the transports that send lines. */
export const lineNames: OptionNames<LineLimits & ServerLimits> = { ...messageNames, maxBufferedBytes: true };
