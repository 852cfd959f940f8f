/** The error for a message that has more bytes than it may have. */
export function tooLong(bytes: number, maxMessageBytes: number): RangeError {
  return new RangeError(`a message of at least ${bytes} bytes: the limit is ${maxMessageBytes} (maxMessageBytes)`);
}
