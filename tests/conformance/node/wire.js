'use strict';
const http = require('node:http');
const { once } = require('node:events');

/**
 * A hop between an SDK and the sandbox: it keeps what passes, and tampers with it on demand. The
 * SDK signs the hop's own `host`, and the sandbox checks what it receives, so nothing of the
 * signature notices the hop.
 */
class Wire {
  static async open(endpoint) {
    const wire = new Wire(new URL(endpoint));
    wire.server = http.createServer((request, response) => wire.pass(request, response));
    wire.server.listen(0, '127.0.0.1');
    await once(wire.server, 'listening');
    wire.address = `127.0.0.1:${wire.server.address().port}`;
    wire.endpoint = `http://${wire.address}`;
    return wire;
  }

  constructor(upstream) {
    this.upstream = upstream;
    this.exchanges = [];
    this.tamper = (request) => request;
  }

  get last() {
    return this.exchanges.at(-1);
  }

  async pass(incoming, outgoing) {
    const body = Buffer.concat(await collect(incoming));
    const request = this.tamper({
      method: incoming.method,
      target: incoming.url,
      headers: pairs(incoming.rawHeaders),
      body,
    });
    const answer = await this.send(request);
    this.exchanges.push({ request, answer });
    outgoing.writeHead(answer.status, answer.headers.flat());
    outgoing.end(answer.body);
  }

  async send({ method, target, headers, body }) {
    const kept = headers.filter(([name]) => !['connection', 'content-length'].includes(name.toLowerCase()));
    if (body.length > 0 || method !== 'GET') kept.push(['Content-Length', String(body.length)]);
    const { hostname, port } = this.upstream;
    const call = http.request({
      hostname,
      port,
      method,
      path: target,
      headers: kept.flat(),
      setHost: false,
      agent: false,
    });
    call.end(body);
    const [response] = await once(call, 'response');
    return { status: response.statusCode, headers: pairs(response.rawHeaders), body: Buffer.concat(await collect(response)) };
  }

  async close() {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}

function pairs(raw) {
  return Array.from({ length: raw.length / 2 }, (_, at) => [raw[2 * at], raw[2 * at + 1]]);
}

async function collect(stream) {
  const pieces = [];
  for await (const piece of stream) pieces.push(piece);
  return pieces;
}

module.exports = { Wire };
