/**
 * The least that a proxy can do, in a process of its own: node:http in, undici out, bytes as they are. Its figures are
 * what the runtime allows on this machine. The upstream's origin is the first argument.
 */
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import { Pool } from 'undici';
import { announce } from './announce.ts';

const pool = new Pool(process.argv[2] ?? '', { connections: 256 });

async function forward(path: string, body: Buffer, response: ServerResponse): Promise<void> {
  const upstream = await pool.request({ method: 'POST', path, headers: { 'content-type': 'application/json' }, body });
  for (const name of ['content-type', 'content-length']) {
    const value = upstream.headers[name];
    if (value !== undefined) response.setHeader(name, value);
  }
  response.writeHead(upstream.statusCode);
  upstream.body.pipe(response);
}

const server = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => {
    parts.push(part);
  });
  request.on('end', () => {
    forward(request.url ?? '/', Buffer.concat(parts), response).catch(() => {
      response.writeHead(502).end();
    });
  });
});
announce(server);
