import type { Attributes } from '@opentelemetry/api';
import type { LabelName, Labels } from '../telemetry/labels.ts';

/** The attribute of each label: from the semantic conventions where they define one, else in their style. */
const names: Readonly<Record<LabelName, string>> = {
  pool: 'mcp.client.connection.pool.name',
  strategy: 'mcp.client.connection.pool.strategy',
  endpoint: 'mcp.client.connection.endpoint',
  state: 'mcp.client.connection.state',
  method: 'mcp.method.name',
  tool: 'gen_ai.tool.name',
  status: 'mcp.client.operation.status',
  outcome: 'mcp.server.operation.outcome',
  error: 'error.type',
};

/** The attributes for labels; a tool call also gets the attribute that marks it as one. */
export function attributesOf(labels: Labels): Attributes {
  const attributes: Attributes = {};
  for (const [name, value] of Object.entries(labels)) attributes[names[name as LabelName]] = value;
  if (labels.method === 'tools/call') attributes['gen_ai.operation.name'] = 'execute_tool';
  return attributes;
}
