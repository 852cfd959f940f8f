import { describe, expect, it } from 'vitest';
import { connectionInfo } from '../../../lib/supply/connections/connection-info.ts';

const connect = (): string[] => ['a connection'];

describe('infoOf', () => {
  it('is what the user says of a connection', () => {
    const describe = (name: string): Record<string, string> => ({ name });
    expect(connectionInfo({ connect, describe }, 'a')).toEqual({ name: 'a' });
  });

  it('is nothing where nobody says anything, or what is said is nothing', () => {
    expect(connectionInfo({ connect }, 'a')).toBeUndefined();
    expect(connectionInfo({ connect, describe: () => null as never }, 'a')).toBeUndefined();
  });

  it('is nothing where the function throws', () => {
    const describe = (): never => {
      throw new Error('no idea');
    };
    expect(connectionInfo({ connect, describe }, 'a')).toBeUndefined();
  });

  it('is text, whatever untyped code says', () => {
    const odd = { port: 80, nothing: undefined, list: [1, 2] } as never;
    expect(connectionInfo({ connect, describe: () => odd }, 'a')).toEqual({
      port: '80',
      nothing: 'undefined',
      list: '1,2',
    });
  });
});
