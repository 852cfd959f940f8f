import { createServer } from 'node:http';
import { tellPort } from './tell-port.ts';

/** As long as what the lean server answers. */
const ANSWER = '{"result":{"content":[{"type":"text","text":"hi"}]},"jsonrpc":"2.0","id":1000000001}';
const HEADERS = ['content-type', 'application/json', 'content-length', String(ANSWER.length)];

// A program of its own: the least that `node:http` can do. It takes in the body, and answers all with the same.
const server = createServer((request, response) => {
  request.on('data', () => undefined);
  request.once('end', () => response.writeHead(200, HEADERS).end(ANSWER));
});
await tellPort(server);
