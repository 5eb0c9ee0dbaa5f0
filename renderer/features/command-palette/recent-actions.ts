import { z } from 'zod';

const recentKey = 'brigade.recentActions';
const recentSchema = z.array(z.string());

/** Ids of what was done from the palette, newest first. */
export function readRecent(): readonly string[] {
  try {
    return recentSchema.parse(JSON.parse(localStorage.getItem(recentKey) ?? '[]'));
  } catch {
    // Of another version of the window.
    return [];
  }
}

export function writeRecent(recent: readonly string[]): void {
  localStorage.setItem(recentKey, JSON.stringify(recent));
}
