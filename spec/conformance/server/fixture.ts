import { McpServer, ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server';
import { askingTools, askedOfPrompt } from './asking-tools.ts';
import { PNG, embedded, image, text } from './content.ts';
import { plainTools } from './plain-tools.ts';
import { codec } from './state.ts';
import type { FixtureTool } from './tool.ts';

const tools: Readonly<Record<string, FixtureTool>> = { ...plainTools, ...askingTools };

const capabilities = {
  tools: { listChanged: true },
  prompts: { listChanged: true },
  resources: { subscribe: true, listChanged: true },
  logging: {},
  completions: {},
};

/** The server that the suite asks for: it has all the tools, prompts and resources that scenarios use, in both eras. */
export function fixture(): McpServer {
  const product = new McpServer(
    { name: 'conformance-fixture', version: '1.0.0' },
    { capabilities, requestState: { verify: (state, context) => codec.verify(state, context) } },
  );
  serveTools(product.server);
  serveResources(product.server);
  servePrompts(product.server);
  product.server.setRequestHandler('completion/complete', () => ({
    completion: { values: ['paris', 'park', 'party'], total: 3, hasMore: false },
  }));
  return product;
}

function serveTools(server: McpServer['server']): void {
  const listed = Object.entries(tools).map(([name, { description, properties = {}, inputSchema }]) => ({
    name,
    description,
    inputSchema: inputSchema ?? { type: 'object', properties, required: Object.keys(properties) },
  }));
  server.setRequestHandler('tools/list', () => ({ tools: listed as never }));
  server.setRequestHandler('tools/call', ({ params }, context) => {
    const tool = tools[params.name];
    if (tool === undefined) throw new ProtocolError(ProtocolErrorCode.InvalidParams, `no tool ${params.name}`);
    return tool.call({ given: params.arguments ?? {}, context, server });
  });
}

function serveResources(server: McpServer['server']): void {
  const [plain, binary] = ['test://static-text', 'test://static-binary'];
  server.setRequestHandler('resources/list', () => ({
    resources: [
      { uri: plain, name: 'text', description: 'A text.', mimeType: 'text/plain' },
      { uri: binary, name: 'binary', description: 'A dot.', mimeType: 'image/png' },
      { uri: 'test://watched-resource', name: 'watched', description: 'May change.', mimeType: 'text/plain' },
    ],
  }));
  server.setRequestHandler('resources/templates/list', () => ({
    resourceTemplates: [
      {
        uriTemplate: 'test://template/{id}/data',
        name: 'template',
        description: 'Data.',
        mimeType: 'application/json',
      },
    ],
  }));
  server.setRequestHandler('resources/read', ({ params: { uri } }) => {
    const id = /^test:\/\/template\/([^/]+)\/data$/.exec(uri)?.[1];
    if (uri === binary) return { contents: [{ uri, mimeType: 'image/png', blob: PNG }] };
    if (id !== undefined) {
      const data = JSON.stringify({ id, templateTest: true, data: `Data for ID: ${id}` });
      return { contents: [{ uri, mimeType: 'application/json', text: data }] };
    }
    if (uri !== plain && uri !== 'test://watched-resource') {
      throw new ProtocolError(ProtocolErrorCode.InvalidParams, 'Resource not found', { uri });
    }
    return { contents: [{ uri, mimeType: 'text/plain', text: 'This is the content of the static text resource.' }] };
  });
  server.setRequestHandler('resources/subscribe', () => ({}));
  server.setRequestHandler('resources/unsubscribe', () => ({}));
}

const prompts: Readonly<Record<string, readonly string[]>> = {
  test_simple_prompt: [],
  test_prompt_with_arguments: ['arg1', 'arg2'],
  test_prompt_with_embedded_resource: ['resourceUri'],
  test_prompt_with_image: [],
  test_input_required_result_prompt: [],
};

function servePrompts(server: McpServer['server']): void {
  server.setRequestHandler('prompts/list', () => ({
    prompts: Object.entries(prompts).map(([name, names]) => ({
      name,
      description: 'For the suite.',
      arguments: names.map((one) => ({ name: one, description: 'Any text.', required: true })),
    })),
  }));
  server.setRequestHandler('prompts/get', ({ params }, { mcpReq }) => {
    const given = params.arguments ?? {};
    const { inputResponses } = mcpReq;
    if (params.name === 'test_input_required_result_prompt' && inputResponses === undefined) return askedOfPrompt();
    const contents = {
      test_simple_prompt: [text('This is a simple prompt for testing.')],
      test_prompt_with_arguments: [text(`Prompt with arguments: arg1='${given['arg1']}', arg2='${given['arg2']}'`)],
      test_prompt_with_embedded_resource: [
        embedded(String(given['resourceUri']), 'text/plain', 'Embedded resource content for testing.'),
        text('Please process the embedded resource above.'),
      ],
      test_prompt_with_image: [image(), text('Please analyze the image above.')],
      test_input_required_result_prompt: [text(JSON.stringify(inputResponses))],
    }[params.name];
    if (contents === undefined) throw new ProtocolError(ProtocolErrorCode.InvalidParams, `no prompt ${params.name}`);
    return { messages: contents.map((content) => ({ role: 'user' as const, content })) };
  });
}
