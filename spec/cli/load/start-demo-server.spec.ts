import { connect } from 'node:net';
import { once } from 'node:events';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { startDemoServer } from '../../../lib/cli/load/start-demo-server.ts';
import { builtProgram } from '../../support/start-tcp-server.ts';
import { demoServer } from '../test-io.ts';

it('tells where it listens, and is gone when it was stopped', async () => {
  const listeners = process.listenerCount('exit');
  const { port, stop } = await startDemoServer(demoServer);
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.on('error', () => undefined);
  await stop();
  await once(connect(port, '127.0.0.1'), 'error');
  expect(process.listenerCount('exit')).toBe(listeners);
});

it('rejects when the program ends before it listens', async () => {
  const program = pathToFileURL(builtProgram('../../lib/dashboard/shared/format'));
  await expect(startDemoServer(program)).rejects.toThrow('the embedded server did not start');
});
