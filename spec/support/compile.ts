import ts from 'typescript';
import { root } from './papers.ts';

/** Compiles files that stand together in a folder; returns what is wrong with them. */
export function compile(files: readonly string[], outDir: string): string[] {
  const { config } = ts.readConfigFile(`${root}/tsconfig.json`, (path) => ts.sys.readFile(path)) as { config: unknown };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const program = ts.createProgram([...files], {
    ...options,
    outDir,
    rootDir: outDir,
    // As whoever has installed the package.
    paths: {},
    noUnusedLocals: false,
    skipLibCheck: true,
  });
  const { diagnostics } = program.emit();
  return [...ts.getPreEmitDiagnostics(program), ...diagnostics].map(
    ({ file, messageText }) => `${file?.fileName ?? ''}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`,
  );
}
