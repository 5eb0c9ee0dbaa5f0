import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { placeWindow } from '../../../main/app/place-window.ts';
import { openShellState } from '../../../main/app/shell-state.ts';

const display = { x: 0, y: 0, width: 1920, height: 1080 };
const right = { x: 1920, y: 0, width: 1280, height: 1024 };

describe('where the window opens', () => {
  it('opens where it was, on whichever display', () => {
    const saved = { x: 2000, y: 100, width: 1000, height: 800 };
    expect(placeWindow(saved, [display, right])).toEqual(saved);
  });

  it('keeps the size but not the place when the display is gone or the title bar out of reach', () => {
    expect(placeWindow({ x: 2000, y: 100, width: 1000, height: 800 }, [display])).toEqual({ width: 1000, height: 800 });
    expect(placeWindow({ x: 100, y: -300, width: 1000, height: 800 }, [display])).toEqual({ width: 1000, height: 800 });
    expect(placeWindow({ x: 1900, y: 0, width: 1000, height: 800 }, [display])).toEqual({ width: 1000, height: 800 });
    expect(placeWindow({ x: 9000, y: 0, width: 4000, height: 3000 }, [display])).toEqual({ width: 1920, height: 1080 });
  });

  it('fits a first window on a small display, and none on none', () => {
    expect(placeWindow(undefined, [{ x: 0, y: 0, width: 1024, height: 600 }])).toEqual({ width: 1024, height: 600 });
    expect(placeWindow(undefined, [])).toEqual({ width: 1200, height: 800 });
  });
});

describe('what the shell remembers', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'shell-state-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('comes back, and a change keeps the rest', () => {
    const file = join(folder, 'below', 'window.json');
    openShellState(file).update({ lastFolder: '/tmp/a' });
    openShellState(file).update({ maximized: true });
    expect(openShellState(file).read()).toEqual({ lastFolder: '/tmp/a', maximized: true });
  });

  it('starts afresh from a file it cannot read, and goes on where it cannot write', () => {
    const file = join(folder, 'window.json');
    writeFileSync(file, '{"bounds": {"x": "left"}}');
    expect(openShellState(file).read()).toEqual({});
    writeFileSync(file, '{"lastFolder": "/tm');
    expect(openShellState(file).read()).toEqual({});
    const nowhere = openShellState(join(file, 'below-a-file.json'));
    nowhere.update({ maximized: true });
    expect(nowhere.read()).toEqual({ maximized: true });
    expect(readFileSync(file, 'utf8')).toBe('{"lastFolder": "/tm');
  });
});
