/* eslint-disable @typescript-eslint/no-deprecated -- deprecated by the modern era; the suite asks for logs in the legacy one */
import { MissingRequiredClientCapabilityError } from '@modelcontextprotocol/server';
import { setTimeout as sleep } from 'node:timers/promises';
import { WAV, embedded, image, text } from './content.ts';
import { schemas } from './schemas.ts';
import { type FixtureTool, type ToolAnswer, type ToolCall, capabilitiesOf } from './tool.ts';

/** The tools that ask nothing. */
export const plainTools: Readonly<Record<string, FixtureTool>> = {
  test_simple_text: {
    description: 'Says something.',
    call: () => ({ content: [text('This is a simple text response for testing.')] }),
  },
  test_image_content: { description: 'Shows a dot.', call: () => ({ content: [image()] }) },
  test_audio_content: {
    description: 'Makes no sound.',
    call: () => ({ content: [{ type: 'audio', data: WAV, mimeType: 'audio/wav' }] }),
  },
  test_embedded_resource: {
    description: 'Has a resource in its answer.',
    call: () => ({
      content: [embedded('test://embedded-resource', 'text/plain', 'This is an embedded resource content.')],
    }),
  },
  test_multiple_content_types: {
    description: 'Says, shows and holds something.',
    call: () => ({
      content: [
        text('Multiple content types test:'),
        image(),
        embedded('test://mixed-content-resource', 'application/json', '{"test":"data","value":123}'),
      ],
    }),
  },
  test_error_handling: {
    description: 'Fails.',
    call: () => ({ isError: true, content: [text('This tool intentionally returns an error for testing')] }),
  },
  test_tool_with_logging: { description: 'Tells its log.', call: logging },
  test_logging_tool: { description: 'Tells its log.', call: logging },
  test_tool_with_progress: { description: 'Tells its progress.', call: progressing },
  test_missing_capability: { description: 'Needs sampling.', call: sampled },
  test_header_mirrored: {
    description: 'Wants its argument in a header as well.',
    properties: { region: { type: 'string', 'x-mcp-header': 'Region' } },
    call: ({ given }) => ({ content: [text(String(given['region']))] }),
  },
  json_schema_2020_12_tool: {
    description: 'Has a schema with all that JSON Schema 2020-12 knows.',
    inputSchema: schemas.broad,
    call: () => ({ content: [text('taken')] }),
  },
  test_trigger_tool_change: {
    description: 'Says that the tools have changed.',
    call: async ({ server }) => {
      await server.sendToolListChanged();
      return { content: [text('told')] };
    },
  },
  test_trigger_prompt_change: {
    description: 'Says that the prompts have changed.',
    call: async ({ server }) => {
      await server.sendPromptListChanged();
      return { content: [text('told')] };
    },
  },
};

const PAUSE_MS = 50;

async function logging({ context }: ToolCall): Promise<ToolAnswer> {
  for (const said of ['Tool execution started', 'Tool processing data', 'Tool execution completed']) {
    await context.mcpReq.log('info', said);
    await sleep(PAUSE_MS);
  }
  return { content: [text('logged')] };
}

async function progressing({ context: { mcpReq } }: ToolCall): Promise<ToolAnswer> {
  const progressToken = mcpReq._meta?.progressToken;
  for (const progress of [0, 50, 100]) {
    const params = { progressToken: progressToken ?? 0, progress, total: 100 };
    if (progressToken !== undefined) await mcpReq.notify({ method: 'notifications/progress', params });
    await sleep(PAUSE_MS);
  }
  return { content: [text('done')] };
}

function sampled({ context }: ToolCall): ToolAnswer {
  if (capabilitiesOf(context).sampling === undefined) {
    throw new MissingRequiredClientCapabilityError({ requiredCapabilities: { sampling: {} } });
  }
  return { content: [text('sampled')] };
}
