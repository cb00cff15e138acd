// Goal: the desktop shell locks its page in, brings the host to it, and lets go of neither at the wrong time.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { CONNECT_CHANNEL, PAGE_URL, PORT_CHANNEL } from '../../src-main/shell-electron/ipc.ts';
import { startShell } from '../../src-main/shell-electron/shell.ts';
import { createStandInElectron, type StandInContents } from './stand-in-electron.ts';

const places = {
  host_process: 'out/main/host-process.js', host_arguments: ['--demo'], preload: 'out/preload/preload.cjs',
  renderer_directory: 'out/renderer',
};

async function setupShell() {
  const { electron, deeds } = createStandInElectron();
  startShell(electron, places);
  await vi.advanceTimersByTimeAsync(0);
  const child = () => deeds.children.at(-1)!;
  const page = () => deeds.windows[0]!.webContents;
  const ask = (sender: StandInContents, url = PAGE_URL) =>
    deeds.ipc.emit(CONNECT_CHANNEL, { sender, senderFrame: { url, parent: null } });
  return { deeds, child, page, ask };
}

beforeEach(() => { vi.useFakeTimers(); });
afterEach(() => { vi.useRealTimers(); });

test('a second start hands over to the first and does nothing else', async () => {
  const { electron, deeds } = createStandInElectron({ locked: false });
  startShell(electron, places);
  await vi.advanceTimersByTimeAsync(0);
  expect(deeds.quits).toBe(1);
  expect([deeds.windows, deeds.children]).toEqual([[], []]);
  const first = await setupShell();
  first.deeds.app.emit('second-instance');
  expect(first.deeds.windows).toHaveLength(1);
  expect(first.deeds.windows[0]!.focused).toBe(1);
});

test('the window is sandboxed, isolated, without Node, and shows our page', async () => {
  const { deeds } = await setupShell();
  expect(deeds.windows[0]!.options['webPreferences']).toMatchObject({
    sandbox: true, contextIsolation: true, nodeIntegration: false, webSecurity: true, devTools: false,
    preload: 'out/preload/preload.cjs',
  });
  expect(deeds.windows[0]!.loaded).toEqual(['app://console/index.html']);
  expect(deeds.schemes).toMatchObject([{ scheme: 'app', privileges: { standard: true, secure: true } }]);
  expect([...deeds.handled.keys()]).toEqual(['app']);
});

test('the page leads nowhere, opens nothing and is permitted nothing', async () => {
  const { deeds, page } = await setupShell();
  expect(page().open).toEqual({ action: 'deny' });
  const prevented: string[] = [];
  const navigate = (url: string) => page().emit('will-navigate', { url, preventDefault: () => prevented.push(url) });
  navigate('https://evil.example/');
  navigate('file:///etc/passwd');
  navigate('app://console/index.html#plan');
  page().emit('will-attach-webview', { preventDefault: () => prevented.push('webview') });
  expect(prevented).toEqual(['https://evil.example/', 'file:///etc/passwd', 'webview']);
  expect([deeds.permission, deeds.permission_checked]).toEqual([false, false]);
});

test('a page gets its port when the host serves, asked before or after, and a new one after each restart', async () => {
  const { deeds, child, page, ask } = await setupShell();
  expect(child()).toMatchObject({ file: 'out/main/host-process.js', given: ['--demo'] });
  ask(page());
  expect(page().posted).toEqual([]);
  child().emit('message', { kind: 'serving' });
  expect(child().heard).toEqual([[{ kind: 'connect' }, [{ end: 'host' }]]]);
  expect(page().posted).toEqual([[PORT_CHANNEL, null, [{ end: 'page' }]]]);
  ask(page()); // The page was reloaded.
  expect(page().posted).toHaveLength(2);
  child().emit('exit', 139);
  await vi.advanceTimersByTimeAsync(250);
  expect(deeds.children).toHaveLength(2);
  child().emit('message', { kind: 'serving' });
  expect(page().posted).toHaveLength(3);
});

