/**
 * A stand-in for the server: a synthetic plant behind the contract of docs/wire.md, so that the client can be
 * developed and tested without the Rust side. Serves `dist/` as well when it is there.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { gzipSync } from 'node:zlib';
import { WebSocketServer } from 'ws';
import * as answers from './answers';
import { Formula } from './formula';
import { MockFutures } from './futures/world';
import { buildPlant } from './plant';
import { Viewer } from './view';

const PORT = Number(process.env.PORT ?? 8787);
const DIST = process.env.DIST ?? 'dist';
const ZONE = 'Europe/Berlin';

const formula = new Formula(buildPlant(Number(process.env.COPIES ?? 1)), Date.now());
const viewers = new Set<Viewer>();
const futures = new MockFutures(formula, (message) => {
  for (const viewer of viewers) viewer.send(message);
});
const connected: object[] = [];

type Handler = (query: URLSearchParams, path: string) => unknown;

const instant = (text: string | null, fallback: number) =>
  text === null || text === 'now' ? fallback : Date.parse(text);
const lifeOf = (query: URLSearchParams) => futures.formulaOf(query.get('branch'));
const range = (query: URLSearchParams): [number, number] => [
  instant(query.get('from'), formula.earliest),
  instant(query.get('to'), lifeOf(query).end),
];
const idsOf = (query: URLSearchParams) => (query.get('signals') ?? '').split(',').map(Number);

const routes: Record<string, Handler> = {
  site: () => ({
    name: 'Aurora Drives',
    zone: ZONE,
    version: 'mock',
    now: new Date().toISOString(),
    earliest: new Date(formula.earliest).toISOString(),
    branches: [{ id: 'live', name: 'Live' }],
    limits: {},
  }),
  world: (query) => answers.world(lifeOf(query), instant(query.get('at'), Date.now())),
  buckets: (query) =>
    answers.buckets(lifeOf(query), idsOf(query), ...range(query), Number(query.get('buckets') ?? 400)),
  samples: (query) =>
    answers.samples(lifeOf(query), idsOf(query), ...range(query), Number(query.get('limit') ?? 10_000)),
  timeline: (query) => answers.timeline(lifeOf(query), ...range(query), Number(query.get('buckets') ?? 200)),
  events: (query) => eventPage(query),
  search: (query) => search((query.get('q') ?? '').toLowerCase(), Number(query.get('limit') ?? 20)),
  connections: () => connections(),
};

function eventPage(query: URLSearchParams): unknown {
  const thing = query.get('thing');
  const kinds = query.get('kinds')?.split(',');
  let list = answers.events(lifeOf(query), ...range(query), thing === null ? null : Number(thing));
  if (kinds) list = list.filter((event) => kinds.some((kind) => event.type.includes(kind)));
  if (query.get('order') === 'desc') list.reverse();
  return { events: list.slice(0, Number(query.get('limit') ?? 100)), cursor: null };
}

function search(q: string, limit: number): unknown {
  const { things, signals } = formula.plant;
  const hits = [
    ...things.map((thing) => ({ kind: 'thing', id: thing.id, name: thing.name, where: thing.key })),
    ...signals.map((signal) => ({
      kind: 'signal',
      id: signal.id,
      name: signal.name,
      where: things.find((thing) => thing.id === signal.thing)?.name ?? '',
    })),
  ];
  return hits.filter((hit) => `${hit.name} ${hit.where}`.toLowerCase().includes(q)).slice(0, limit);
}

function connections(): unknown {
  const technologies = ['opcua', 'sparkplug', 'mtconnect'];
  const endpoints = ['opc.tcp://127.0.0.1:4840', 'mqtt://127.0.0.1:1883', 'http://127.0.0.1:5000'];
  const own = formula.plant.things.filter((thing) => thing.class === 'connection');
  const rows = own.map((thing, i) => ({
    id: `c${i + 1}`,
    thing: thing.id,
    name: thing.name,
    technology: technologies[i],
    endpoint: endpoints[i],
    state: i === 2 ? 'degraded' : 'connected',
    gaps: [],
    lastError: i === 2 ? 'sequence 48213 expected, 48225 came: 12 observations lost' : null,
    received: 18_204_113 + i * 9177,
    lost: i === 2 ? 12 : 0,
    reconnects: i,
    lagSeconds: 0.034 + i * 0.02,
  }));
  return [...rows, ...connected];
}

function api(request: IncomingMessage, response: ServerResponse, url: URL): void {
  const path = url.pathname.replace('/api/v1/', '');
  const handler = routes[path];
  const plain = handler && request.method === 'GET';
  if (request.method === 'POST' && path === 'connections') connect(request, response);
  else if (plain) answer(response, handler(url.searchParams, path));
  else
    readBody(request, (body) => {
      const found = futures.answer(request.method ?? 'GET', path, url.searchParams, body);
      if (!found) problem(response, 404, 'not-found', `There is no ${url.pathname}.`);
      else if (found.status === 204) response.writeHead(204).end();
      else answer(response, found.body, found.status);
    });
}

function readBody(request: IncomingMessage, run: (body: unknown) => void): void {
  let text = '';
  request.on('data', (chunk) => {
    text += chunk;
  });
  request.on('end', () => run(text === '' ? {} : JSON.parse(text)));
}

function answer(response: ServerResponse, value: unknown, status = 200): void {
  const body = gzipSync(JSON.stringify(value));
  const type = status < 400 ? 'application/json' : 'application/problem+json';
  response.writeHead(status, { 'content-type': type, 'content-encoding': 'gzip' }).end(body);
}

function connect(request: IncomingMessage, response: ServerResponse): void {
  readBody(request, (body) => {
    const { url, name } = body as { url: string; name?: string };
    if (!/^(opc\.tcp|mqtts?|https?):\/\//.test(url)) {
      problem(
        response,
        422,
        'unknown-scheme',
        `Trine does not know how to speak to ${url}. Use opc.tcp://, mqtt:// or http://.`,
      );
      return;
    }
    const row = {
      id: `c${connected.length + 4}`,
      thing: 0,
      name: name ?? url,
      technology: url.split(':')[0],
      endpoint: url,
      state: 'connecting',
      lastError: null,
      received: 0,
      lost: 0,
      reconnects: 0,
    };
    connected.push(row);
    response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify(row));
  });
}

function problem(response: ServerResponse, status: number, code: string, detail: string): void {
  const body = { type: `https://trine.dev/problems/${code}`, title: code, status, detail, code };
  response.writeHead(status, { 'content-type': 'application/problem+json' }).end(JSON.stringify(body));
}

const MEDIA: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

function asset(response: ServerResponse, path: string): void {
  const file = join(DIST, normalize(path === '/' ? '/index.html' : path));
  if (existsSync(file))
    response
      .writeHead(200, { 'content-type': MEDIA[extname(file)] ?? 'application/octet-stream' })
      .end(readFileSync(file));
  else problem(response, 404, 'not-found', `There is no ${path}.`);
}

const server = createServer((request, response) => {
  const url = new URL(request.url ?? '/', `http://127.0.0.1:${PORT}`);
  if (url.pathname === '/healthz') response.end('ok');
  else if (url.pathname.startsWith('/api/v1/')) api(request, response, url);
  else asset(response, url.pathname);
});

const sockets = new WebSocketServer({ server, path: '/api/v1/view' });
sockets.on('connection', (socket) => {
  const viewer = new Viewer(socket, futures);
  viewers.add(viewer);
  socket.on('close', () => viewers.delete(viewer));
});
server.listen(PORT, '127.0.0.1', () => console.log(`http://127.0.0.1:${PORT}`));
