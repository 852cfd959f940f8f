import { describe, expect, it } from 'vitest';
import { requestOf } from '../../../perf/compare/request.ts';

describe('the command line of perf:compare', () => {
  it('takes revisions, the working tree and folders', () => {
    const request = requestOf(['HEAD', '.', '--only', 'lease']);
    expect(request).toMatchObject({
      a: { word: 'HEAD', meaning: { commit: expect.stringMatching(/^[0-9a-f]{40}$/) as unknown } },
      b: { word: '.', meaning: { library: expect.stringMatching(/^file:.*build\/lib\/index\.js$/) as unknown } },
      only: 'lease',
      extent: { launches: 5 },
    });
  });

  it('takes two files of results', () => {
    const file = 'perf/results/peers.json';
    expect(requestOf([file, file])).toMatchObject({ a: { meaning: { file } }, b: { meaning: { file } } });
  });

  it.each([
    [[], 'two are compared, not 0'],
    [['HEAD'], 'two are compared, not 1'],
    [['HEAD', 'HEAD', 'HEAD'], 'two are compared, not 3'],
    [['HEAD', 'nothing-like-it'], '"nothing-like-it" is no revision, no folder with a built checkout and no file'],
    [['HEAD', 'perf/results/peers.json'], 'a file of results is compared with another file of results'],
    [['HEAD', 'HEAD', '--launches', 'x'], '--launches takes a number from 1 on, not "x"'],
  ])('says what is wrong with %j', (args, wrong) => {
    expect(requestOf(args)).toEqual({ wrong });
  });

  it('does not take an option for a revision', () => {
    expect(requestOf(['HEAD', '--', '--help'])).toHaveProperty('wrong');
    expect(requestOf(['--bogus', 'HEAD', 'HEAD'])).toHaveProperty('wrong', expect.stringContaining('--bogus'));
  });
});
