import { describe, expect, it } from 'vitest';
import { NotToldError, checkTold } from '../../../lib/mcp/failures/lasting-failure.ts';

describe('checkTold', () => {
  it('is content with a server that tells of all that is wanted', () => {
    checkTold(
      { resourceSubscriptions: ['file:///a'] },
      { toolsListChanged: true, resourceSubscriptions: ['file:///a'] },
    );
  });

  it('names what a server leaves out', () => {
    const check = (): void => {
      checkTold({ toolsListChanged: true, promptsListChanged: true }, { toolsListChanged: true });
    };
    expect(check).toThrow(NotToldError);
    expect(check).toThrow('the server does not tell of promptsListChanged');
  });
});
