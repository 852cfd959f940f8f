import { createParser } from 'eventsource-parser';

/** Reads the stream of the dashboard whose address it is given, as an open page does, until it is ended. */
const [url = ''] = process.argv.slice(2);
const parser = createParser({
  onEvent: ({ data }) => {
    JSON.parse(data);
  },
});
const decoder = new TextDecoder();
const { body } = await fetch(`${url}api/stream?pool=1`);
for await (const chunk of body ?? []) parser.feed(decoder.decode(chunk as Uint8Array, { stream: true }));
