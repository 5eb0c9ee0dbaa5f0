import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { preventable, runningChromium } from './app.ts';
import type { CdpSession } from './cdp.ts';
import { customSchemePattern, fromChromiumUrl, originOf, toChromiumUrl } from './custom-scheme.ts';
import { invokeHandler, type StandInFrame } from './ipc-main.ts';
import { isolatedWorldSide, mainWorldSide } from './page-side.ts';
import { permissionHandlers, privilegedSchemes, protocolHandlers, session } from './session.ts';
import { strict } from './strict.ts';

const worldName = 'Electron Isolated Context';
const binding = 'standInIpc';
const windowOpenBinding = 'standInWindowOpen';
const bridgeChannel = 'electron-stand-in';
/** Chromium's name for what Electron asks its handlers about. */
const permissionNames: readonly (readonly [electron: string, descriptor: object])[] = [
  ['geolocation', { name: 'geolocation' }],
  ['notifications', { name: 'notifications' }],
  ['midi', { name: 'midi' }],
  ['media', { name: 'camera' }],
  ['media', { name: 'microphone' }],
  ['clipboard-read', { name: 'clipboard-read' }],
  ['clipboard-sanitized-write', { name: 'clipboard-write' }],
];

const allContents = new Set<WebContents>();
let nextContentsId = 1;

type WindowOpenHandler = (details: { url: string; frameName: string; features: string }) => {
  action: 'deny' | 'allow';
};
type Frame = { id: string; url: string; parentId?: string };

/** One page: a Chromium target of its own, with our session on it. Commands queue until it is attached. */
class WebContents extends EventEmitter {
  readonly id: number;
  readonly session = session.defaultSession;
  readonly #preload: string | undefined;
  readonly #frames = new Map<string, Frame>();
  readonly #worlds = new Map<number, string>();
  #mainFrameId = '';
  #targetId = '';
  #destroyed = false;
  #windowOpenHandler: WindowOpenHandler = () => ({ action: 'allow' });
  /** The document we asked for ourselves: no will-navigate for it. */
  #ownNavigation: string | undefined;
  #load: { resolve: () => void; reject: (error: Error) => void } | undefined;
  readonly #attached: Promise<CdpSession>;

