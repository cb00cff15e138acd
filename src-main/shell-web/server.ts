import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import fastifyStatic from '@fastify/static';
import fastifyWebsocket from '@fastify/websocket';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { OperationError } from '../../src-contract/errors.ts';
import type { Dispatch, ReportIncident } from '../host/dispatch.ts';
import type { HostEvents } from '../host/events.ts';
import { pageHeaders } from '../host/page-headers.ts';
import { bearerOf, refusal, tokenMatches } from './admission.ts';
import { serveEvents } from './event-socket.ts';

export interface WebShellOptions {
  readonly dispatch: Dispatch;
  readonly events: HostEvents;
  readonly reportIncident: ReportIncident;
  /** Built renderer: an absolute path. */
  readonly renderer_directory: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** A fresh random one when absent. */
  readonly token?: string;
}

export interface WebShell {
  /** Without the token. */
  readonly origin: string;
  readonly token: string;
  /** To be opened by its reader: the fragment holds the token and is never sent to any server. */
  readonly opening_url: string;
  readonly close: () => Promise<void>;
}

const BODY_BYTES_MAX = 4 * 1024 * 1024;
const SOCKETS_MAX = 32;
const LOOPBACK = '127.0.0.1';

/** The browser shell: POST /operations/<name>, a socket for events, the built page; loopback only. */
export async function startWebShell(options: WebShellOptions): Promise<WebShell> {
  const token = options.token ?? randomBytes(32).toString('base64url');
  const app = fastify({
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: 30_000, // To arrive; long work is a job and answers at once.
    connectionTimeout: 120_000,
    keepAliveTimeout: 30_000,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 100 },
    exposeHeadRoutes: false,
    // An address that cannot be decoded meets no hook: its answer brings its own headers.
    frameworkErrors: (_cause, _request, reply) => {
      void refuse(reply.headers(pageHeaders([])), 400, { type: 'InvalidInput', issues: ['not an address'] });
    },
  });
  app.removeContentTypeParser('text/plain'); // A form of another site can send it unasked; JSON it cannot.
  await app.register(fastifyWebsocket, { options: { maxPayload: 1024 } });
  guard(app, options.reportIncident);
  serveOperations(app, options.dispatch, token);
  app.get('/events', { websocket: true }, (socket) => {
    if (app.websocketServer.clients.size > SOCKETS_MAX) socket.close(1013, 'too many pages');
    else serveEvents(socket, { events: options.events, token });
  });
  await app.register(fastifyStatic, {
    root: options.renderer_directory, cacheControl: false, dotfiles: 'deny', index: 'index.html',
  });
  await app.listen({ host: LOOPBACK, port: options.port });
  const origin = `http://${LOOPBACK}:${portOf(app)}`;
  return { origin, token, opening_url: `${origin}/#token=${token}`, close: () => app.close() };
}

const portOf = (app: FastifyInstance) => (app.server.address() as AddressInfo).port;

/** On every request, the upgrade to a socket included: headers for the page, and who may come in. */
function guard(app: FastifyInstance, reportIncident: ReportIncident): void {
  app.addHook('onRequest', async (request, reply) => {
    const port = portOf(app);
    reply.headers(pageHeaders([`ws://${LOOPBACK}:${port}`, `ws://localhost:${port}`]));
    const { headers } = request;
    if (headers.upgrade !== undefined && request.url !== '/events') {
      return refuse(reply, 404, { type: 'NotFound', what: 'socket', id: request.url.slice(0, 200) });
    }
    const reason = refusal({
      host: headers.host,
      origin: headers.origin,
      fetch_site: header(request, 'sec-fetch-site'),
      navigates: header(request, 'sec-fetch-mode') === 'navigate' && request.method === 'GET',
    }, port);
    return reason === null ? undefined : refuse(reply, 403, { type: 'Refused', message: reason });
  });
  app.setNotFoundHandler((request, reply) =>
    refuse(reply, 404, { type: 'NotFound', what: 'page', id: request.url.slice(0, 200) }));
  app.setErrorHandler((cause, _request, reply) => {
    const status = statusOf(cause);
    const issue = status === 413 ? `larger than ${BODY_BYTES_MAX} bytes` : 'not a JSON document in UTF-8';
    return status < 500
      ? refuse(reply, status, { type: 'InvalidInput', issues: [issue] })
      : refuse(reply, 500, { type: 'Internal', incident_id: reportIncident(cause) });
  });
}

function serveOperations(app: FastifyInstance, dispatch: Dispatch, token: string): void {
  const authorize = async (request: FastifyRequest, reply: FastifyReply) => {
    if (tokenMatches(bearerOf(request.headers.authorization), token)) return undefined;
    return refuse(reply, 401, {
      type: 'Refused', message: 'The console does not know this page. Open the address it printed at its start.',
    });
  };
  app.post<{ Params: { name: string } }>('/operations/:name', { onRequest: authorize }, async (request, reply) => {
    const answer = await dispatch(request.params.name, request.body);
    if (answer.ok && answer.value instanceof Uint8Array) {
      const { buffer, byteOffset, byteLength } = answer.value;
      return reply.type('application/octet-stream').send(Buffer.from(buffer, byteOffset, byteLength));
    }
    return reply.type('application/json').send(JSON.stringify(answer));
  });
  app.route({
    method: ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
    url: '/operations/*',
    onRequest: async (_request, reply) => refuseMethod(reply), // Before a body is looked at.
    handler: (_request, reply) => refuseMethod(reply),
  });
}

function refuseMethod(reply: FastifyReply): FastifyReply {
  return refuse(reply.header('allow', 'POST'), 405, { type: 'Refused', message: 'Operations are called with POST.' });
}

function refuse(reply: FastifyReply, status: number, error: OperationError): FastifyReply {
  return reply.code(status).type('application/json').send(JSON.stringify({ ok: false, error }));
}

function header(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
}

function statusOf(cause: unknown): number {
  const status = cause instanceof Error && 'statusCode' in cause ? cause.statusCode : undefined;
  return typeof status === 'number' ? status : 500;
}
