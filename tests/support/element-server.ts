import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

export interface ElementServer {
  readonly url: string;
  /** Headers of every question, in order. */
  readonly asked: IncomingMessage['headers'][];
  /** What it answers from now on. */
  answer: Answer;
  readonly stop: () => Promise<void>;
}

/** A real HTTP server on a port of its own, gone when the test ends. */
export async function startElementServer(first: Answer): Promise<ElementServer> {
  const asked: IncomingMessage['headers'][] = [];
  const server = createServer((request, response) => {
    asked.push(request.headers);
    held.answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const stop = () => new Promise<void>((resolve) => {
    server.closeAllConnections();
    server.close(() => resolve());
  });
  const held: ElementServer = { url: `http://127.0.0.1:${port}`, asked, answer: first, stop };
  onTestFinished(stop);
  return held;
}

/** A text with its validators, and 304 for whoever has it already. */
export function conditional(text: string, etag: string): Answer {
  return (request, response) => {
    response.setHeader('etag', etag);
    response.setHeader('last-modified', 'Sat, 15 Sep 2018 06:00:00 GMT');
    if (request.headers['if-none-match'] === etag) response.writeHead(304).end();
    else response.end(text);
  };
}
