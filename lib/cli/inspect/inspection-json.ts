import { VERSION } from '../../base/version.ts';
import { jsonText } from '../terminal/printable.ts';
import type { Advice } from './advice.ts';
import type { InspectOptions } from './inspect-options.ts';
import type { Inspection } from './inspection.ts';

/** All that was found as one JSON document. */
export function inspectionJson(
  { named, tool }: InspectOptions,
  { introduction, ...findings }: Inspection,
  advice: Advice & { readonly snippet: string },
): string {
  const { report, transport } = named.server;
  const target = { ...report, kind: transport.kind, name: transport.target };
  const place = { version: VERSION, node: process.version, target, probe: tool ?? null };
  return `${jsonText({ command: 'inspect', ...place, introduction, findings, advice }, 2)}\n`;
}
