import { describe, expect, it } from 'vitest';
import { matchingGroups, matchingOptions, matchRank } from '../../../../renderer/ui/combobox/options.ts';

const option = (label: string, more: { hint?: string; keywords?: string } = {}) => ({ value: label, label, ...more });

describe('what a query finds', () => {
  it.each([
    ['', 'Upload files', 3],
    ['up', 'Upload files', 3],
    ['fil', 'Upload files', 2],
    ['files upload', 'Upload files', 2],
    ['load', 'Upload files', 1],
    ['upload x', 'Upload files', 0],
    ['UBERSICHT', 'Übersicht', 3],
  ])('“%s” in “%s”', (query, label, rank) => {
    expect(matchRank(option(label), query)).toBe(rank);
  });

  it('looks into hints, keywords and the heading too', () => {
    expect(matchRank(option('eu-central-1', { hint: 'Frankfurt' }), 'frank')).toBe(2);
    expect(matchRank(option('Delete', { keywords: 'remove' }), 'rem')).toBe(2);
    expect(matchRank(option('Light'), 'theme light', 'Theme')).toBe(2);
  });

  it('puts the better ones first and keeps the order of equals', () => {
    const found = matchingOptions(
      ['Reload', 'Download', 'Load b', 'Load a'].map((label) => option(label)),
      'load',
    );
    expect(found.map(({ label }) => label)).toEqual(['Load b', 'Load a', 'Reload', 'Download']);
  });

  it('leaves out groups without any', () => {
    const groups = [
      { label: 'Go', items: [option('Home')] },
      { label: 'Window', items: [option('Sidebar')] },
    ];
    expect(matchingGroups(groups, 'side').map(({ label }) => label)).toEqual(['Window']);
  });
});