  constructor(options: { preload?: string; width: number; height: number }) {
    super();
    this.id = nextContentsId;
    nextContentsId += 1;
    this.#preload = options.preload === undefined ? undefined : readFileSync(options.preload, 'utf8');
    this.#attached = this.#attach(options);
    this.#attached.catch((error: unknown) => {
      if (!this.#destroyed) process.stderr.write(`The Electron stand-in could not open a page: ${String(error)}\n`);
    });
  }

  get mainFrame(): StandInFrame {
    return this.#frameOf(this.#mainFrameId) ?? { url: '', origin: 'null', parent: null };
  }

  standInTargetId(): string {
    return this.#targetId;
  }

  getURL(): string {
    return this.mainFrame.url;
  }

  isDestroyed(): boolean {
    return this.#destroyed;
  }

  setWindowOpenHandler(handler: WindowOpenHandler): void {
    this.#windowOpenHandler = handler;
  }

  async loadURL(url: string): Promise<void> {
    const cdp = await this.#attached;
    const chromiumUrl = toChromiumUrl(url, privilegedSchemes);
    const loaded = new Promise<void>((resolve, reject) => {
      this.#load = { resolve, reject };
    });
    loaded.catch(() => {});
    this.#ownNavigation = chromiumUrl;
    await this.#grantPermissions(url);
    const { errorText } = (await cdp.send('Page.navigate', { url: chromiumUrl })) as { errorText?: string };
    if (errorText) {
      this.#load = undefined;
      this.emit('did-fail-load', {}, -2, errorText, url, true);
      throw new Error(`${errorText.replace('net::', '')} loading '${url}'`);
    }
    return loaded;
  }

  reload(): void {
    this.#ownNavigation = toChromiumUrl(this.getURL(), privilegedSchemes);
    void this.#attached.then((cdp) => cdp.send('Page.navigate', { url: this.#ownNavigation ?? '' })).catch(() => {});
  }

  send(channel: string, ...args: unknown[]): void {
    this.#deliver({ kind: 'event', channel, args });
  }

  async executeJavaScript(code: string): Promise<unknown> {
    const cdp = await this.#attached;
    const answer = await cdp.send('Runtime.evaluate', { expression: code, awaitPromise: true, returnByValue: true });
    if (answer.exceptionDetails) throw new Error(answer.exceptionDetails.exception?.description ?? 'Script failed');
    return answer.result.value;
  }

  async capturePage(): Promise<{ toPNG(): Buffer }> {
    const cdp = await this.#attached;
    const { data } = await cdp.send('Page.captureScreenshot', { format: 'png' });
    return { toPNG: () => Buffer.from(data, 'base64') };
  }

  forcefullyCrashRenderer(): void {
    // The answer never comes from a page that is gone.
    void this.#attached.then((cdp) => cdp.send('Page.crash')).catch(() => {});
  }

  close(): void {
    this.emit('stand-in-close-requested');
  }

  standInDestroy(): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    allContents.delete(this);
    this.#load?.reject(new Error('ERR_FAILED: the window was closed'));
    this.emit('destroyed');
    const { root } = runningChromium();
    root.off('Target.targetCreated', this.#closePopup);
    void this.#attached.then(() => root.send('Target.closeTarget', { targetId: this.#targetId })).catch(() => {});
  }

  async #attach({ width, height }: { width: number; height: number }): Promise<CdpSession> {
    const { root } = runningChromium();
    const { targetId } = await root.send('Target.createTarget', { url: 'about:blank', newWindow: true, width, height });
    this.#targetId = targetId;
    await root.send('Target.setDiscoverTargets', { discover: true });
    root.on('Target.targetCreated', this.#closePopup);
    const { sessionId } = await root.send('Target.attachToTarget', { targetId, flatten: true });
    const cdp = runningChromium().session(sessionId);
    this.#listen(cdp);
    const { frameTree } = await cdp.send('Page.getFrameTree');
    this.#mainFrameId = frameTree.frame.id;
    this.#frames.set(frameTree.frame.id, frameTree.frame);
    await cdp.send('Page.enable');
    await cdp.send('Runtime.enable');
    await cdp.send('Inspector.enable');
    await cdp.send('DOM.enable');
    await cdp.send('Fetch.enable', {
      patterns: [{ urlPattern: customSchemePattern }, { urlPattern: '*', resourceType: 'Document' }],
    });
    await cdp.send('Runtime.addBinding', { name: windowOpenBinding });
    await cdp.send('Page.addScriptToEvaluateOnNewDocument', {
      source: `window.open = (url) => (${windowOpenBinding}(new URL(url ?? '', location.href).href), null);`,
    });
    if (this.#preload !== undefined) {
      await cdp.send('Debugger.enable');
      await cdp.send('Runtime.addBinding', { name: binding, executionContextName: worldName });
      await cdp.send('Page.addScriptToEvaluateOnNewDocument', {
        source: `(${mainWorldSide.toString()})(${JSON.stringify(bridgeChannel)});`,
      });
      await cdp.send('Page.addScriptToEvaluateOnNewDocument', {
        worldName,
        source: `(${isolatedWorldSide.toString()})(${JSON.stringify(bridgeChannel)}, ${JSON.stringify(binding)}, function (require, module, exports, process) {${this.#preload}\n});`,
      });
    }
    return cdp;
  }

  /** window.open is answered in the page; what a link opened all the same is taken away again. */
  readonly #closePopup = ({ targetInfo }: { targetInfo: { targetId: string; openerId?: string } }): void => {
    if (targetInfo.openerId !== this.#targetId) return;
    void runningChromium()
      .root.send('Target.closeTarget', { targetId: targetInfo.targetId })
      .catch(() => {});
  };

  #listen(cdp: CdpSession): void {
    cdp.on('Page.frameNavigated', ({ frame }: { frame: Frame }) => {
      this.#frames.set(frame.id, frame);
      if (!frame.parentId) this.#mainFrameId = frame.id;
      if (!frame.parentId) this.emit('did-navigate', {}, fromChromiumUrl(frame.url));
    });
    cdp.on('Page.frameDetached', ({ frameId }: { frameId: string }) => this.#frames.delete(frameId));
    cdp.on('Page.domContentEventFired', () => this.emit('dom-ready', {}));
    cdp.on('Page.loadEventFired', () => {
      if (this.getURL() === 'about:blank' && this.#ownNavigation !== 'about:blank') return;
      this.#load?.resolve();
      this.#load = undefined;
      this.emit('did-finish-load', {});
    });
    cdp.on('Page.windowOpen', ({ url, windowName }: { url: string; windowName: string }) => {
      this.#openWindow(url, windowName);
    });
    cdp.on('Inspector.targetCrashed', () => {
      this.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 5 });
    });
    cdp.on('Runtime.executionContextCreated', ({ context }) => {
      if (context.name === worldName) this.#worlds.set(context.id, context.auxData.frameId);
    });
    cdp.on('Runtime.executionContextDestroyed', ({ executionContextId }) => this.#worlds.delete(executionContextId));
    cdp.on('Runtime.executionContextsCleared', () => this.#worlds.clear());
    cdp.on('Runtime.bindingCalled', (call) => {
      if (call.name === binding) void this.#answerInvoke(call.executionContextId, call.payload);
      if (call.name === windowOpenBinding) this.#openWindow(call.payload, '');
    });
    cdp.on('Fetch.requestPaused', (paused) => void this.#answerRequest(cdp, paused).catch(() => {}));
    cdp.on('Debugger.paused', (paused) => void this.#answerPause(cdp, paused).catch(() => {}));
  }

  async #answerInvoke(contextId: number, payload: string): Promise<void> {
    const { id, channel, args } = JSON.parse(payload) as { id: number; channel: string; args: unknown[] };
    const frame = this.#frameOf(this.#worlds.get(contextId) ?? '');
    const event = { sender: standInContents.get(this), senderFrame: frame ?? null };
    try {
      const value = await invokeHandler(channel, event, args);
      this.#deliver({ kind: 'reply', id, ok: true, value }, contextId);
    } catch (error) {
      this.#deliver({ kind: 'reply', id, ok: false, error: (error as Error).message }, contextId);
    }
  }

  /** Runs in the preload's world of the main frame, or where the question came from; a page that is gone hears nothing. */
  #deliver(message: object, contextId?: number): void {
    const world = contextId ?? [...this.#worlds].find(([, frameId]) => frameId === this.#mainFrameId)?.[0];
    if (world === undefined) return;
    const expression = `${binding}Deliver(${JSON.stringify(message)})`;
    void this.#attached.then((cdp) => cdp.send('Runtime.evaluate', { expression, contextId: world })).catch(() => {});
  }

  async #answerRequest(
    cdp: CdpSession,
    paused: {
      requestId: string;
      frameId: string;
      resourceType: string;
      request: { url: string; method: string; headers: Record<string, string> };
    },
  ): Promise<void> {
    const { requestId, frameId, resourceType, request } = paused;
    const url = fromChromiumUrl(request.url);
    if (resourceType === 'Document' && !this.#mayNavigate(frameId, request.url, url)) {
      return void (await cdp.send('Fetch.failRequest', { requestId, errorReason: 'Aborted' }));
    }
    const handler = protocolHandlers.get(url.slice(0, url.indexOf(':')));
    if (!handler || url === request.url) return void (await cdp.send('Fetch.continueRequest', { requestId }));
    let response: Response;
    try {
      response = await handler(new Request(url, { method: request.method, headers: request.headers }));
    } catch (error) {
      process.stderr.write(`protocol.handle threw: ${String(error)}\n`);
      return void (await cdp.send('Fetch.failRequest', { requestId, errorReason: 'Failed' }));
    }
    await cdp.send('Fetch.fulfillRequest', {
      requestId,
      responseCode: response.status,
      responseHeaders: [...response.headers].map(([name, value]) => ({ name, value })),
      body: Buffer.from(await response.arrayBuffer()).toString('base64'),
    });
  }

  #openWindow(url: string, frameName: string): void {
    const { action } = this.#windowOpenHandler({ url: fromChromiumUrl(url), frameName, features: '' });
    if (action !== 'deny') process.stderr.write('The Electron stand-in cannot open child windows; denied.\n');
  }

  #mayNavigate(frameId: string, chromiumUrl: string, url: string): boolean {
    const isMainFrame = frameId === this.#mainFrameId;
    if (isMainFrame && this.#ownNavigation === chromiumUrl) {
      this.#ownNavigation = undefined;
      return true;
    }
    const event = preventable({ url, isMainFrame, isSameDocument: false });
    this.emit('will-frame-navigate', event);
    if (isMainFrame) this.emit('will-navigate', event, url);
    return !event.defaultPrevented;
  }

  /** `webUtils.getPathForFile` is synchronous: it pauses in the page while the path is looked up from here. */
  async #answerPause(
    cdp: CdpSession,
    { callFrames }: { callFrames: readonly { callFrameId: string; functionName: string }[] },
  ): Promise<void> {
    const [top] = callFrames;
    try {
      if (top?.functionName !== 'standInGetPathForFile') return;
      const { callFrameId } = top;
      const { result } = await cdp.send('Debugger.evaluateOnCallFrame', { callFrameId, expression: 'file' });
      const { path } = await cdp.send('DOM.getFileInfo', { objectId: result.objectId });
      await cdp.send('Debugger.evaluateOnCallFrame', { callFrameId, expression: `path = ${JSON.stringify(path)}` });
    } finally {
      await cdp.send('Debugger.resume');
    }
  }

  async #grantPermissions(url: string): Promise<void> {
    const { root } = runningChromium();
    const contents = standInContents.get(this);
    const origin = originOf(url);
    if (origin === 'null') return;
    for (const [permission, descriptor] of permissionNames) {
      const checked = permissionHandlers.check?.(contents, permission, origin, {}) ?? true;
      const setting = checked ? 'granted' : 'denied';
      await root.send('Browser.setPermission', {
        permission: descriptor,
        setting,
        origin: originOf(toChromiumUrl(`${origin}/`, privilegedSchemes)),
      });
    }
  }

  #frameOf(frameId: string): StandInFrame | undefined {
    const frame = this.#frames.get(frameId);
    if (!frame) return undefined;
    const url = fromChromiumUrl(frame.url);
    const parent = frame.parentId ? (this.#frameOf(frame.parentId) ?? null) : null;
    return { url, origin: originOf(url), parent };
  }
}

export type { WebContents };

/** The strict proxy each contents is known by outside this file. */
const standInContents = new WeakMap<WebContents, WebContents>();

export function createWebContents(options: { preload?: string; width: number; height: number }): WebContents {
  const contents = new WebContents(options);
  const outside = strict('webContents', contents);
  standInContents.set(contents, outside);
  allContents.add(contents);
  return outside;
}

export const webContents = strict('webContents', {
  fromDevToolsTargetId: (targetId: string): WebContents | undefined => {
    const found = [...allContents].find((contents) => contents.standInTargetId() === targetId);
    return found && standInContents.get(found);
  },
  getAllWebContents: (): WebContents[] => [...allContents].map((contents) => standInContents.get(contents) ?? contents),
});
