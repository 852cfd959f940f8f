import { createHash } from 'node:crypto';
import { type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';

/** A package of one file, which is its program. */
export interface SmallPackage {
  readonly name: string;
  readonly program: string;
}

/** A registry of npm packages on loopback. */
export interface PackageRegistry {
  readonly url: string;
  stop(): Promise<void>;
}

/** Serves one package, whose archive takes so many milliseconds; of any other it says that there is none. */
export async function startPackageRegistry(small: SmallPackage, archiveMs: number): Promise<PackageRegistry> {
  const archive = archiveOf(small);
  const server = createServer((request, response) => {
    const url = `http://${String(request.headers.host)}`;
    if (request.url === `/${small.name}`) answerJson(response, 200, documentOf(small, archive, url));
    else if (request.url === archivePath) void answerSlowly(response, archive, archiveMs);
    else answerJson(response, 404, { error: 'Not found' });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    stop: () => stop(server),
  };
}

const version = '1.0.0';
const archivePath = '/archive.tgz';

function documentOf({ name }: SmallPackage, archive: Buffer, url: string): unknown {
  const integrity = `sha512-${createHash('sha512').update(archive).digest('base64')}`;
  const manifest = {
    name,
    version,
    bin: { [name]: 'server.js' },
    dist: { tarball: `${url}${archivePath}`, integrity },
  };
  return { name, 'dist-tags': { latest: version }, versions: { [version]: manifest } };
}

function archiveOf({ name, program }: SmallPackage): Buffer {
  const manifest = JSON.stringify({ name, version, bin: { [name]: 'server.js' } });
  const files = [entryOf('package/package.json', manifest), entryOf('package/server.js', program)];
  return gzipSync(Buffer.concat([...files, Buffer.alloc(1024)]));
}

/** One file of a tar archive: a header of 512 bytes, and the text, filled up to as many again. */
function entryOf(path: string, text: string): Buffer {
  const body = Buffer.from(text);
  const header = Buffer.alloc(512);
  header.write(path, 0);
  header.write('0000755\0', 100);
  header.write(`${body.length.toString(8).padStart(11, '0')}\0`, 124);
  header.write('00000000000\0', 136);
  header.write('        ', 148);
  header.write('0', 156);
  header.write('ustar\x0000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return Buffer.concat([header, body, Buffer.alloc((512 - (body.length % 512)) % 512)]);
}

function answerJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function answerSlowly(response: ServerResponse, archive: Buffer, ms: number): Promise<void> {
  response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': archive.length });
  response.write(archive.subarray(0, 100));
  await sleep(ms);
  response.end(archive.subarray(100));
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}
