/** As much of Node's Buffer as the engine's index of rows uses, for the window on invented data in a browser. */
export class Buffer extends Uint8Array {
  static allocUnsafeSlow(length: number): Buffer {
    return new Buffer(length);
  }

  override toString(_encoding?: string, from = 0, to = this.length): string {
    let text = '';
    for (let at = from; at < to; at += 1) text += String.fromCharCode(this[at] ?? 0);
    return text;
  }
}