test('a foreign page or a frame gets no port; one that is gone is forgotten', async () => {
  const { deeds, child, page, ask } = await setupShell();
  child().emit('message', { kind: 'serving' });
  ask(page(), 'https://evil.example/');
  ask(page(), 'evil://console/index.html');
  deeds.ipc.emit(CONNECT_CHANNEL, { sender: page(), senderFrame: { url: PAGE_URL, parent: {} } });
  deeds.ipc.emit(CONNECT_CHANNEL, { sender: page(), senderFrame: null });
  expect(page().posted).toEqual([]);
  ask(page());
  page().emit('destroyed');
  child().emit('message', { kind: 'serving' });
  expect(page().posted).toHaveLength(1);
});

test('while work is under way the machine stays awake and a closed window ends nothing', async () => {
  const { deeds, child } = await setupShell();
  child().emit('message', { kind: 'serving' });
  child().emit('message', { kind: 'busy', busy: true });
  expect(deeds.blockers.size).toBe(1);
  deeds.windows.splice(0);
  deeds.app.emit('window-all-closed');
  expect(deeds.quits).toBe(0);
  child().emit('message', { kind: 'busy', busy: false });
  expect(deeds.blockers.size).toBe(0);
  expect(deeds.quits).toBe(1);
});

test('a host that dies at work lets the machine sleep again', async () => {
  const { deeds, child } = await setupShell();
  child().emit('message', { kind: 'busy', busy: true });
  child().emit('exit', 1);
  expect(deeds.blockers.size).toBe(0);
});

test('quitting closes the host first, and then quits once', async () => {
  const { deeds, child } = await setupShell();
  let ended = 0;
  deeds.app.on('quit', () => { ended += 1; });
  child().emit('message', { kind: 'serving' });
  deeds.windows.splice(0);
  deeds.app.emit('window-all-closed');
  expect(child().heard).toContainEqual([{ kind: 'close' }, undefined]);
  expect(ended).toBe(0);
  child().emit('exit', 0);
  await vi.advanceTimersByTimeAsync(0);
  expect(ended).toBe(1);
  expect(deeds.children).toHaveLength(1);
});

test('a mission that cannot be opened is shown and ends the shell', async () => {
  const { deeds, child } = await setupShell();
  child().emit('message', { kind: 'refused', message: 'missions/micius.json line 3: …' });
  expect(deeds.dialogs).toEqual(['Twinpass cannot start: missions/micius.json line 3: …']);
  expect(deeds.quits).toBe(1);
});

test('the host may ask for the vault, and a crashed page is loaded again', async () => {
  const { deeds, child, page } = await setupShell();
  child().emit('message', { kind: 'serving' });
  child().emit('message', { kind: 'vault', id: 4, action: 'wrap', bytes: Uint8Array.of(1, 2, 3) });
  expect(child().heard.at(-1)![0]).toMatchObject({ kind: 'vault-reply', id: 4, reply: { ok: true } });
  page().emit('render-process-gone', {}, { reason: 'crashed' });
  page().emit('render-process-gone', {}, { reason: 'clean-exit' });
  expect(deeds.windows[0]!.reloads).toBe(1);
});

test('a pass that is near is said on the desktop, and a click brings the window up', async () => {
  const { deeds, child } = await setupShell();
  child().emit('message', { kind: 'notice', title: 'Pass in 10 min', body: 'approved, not armed yet' });
  expect(deeds.notices.map(({ said, shown }) => [said, shown]))
    .toEqual([[{ title: 'Pass in 10 min', body: 'approved, not armed yet' }, 1]]);
  deeds.notices[0]!.emit('click');
  expect(deeds.windows[0]!.focused).toBe(1);
  deeds.windows.splice(0);
  deeds.notices[0]!.emit('click');
  expect(deeds.windows).toHaveLength(1);
});

test('a machine without a desktop to speak on hears nothing and loses nothing', async () => {
  const { electron, deeds } = createStandInElectron({ notifies: false });
  startShell(electron, places);
  await vi.advanceTimersByTimeAsync(0);
  deeds.children[0]!.emit('message', { kind: 'notice', title: 'Pass in 10 min', body: 'armed' });
  expect(deeds.notices).toEqual([]);
});
