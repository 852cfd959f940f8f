import { describe, expect, it } from 'vitest';
import { listingServer, openHub, reaching, toolsOf } from '../../support/hub.ts';
import { textOf } from '../../support/tool-call.ts';

describe('names', () => {
  it('are bare for one server, and carry the name of the server for several', async () => {
    const [a, b] = [await listingServer({ tools: ['read'] }), await listingServer({ tools: ['read', 'write'] })];
    expect(await toolsOf(openHub({ a: reaching(a) }))).toEqual(['read']);
    expect(await toolsOf(openHub({ a: reaching(a) }, { names: 'always' }))).toEqual(['a__read']);
    const hub = openHub({ 'my files': reaching(a), b: reaching(b) });
    expect(await toolsOf(hub)).toEqual(['my_files__read', 'b__read', 'b__write']);
    expect(textOf(await hub.client.callTool({ name: 'b__read', arguments: { x: 1 } }))).toBe(
      '{"name":"read","arguments":{"x":1}}',
    );
    expect(textOf(await hub.client.callTool({ name: 'my_files__read' }))).toContain('"name":"read"');
  });

  it('that two servers have are hidden where names are bare, and both reached where they are not', async () => {
    const [a, b] = [await listingServer({ tools: ['read', 'one'] }), await listingServer({ tools: ['read', 'two'] })];
    const hub = openHub({ a: reaching(a), b: reaching(b) }, { names: 'never' });
    expect(await toolsOf(hub)).toEqual(['one', 'two']);
    await expect(hub.client.callTool({ name: 'read' })).rejects.toThrow('there is no tool read');
    expect(textOf(await hub.client.callTool({ name: 'two' }))).toContain('two');
  });

  it('of more than 64 characters are cut, stay different, and lead to their tools', async () => {
    const long = 'x'.repeat(70);
    const names = [`${long}1`, `${long}2`];
    const hub = openHub({ a: reaching(await listingServer({ tools: names })), b: reaching(await listingServer({})) });
    const cut = await toolsOf(hub);
    expect(cut.map(({ length }) => length)).toEqual([64, 64]);
    expect(new Set(cut).size).toBe(2);
    for (const [n, name] of cut.entries()) {
      expect(textOf(await hub.client.callTool({ name }))).toContain(`"${names[n]}"`);
    }
  });

  it('stay apart where those of servers differ in what hosts do not take', async () => {
    const servers = ['my files', 'my_files', '文件', '搜索'];
    const one = reaching(await listingServer({ tools: ['read'] }));
    const hub = openHub(Object.fromEntries(servers.map((name) => [name, one])));
    const names = await toolsOf(hub);
    expect(names).toHaveLength(4);
    expect(new Set(names).size).toBe(4);
    expect(names[0]).toMatch(/^my_files_[\da-f]{4}__read$/);
    expect(names[1]).toBe('my_files__read');
    for (const name of names) {
      expect(name).toMatch(/^[\w.-]+$/);
      expect(textOf(await hub.client.callTool({ name }))).toContain('"name":"read"');
    }
  });

  it('that a server lists twice are one', async () => {
    const [a, b] = [await listingServer({ tools: ['read', 'read'] }), await listingServer({ tools: ['write'] })];
    expect(await toolsOf(openHub({ a: reaching(a), b: reaching(b) }))).toEqual(['a__read', 'b__write']);
  });

  it('that no server has are refused with what may have been meant', async () => {
    const hub = openHub({
      a: reaching(await listingServer({ tools: ['read'] })),
      b: reaching(await listingServer({})),
    });
    await hub.client.listTools();
    await expect(hub.client.callTool({ name: 'c__read' })).rejects.toMatchObject({
      code: -32602,
      message: expect.stringContaining('did you mean a__read') as string,
    });
  });
});

