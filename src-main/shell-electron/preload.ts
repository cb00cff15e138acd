import { contextBridge, ipcRenderer } from 'electron';
import { BRIDGE_NAME } from '../../src-contract/carrier.ts';
import { CONNECT_CHANNEL, PORT_CHANNEL } from './ipc.ts';
import { createPortBridge } from './port-bridge.ts';
import type { CarrierPort } from './port-carrier.ts';

/** Sandboxed, between page and shell: keeps the port to itself and shows the page three functions. */
const { bridge, attach } = createPortBridge();

ipcRenderer.on(PORT_CHANNEL, ({ ports: [port] }) => {
  if (port !== undefined) attach(carrierPort(port));
});
contextBridge.exposeInMainWorld(BRIDGE_NAME, bridge);
ipcRenderer.send(CONNECT_CHANNEL);

function carrierPort(port: MessagePort): CarrierPort {
  return {
    post: (message) => port.postMessage(message),
    onMessage: (listener) => {
      port.addEventListener('message', ({ data }) => listener(data));
      port.start();
    },
    onClose: (listener) => port.addEventListener('close', listener),
    close: () => port.close(),
  };
}
