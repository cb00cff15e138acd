import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { parseArgs } from 'node:util';
import type { MessagePortMain } from 'electron';
import { composeHost } from '../compose.ts';
import { missionDirectory } from '../host/places.ts';
import { startHostService } from './host-service.ts';
import { missionId } from './mission-id.ts';
import type { CarrierPort } from './port-carrier.ts';
import type { ToHostProcess } from './process-messages.ts';

/** Entry of the host's own process: Electron's utility process, which knows no window. */
const { values } = parseArgs({
  options: { 'mission-file': { type: 'string' }, 'mission-directory': { type: 'string' }, demo: { type: 'boolean' } },
});
const mission_file = values['mission-file'] ?? '';
const demo = values.demo === true;
const shell = process.parentPort;

const service = startHostService({
  compose: composeHost,
  options: { mission_file, mission_directory: values['mission-directory'] ?? ownDirectory(), demo, stays: true },
  send: (message) => shell.postMessage(message),
  exit: (code) => process.exit(code),
});
shell.on('message', ({ data, ports }) => {
  service.receive(data as ToHostProcess, ports.map(carrierPort));
});

function ownDirectory(): string {
  const id = missionId(() => readFileSync(mission_file, 'utf8'));
  const inputs = { env: process.env, platform: process.platform, home_directory: homedir() };
  return missionDirectory(demo ? `${id}-demo` : id, inputs);
}

function carrierPort(port: MessagePortMain): CarrierPort {
  port.start();
  return {
    post: (message) => port.postMessage(message),
    onMessage: (listener) => port.on('message', ({ data }) => listener(data)),
    onClose: (listener) => port.on('close', listener),
    close: () => port.close(),
  };
}
