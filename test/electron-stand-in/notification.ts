import { EventEmitter } from 'node:events';
import { requireReady } from './app.ts';
import { strict } from './strict.ts';

interface NotificationOptions {
  readonly title?: string;
  readonly body?: string;
}

/** Shown to nobody. A test replaces `Notification.prototype.show` through app.evaluate, and clicks by emitting `click`. */
class StandInNotification extends EventEmitter {
  title: string;
  body: string;

  constructor({ title = '', body = '' }: NotificationOptions = {}) {
    super();
    requireReady('Notification');
    this.title = title;
    this.body = body;
  }

  static isSupported(): boolean {
    return true;
  }

  show(): void {}

  close(): void {
    this.emit('close', {});
  }
}

export const Notification = new Proxy(StandInNotification, {
  construct: (target, [options]: [NotificationOptions?]) => strict('Notification', new target(options)),
});