describe('requests', () => {
  it('go to the server that has what they name', async () => {
    const a = await listingServer({ prompts: ['greet'], resources: ['file:///a'], templates: ['note://{id}'] });
    const b = await listingServer({ prompts: ['greet'], resources: ['file:///b'] });
    const { client } = openHub({ a: reaching(a), b: reaching(b) });
    expect((await client.listPrompts()).prompts.map(({ name }) => name)).toEqual(['a__greet', 'b__greet']);
    expect((await client.getPrompt({ name: 'b__greet' })).description).toBe('{"name":"greet"}');
    expect((await client.listResources()).resources.map(({ uri }) => uri)).toEqual(['file:///a', 'file:///b']);
    expect((await client.listResourceTemplates()).resourceTemplates).toHaveLength(1);
    for (const uri of ['file:///b', 'note://7']) {
      expect((await client.readResource({ uri })).contents).toEqual([{ uri, text: JSON.stringify({ uri }) }]);
    }
    await expect(client.readResource({ uri: 'file:///c' })).rejects.toThrow('no server has the resource file:///c');
    const argument = { name: 'id', value: '' };
    const complete = async (ref: Parameters<typeof client.complete>[0]['ref']) =>
      (await client.complete({ ref, argument })).completion.values[0];
    expect(await complete({ type: 'ref/prompt', name: 'a__greet' })).toContain('"name":"greet"');
    expect(await complete({ type: 'ref/resource', uri: 'note://{id}' })).toContain('note://{id}');
  });

  it('of a resource that two servers list are refused with both names', async () => {
    const [a, b] = [
      await listingServer({ resources: ['file:///a'] }),
      await listingServer({ resources: ['file:///a'] }),
    ];
    const { client } = openHub({ a: reaching(a), b: reaching(b) });
    expect((await client.listResources()).resources).toHaveLength(1);
    await expect(client.readResource({ uri: 'file:///a' })).rejects.toThrow('a and b');
  });

  it('may be any, by `request`, where a name or the only server tells whose they are', async () => {
    const hub = openHub({
      a: reaching(await listingServer({ tools: ['read'] })),
      b: reaching(await listingServer({})),
    });
    const { client } = hub;
    expect(await client.request({ method: 'tools/list' })).toMatchObject({ tools: [{ name: 'a__read' }] });
    const called = await client.request({ method: 'tools/call', params: { name: 'a__read' } }, {});
    expect(JSON.stringify(called)).toContain('read');
    for (const method of ['own/method', 'constructor', 'toString', '__proto__']) {
      await expect(client.request({ method }, {})).rejects.toMatchObject({ code: -32601 });
    }
    expect(await client.ping()).toEqual({});
    await expect(client.listTools({ cursor: 'x' })).rejects.toMatchObject({ code: -32602 });
  });
});

describe('tools that the configuration hides', () => {
  const readOnly = { allow: ['read*'], deny: ['*_secret'] };

  it.each(['auto', 'always', 'never'] as const)('are in no list and cannot be called, names: %s', async (names) => {
    const tools = ['read', 'read_secret', 'write'];
    const [a, b] = [reaching(await listingServer({ tools })), reaching(await listingServer({ tools: ['write_b'] }))];
    const ready = (name: string, options: typeof a) => ({ name, status: 'ready', options, warnings: [] }) as const;
    const hub = openHub({ servers: [{ ...ready('a', a), tools: readOnly }, ready('b', b)], warnings: [] }, { names });
    const prefix = names === 'never' ? '' : 'a__';
    // Before anything is known of the server, too.
    await expect(hub.client.callTool({ name: `${prefix}write` })).rejects.toThrow(`there is no tool ${prefix}write`);
    expect(await toolsOf(hub)).toEqual([`${prefix}read`, names === 'never' ? 'write_b' : 'b__write_b']);
    await expect(hub.client.callTool({ name: `${prefix}read_secret` })).rejects.toMatchObject({ code: -32602 });
    expect(textOf(await hub.client.callTool({ name: `${prefix}read` }))).toContain('"read"');
  });

  it('cannot be called where there is one server, whose names are bare', async () => {
    const options = reaching(await listingServer({ tools: ['read', 'write'] }));
    const server = { name: 'a', status: 'ready', options, tools: readOnly, warnings: [] } as const;
    const hub = openHub({ servers: [server], warnings: [] });
    await expect(hub.client.callTool({ name: 'write' })).rejects.toThrow('there is no tool write');
    expect(await toolsOf(hub)).toEqual(['read']);
    expect(textOf(await hub.client.callTool({ name: 'read_unlisted' }))).toContain('"read_unlisted"');
  });
});
