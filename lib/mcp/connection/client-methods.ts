import type { Client } from '@modelcontextprotocol/client';

/** The methods of the SDK's `Client` that send a request, on the connection itself; as those of its `client`. */
export abstract class ClientMethods {
  abstract readonly client: Client;

  /** Calls a tool. */
  callTool(...args: Parameters<Client['callTool']>): ReturnType<Client['callTool']> {
    return this.client.callTool(...args);
  }

  /** The tools of the server. */
  listTools(...args: Parameters<Client['listTools']>): ReturnType<Client['listTools']> {
    return this.client.listTools(...args);
  }

  /** The resources of the server. */
  listResources(...args: Parameters<Client['listResources']>): ReturnType<Client['listResources']> {
    return this.client.listResources(...args);
  }

  /** The templates of resources. */
  listResourceTemplates(
    ...args: Parameters<Client['listResourceTemplates']>
  ): ReturnType<Client['listResourceTemplates']> {
    return this.client.listResourceTemplates(...args);
  }

  /** What a resource holds. */
  readResource(...args: Parameters<Client['readResource']>): ReturnType<Client['readResource']> {
    return this.client.readResource(...args);
  }

  /** The prompts of the server. */
  listPrompts(...args: Parameters<Client['listPrompts']>): ReturnType<Client['listPrompts']> {
    return this.client.listPrompts(...args);
  }

  /** The messages of a prompt. */
  getPrompt(...args: Parameters<Client['getPrompt']>): ReturnType<Client['getPrompt']> {
    return this.client.getPrompt(...args);
  }

  /** What an argument may be completed to. */
  complete(...args: Parameters<Client['complete']>): ReturnType<Client['complete']> {
    return this.client.complete(...args);
  }

  /** Asks whether the server is there, in the legacy era; `check` does in both. */
  ping(...args: Parameters<Client['ping']>): ReturnType<Client['ping']> {
    return this.client.ping(...args);
  }
}
