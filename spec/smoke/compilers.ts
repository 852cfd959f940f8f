import { copyFile } from 'node:fs/promises';
import { type Runtime, installed } from './runtimes.ts';
import { run } from './run.ts';

/** The oldest TypeScript that the declarations are for, and the one that the library is written in. */
const compilers: readonly Runtime[] = ['5.4', '6'].map((version) => ({
  name: `TypeScript ${version}`,
  comesAs: `typescript@${version}`,
  bin: 'typescript/lib/tsc.js',
  args: [],
}));

/** How packages are found: by Node.js itself, and by a bundler. */
const resolutions = [
  ['NodeNext', 'NodeNext'],
  ['ESNext', 'Bundler'],
] as const;

const options = [
  ...['--strict', '--exactOptionalPropertyTypes', '--skipLibCheck', 'false'],
  ...['--target', 'es2022', '--lib', 'es2022,esnext.disposable', '--types', 'node'],
  ...['--declaration', '--emitDeclarationOnly', '--outDir', 'declared'],
];

/** A compiler and a way to find packages; `compile` rejects with what is wrong. */
interface Compilation {
  readonly name: string;
  /** Resolves with what it has compiled. */
  readonly compile: () => Promise<string>;
}

/** Compiles a program beside an installed package with each of the compilers, which are kept in `kept`. */
export function compilations(program: string, folder: string, kept: string): readonly Compilation[] {
  return compilers.flatMap((compiler) =>
    resolutions.map(([module, moduleResolution]) => ({
      name: `${compiler.name}, ${moduleResolution}`,
      compile: async () => {
        const tsc = await installed(compiler, kept);
        await copyFile(program, `${folder}/consumer.ts`);
        const how = ['--module', module, '--moduleResolution', moduleResolution];
        await run(process.execPath, [tsc, ...options, ...how, 'consumer.ts'], folder, 120_000);
        return 'consumer.ts';
      },
    })),
  );
}
