import { describe, expect, it } from 'vitest';
import { BoundedNames, OTHER, withoutSecrets } from '../../lib/telemetry/bounded-names.ts';

describe('Names', () => {
  it('lets so many different ones through, again and again, and calls all others one', () => {
    const names = new BoundedNames(2);
    expect(['a', 'b', 'c', 'a', 'd', 'b'].map((name) => names.of(name))).toEqual(['a', 'b', OTHER, 'a', OTHER, 'b']);
  });

  it('cuts what is too long, and counts it once', () => {
    const names = new BoundedNames(1);
    expect(names.of('x'.repeat(1000))).toBe('x'.repeat(128));
    expect(names.of(`${'x'.repeat(128)}y`)).toBe('x'.repeat(128));
  });
});

describe('withoutSecrets', () => {
  it.each([
    ['plain', 'plain'],
    ['127.0.0.1:3000', '127.0.0.1:3000'],
    ['https://user:word@host/path', 'https://host/path'],
    ['https://user:p@word@host', 'https://host'],
    ['https://host/path?key=1#part', 'https://host/path'],
    ['https://host/a@b', 'https://host/a@b'],
  ])('makes of %s %s', (given, made) => {
    expect(withoutSecrets(given)).toBe(made);
  });
});
