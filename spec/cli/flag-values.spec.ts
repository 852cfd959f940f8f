import { describe, expect, it } from 'vitest';
import { address, jsonObject, program, seconds, text, wholeNumber } from '../../lib/cli/flag-values.ts';

describe('the values of flags', () => {
  it('are read', () => {
    expect(wholeNumber(0, 10)('10')).toBe(10);
    expect(seconds('0.25')).toBe(250);
    expect(jsonObject('{"message":"hi"}')).toEqual({ message: 'hi' });
    expect(address('localhost:3000')).toEqual({ host: 'localhost', port: 3000 });
    expect(address('[::1]:3000')).toEqual({ host: '::1', port: 3000 });
    expect(program('node "a b"')).toEqual(['node', 'a b']);
    expect(text('echo')).toBe('echo');
  });

  it.each(['', '-1', '1.5', '11', '1e1', '0x1', 'ten'])('are no whole number from 1 to 10 in %j', (value) => {
    expect(() => wholeNumber(1, 10)(value)).toThrow('It must be a whole number from 1 to 10');
  });

  it.each(['', '0', '-1', '.5', '3601', 'Infinity', '5s'])('are no duration in %j', (value) => {
    expect(() => seconds(value)).toThrow('It must be a number of seconds from 0.1 to 3600');
  });

  it.each(['', '{', '[1]', '1', 'null', '"text"'])('are no JSON object in %j', (value) => {
    expect(() => jsonObject(value)).toThrow('It must be a JSON object');
  });

  it.each(['', '3000', ':3000', 'host', 'host:', 'host:0', 'host:65536', '::1:3000', 'a b:1', '[]:1'])(
    'are no address in %j',
    (value) => {
      expect(() => address(value)).toThrow('It must be host:port');
    },
  );

  it('are no command line, or no text, where nothing stands', () => {
    expect(() => program(' ')).toThrow('the command line is empty');
    expect(() => text(' ')).toThrow('It must not be empty');
  });
});
