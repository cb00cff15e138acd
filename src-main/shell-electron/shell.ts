import type { BrowserWindow, IpcMainEvent, MessagePortMain, WebContents } from 'electron';
import type * as Electron from 'electron';
import { createAppProtocol } from './app-protocol.ts';
import { createHostSupervisor, type HostChild } from './host-supervisor.ts';
import { CONNECT_CHANNEL, isOwnPage, isOwnUrl, PAGE_SCHEME, PAGE_URL, PORT_CHANNEL } from './ipc.ts';
import { answerVault } from './key-vault.ts';
import type { ToShell } from './process-messages.ts';

/** The parts of Electron this shell touches, handed in: the entry has the real ones, a test stands in for them. */
export type ElectronParts = Pick<typeof Electron, 'app' | 'BrowserWindow' | 'dialog' | 'ipcMain' | 'Menu'
  | 'MessageChannelMain' | 'Notification' | 'powerSaveBlocker' | 'protocol' | 'safeStorage' | 'session' | 'utilityProcess'>;

export interface ShellPlaces {
  readonly host_process: string;
  readonly host_arguments: readonly string[];
  readonly preload: string;
  readonly renderer_directory: string;
}

/** Starts the desktop shell: one host process, one window, and nothing that a page could misuse. */
export function startShell(electron: ElectronParts, places: ShellPlaces): void {
  const { app, BrowserWindow: Window, ipcMain, protocol } = electron;
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return;
  }
  app.enableSandbox();
  protocol.registerSchemesAsPrivileged([
    { scheme: PAGE_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
  forbidWandering(electron);

  const pages = new Set<WebContents>();
  const wake = createWakeLock(electron);
  const notify = createNotifier(electron, () => showWindow(electron, places));
  const quitWhenIdle = () => {
    // A closed window ends the console, but never the work of a pass that is under way.
    if (process.platform !== 'darwin' && Window.getAllWindows().length === 0 && !wake.isHeld()) app.quit();
  };
  const connect = (page: WebContents) => {
    const { port1, port2 } = new electron.MessageChannelMain();
    if (supervisor.send({ kind: 'connect' }, [port1])) page.postMessage(PORT_CHANNEL, null, [port2]);
  };
  const supervisor = createHostSupervisor<MessagePortMain>({
    fork: () => forkHost(electron, places),
    after: (delay_ms, act) => {
      const timer = setTimeout(act, delay_ms);
      return () => clearTimeout(timer);
    },
    elapsed_ms: () => performance.now(),
    onServing: () => pages.forEach(connect),
    onMessage: (message) => heed(message),
    onLost: () => wake.hold(false), // What ran in it has ended with it.
  });

  function heed(message: ToShell): void {
    if (message.kind === 'vault') supervisor.send(answerVault(electron.safeStorage, message));
    if (message.kind === 'notice') notify(message);
    if (message.kind === 'busy') {
      wake.hold(message.busy);
      quitWhenIdle();
    }
    if (message.kind === 'refused') {
      electron.dialog.showErrorBox('Twinpass cannot start', message.message);
      app.quit();
    }
  }

  ipcMain.on(CONNECT_CHANNEL, (event: IpcMainEvent) => {
    if (!isOwnPage(event.senderFrame)) return;
    const page = event.sender;
    if (!pages.has(page)) page.once('destroyed', () => pages.delete(page));
    pages.add(page);
    connect(page);
  });
  app.on('second-instance', () => showWindow(electron, places));
  app.on('activate', () => showWindow(electron, places));
  app.on('window-all-closed', quitWhenIdle);
  endInOrder(electron, () => supervisor.stop());
  void app.whenReady().then(() => {
    prepareSession(electron, places);
    supervisor.start();
    showWindow(electron, places);
  });
}

/** No page leads anywhere else, opens anything, or asks for anything. */
function forbidWandering({ app }: ElectronParts): void {
  app.on('web-contents-created', (_event, contents) => {
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
    contents.on('will-navigate', (event) => {
      if (!isOwnUrl(event.url)) event.preventDefault();
    });
    contents.on('will-attach-webview', (event) => event.preventDefault());
  });
}

function prepareSession({ Menu, protocol, session }: ElectronParts, { renderer_directory }: ShellPlaces): void {
  session.defaultSession.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.defaultSession.setPermissionCheckHandler(() => false);
  protocol.handle(PAGE_SCHEME, createAppProtocol(renderer_directory));
  Menu.setApplicationMenu(Menu.buildFromTemplate([
    ...(process.platform === 'darwin' ? [{ role: 'appMenu' as const }] : []),
    { role: 'fileMenu' }, { role: 'editMenu' }, { role: 'viewMenu' }, { role: 'windowMenu' },
  ]));
}

/** The host is closed before the application ends; the second `quit` finds it closed. */
function endInOrder({ app }: ElectronParts, stopHost: () => Promise<void>): void {
  let stopped = false;
  app.on('before-quit', (event) => {
    if (stopped) return;
    event.preventDefault();
    void stopHost().then(() => {
      stopped = true;
      app.quit();
    });
  });
}

function showWindow({ app, BrowserWindow: Window }: ElectronParts, { preload }: ShellPlaces): void {
  const [present] = Window.getAllWindows();
  if (present !== undefined) {
    if (present.isMinimized()) present.restore();
    present.focus();
    return;
  }
  const window: BrowserWindow = new Window({
    width: 1440, height: 900, minWidth: 1024, minHeight: 700, show: false, backgroundColor: '#101923', title: 'Twinpass',
    webPreferences: {
      preload, sandbox: true, contextIsolation: true, nodeIntegration: false, webSecurity: true, spellcheck: false,
      devTools: !app.isPackaged,
    },
  });
  window.once('ready-to-show', () => window.show());
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason !== 'clean-exit' && !window.isDestroyed()) window.reload();
  });
  void window.loadURL(PAGE_URL);
}

function forkHost({ utilityProcess }: ElectronParts, places: ShellPlaces): HostChild<MessagePortMain> {
  const child = utilityProcess.fork(places.host_process, [...places.host_arguments], { serviceName: 'twinpass-host' });
  return {
    postMessage: (message, transfer) => child.postMessage(message, transfer),
    onMessage: (listener) => child.on('message', (message: ToShell) => listener(message)),
    onExit: (listener) => child.once('exit', listener),
    kill: () => child.kill(),
  };
}

/** Says it on the desktop, where the machine has one to say it on; a click brings the window up. */
function createNotifier({ Notification: Notice }: ElectronParts, open: () => void) {
  const shown = new Set<Electron.Notification>(); // One that is forgotten is collected, and its click with it.
  return ({ title, body }: { readonly title: string; readonly body: string }): void => {
    if (!Notice.isSupported()) return;
    const notice = new Notice({ title, body });
    shown.add(notice);
    notice.once('close', () => shown.delete(notice));
    notice.on('click', open);
    notice.show();
  };
}

interface WakeLock {
  readonly hold: (held: boolean) => void;
  readonly isHeld: () => boolean;
}

/** Keeps the machine awake, its display may sleep. */
function createWakeLock({ powerSaveBlocker }: ElectronParts): WakeLock {
  let id: number | null = null;
  return {
    isHeld: () => id !== null,
    hold: (held) => {
      if (held) id ??= powerSaveBlocker.start('prevent-app-suspension');
      else if (id !== null) {
        powerSaveBlocker.stop(id);
        id = null;
      }
    },
  };
}
