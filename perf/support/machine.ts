import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus } from 'node:os';

/** Where a result comes from. */
export interface Origin {
  readonly cpu: string;
  readonly cores: number;
  readonly node: string;
  /** The short hash, with `-dirty` where the tree had changes; `unknown` outside a repository. */
  readonly commit: string;
  /** ISO 8601. */
  readonly measuredAt: string;
}

/** This machine, this Node and this commit. */
export function originOf(): Origin {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    node: process.version,
    commit: commit(),
    measuredAt: new Date().toISOString(),
  };
}

function commit(): string {
  try {
    // What this very run writes makes no difference to what it measures.
    const changes = git('status', '--porcelain', '--', ':/', ':!/perf/results');
    return `${git('rev-parse', '--short', 'HEAD')}${changes === '' ? '' : '-dirty'}`;
  } catch {
    return 'unknown';
  }
}

function git(...args: readonly string[]): string {
  return execFileSync('git', args, {
    cwd: import.meta.dirname,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();
}
