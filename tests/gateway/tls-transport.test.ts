// Goal: only the one pinned console gets a connection; wrong, missing and look-alike certificates are turned away.
import { readFileSync } from 'node:fs';
import { connect as connectPlain, createServer } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { describe, expect, test } from 'vitest';
import { createFrameLink } from '../../src-main/gateway/classical-channel/frame-link.ts';
import {
  connectToPeer, listenForPeer, type Credentials, type PeerListener,
} from '../../src-main/gateway/classical-channel/tls-transport.ts';
import { hasOpenssl, makeCertificate } from './certificates.ts';
import { LIMITS } from './consoles.ts';

const host = '127.0.0.1';
const pem = (name: string) => {
  const { certificate, private_key } = makeCertificate(name);
  return { certificate: readFileSync(certificate, 'utf8'), private_key: readFileSync(private_key, 'utf8') };
};

function credentials() {
  const [alice, bob, mallory] = [pem('alice'), pem('bob'), pem('alice')];
  return {
    alice: { ...alice, peer_certificate: bob.certificate }, bob: { ...bob, peer_certificate: alice.certificate },
    // The same name as Alice, another key.
    mallory: { ...mallory, peer_certificate: bob.certificate },
  };
}

async function listening(own: Credentials): Promise<PeerListener> {
  const listener = await listenForPeer({ host, port: 0, credentials: own });
  if (!listener.ok) throw new Error(listener.error.type);
  return listener.value;
}

/** In TLS 1.3 a caller learns that it was turned away when it first listens. */
async function heardBy(socket: TLSSocket) {
  const link = createFrameLink(socket, LIMITS);
  const heard = await link.receive();
  return heard.ok ? heard.value.kind : heard.error.type;
}

describe.skipIf(!hasOpenssl)('with certificates of the openssl program', () => {
  test('the pinned pair meets under TLS 1.3 and exchanges frames', async () => {
    const { alice, bob } = credentials();
    const listener = await listening(bob);
    const accepted = listener.accept();
    const [caller, called] = [await connectToPeer({ host, port: listener.port, credentials: alice }), await accepted];
    if (!caller.ok || !called.ok) throw new Error('no connection');
    expect([caller.value.getProtocol(), called.value.getProtocol()]).toEqual(['TLSv1.3', 'TLSv1.3']);
    const [one, two] = [createFrameLink(caller.value, LIMITS), createFrameLink(called.value, LIMITS)];
    const payload = new Uint8Array(3_000_000).fill(5);
    const [sent, heard] = await Promise.all([one.send({ kind: 'message', sequence: 0, payload }), two.receive()]);
    expect(sent.ok).toBe(true);
    expect(heard.ok && heard.value.payload.length).toBe(payload.length);
    one.close('Enough');
    expect(await two.receive()).toMatchObject({ error: { type: 'PeerLeft', reason: 'Enough' } });
    listener.close();
  });

  test('failure: another key under the right name is turned away, and the waiting goes on', async () => {
    const { alice, bob, mallory } = credentials();
    const listener = await listening(bob);
    const accepted = listener.accept();
    const stranger = await connectToPeer({ host, port: listener.port, credentials: mallory });
    if (stranger.ok) expect(await heardBy(stranger.value)).toBe('ConnectionLost');
    expect(listener.turnedAway()).toMatchObject([{ type: 'PeerUntrusted' }]);
    const caller = await connectToPeer({ host, port: listener.port, credentials: alice });
    const called = await accepted;
    expect([caller.ok, called.ok]).toEqual([true, true]);
    if (caller.ok) caller.value.destroy();
    listener.close();
  });

  test('failure: a listener with another certificate is not spoken to', async () => {
    const { alice, bob, mallory } = credentials();
    const listener = await listening({ ...mallory, peer_certificate: alice.certificate });
    const caller = await connectToPeer({ host, port: listener.port, credentials: alice });
    expect(caller).toMatchObject({ ok: false, error: { type: 'PeerUntrusted' } });
    expect(bob.certificate).not.toBe(mallory.certificate);
    listener.close();
  });

  test('failure: no certificate, TLS 1.2 and plain text are turned away', async () => {
    const { alice, bob } = credentials();
    const listener = await listening(bob);
    const end = (socket: ReturnType<typeof connectPlain>) => new Promise<void>((resolve) => {
      socket.on('error', () => undefined);
      socket.on('close', () => resolve());
      socket.resume();
    });
    await end(connect({ host, port: listener.port, ca: bob.certificate, checkServerIdentity: () => undefined }));
    await end(connect({ host, port: listener.port, ca: bob.certificate, checkServerIdentity: () => undefined,
      cert: alice.certificate, key: alice.private_key, maxVersion: 'TLSv1.2' }));
    const plain = connectPlain({ host, port: listener.port }, () => plain.write('hello\n'));
    await end(plain);
    expect(listener.turnedAway()).toHaveLength(3);
    listener.close();
  });

  test('failure: nobody there, a port in use, a server that never answers', async () => {
    const { alice, bob } = credentials();
    const listener = await listening(bob);
    const { port } = listener;
    expect(await listenForPeer({ host, port, credentials: bob }))
      .toMatchObject({ error: { type: 'ConnectFailed', code: 'EADDRINUSE' } });
    const waiting = listener.accept();
    listener.close();
    expect(await waiting).toMatchObject({ error: { type: 'ConnectionLost' } });
    expect(await connectToPeer({ host, port, credentials: alice }))
      .toMatchObject({ error: { type: 'ConnectFailed', code: 'ECONNREFUSED' } });
    const mute = createServer(() => undefined);
    await new Promise<void>((resolve) => { mute.listen(0, host, resolve); });
    const address = mute.address();
    const mute_port = typeof address === 'object' && address !== null ? address.port : 0;
    expect(await connectToPeer({ host, port: mute_port, credentials: alice, handshake_ms: 200 }))
      .toMatchObject({ error: { type: 'ConnectFailed', code: 'timeout' } });
    mute.close();
  });
});
