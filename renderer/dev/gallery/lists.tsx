import { Ban, Folder, Upload } from 'lucide-react';
import { useState } from 'react';
import { Combobox } from '../../ui/combobox/combobox.tsx';
import { Crumbs } from '../../ui/crumbs/crumbs.tsx';
import { DropFrame } from '../../ui/drop-frame/drop-frame.tsx';
import { Tree } from '../../ui/tree/tree.tsx';
import type { TreeNode } from '../../ui/tree/tree-rows.ts';
import { Case, Section } from './frame.tsx';
import styles from './gallery.module.css';
import { longText, useSay } from './say.ts';

const icon = <Folder size={16} aria-hidden />;

export function Lists() {
  const say = useSay();
  const [query, setQuery] = useState('');
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set(['home', 'later']));
  const [selected, setSelected] = useState('photos');
  const nodes: TreeNode[] = [
    {
      id: 'home',
      label: say('Home'),
      icon,
      children: [
        { id: 'photos', label: say('Photos'), icon, children: null },
        { id: 'long', label: say(longText), icon, children: undefined },
      ],
    },
    { id: 'later', label: say('Network'), icon, children: undefined },
  ];
  const groups = [
    {
      label: say('Window'),
      items: [
        { value: 'sidebar', label: say('Hide the sidebar'), keys: 'Mod+B' },
        { value: 'theme', label: say('Dark appearance'), hint: say('Appearance') },
        { value: 'off', label: say('Not now'), disabled: true },
      ],
    },
    {
      label: say('Go to'),
      items: [
        { value: 'finance', label: 'finance-eu', icon, hint: say('in Finance') },
        { value: 'long', label: longText, icon, hint: say(longText) },
      ],
    },
  ];
  const palette = {
    label: say('Search actions'),
    placeholder: say('Type an action'),
    emptyText: say('Nothing is called that.'),
    onChoose: () => {},
  };
  const crumbs = [
    say('Finance'),
    'finance-eu',
    '2026',
    longText,
    'reports',
    longText,
    longText,
    longText,
    say('Last'),
  ].map((label, index) => ({
    id: `${index}`,
    label,
    run: () => {},
  }));
  const trail = {
    label: say('Path'),
    foldedLabel: (count: number) => say(`${count} folders between`),
    onEdit: () => {},
  };
  return (
    <Section title="Lists">
      <Case name="Combobox with its list below">
        <div className={styles.boxed}>
          <Combobox {...palette} query={query} onQueryChange={setQuery} groups={groups} />
        </div>
      </Case>
      <Case name="Nothing found">
        <div className={styles.boxed}>
          <Combobox {...palette} query="zzz" onQueryChange={() => {}} groups={groups} />
        </div>
      </Case>
      <Case name="Tree">
        <div className={styles.boxed}>
          <Tree
            label={say('Folders')}
            nodes={nodes}
            opened={opened}
            onToggle={(id, open) =>
              setOpened(new Set(open ? [...opened, id] : [...opened].filter((one) => one !== id)))
            }
            selectedId={selected}
            onSelect={setSelected}
            loadingText={say('Listing…')}
          />
        </div>
      </Case>
      <Case name="Crumbs: all, folded" wide>
        <div className={styles.column}>
          <Crumbs {...trail} label={say('Path')} crumbs={crumbs.slice(0, 3)} />
          <Crumbs {...trail} label={say('Long path')} crumbs={crumbs} />
        </div>
      </Case>
      <Case name="Under a drag: lit, refused" wide>
        <div className={styles.box} style={{ display: 'flex' }}>
          <DropFrame
            lit
            sign={{ icon: <Upload size={16} aria-hidden />, text: say('Upload 12 files to finance-eu/in') }}
          >
            {say('The list')}
          </DropFrame>
          <DropFrame
            lit={false}
            sign={{ icon: <Ban size={16} aria-hidden />, text: say('Open a bucket first'), refused: true }}
          >
            {say('The list')}
          </DropFrame>
        </div>
      </Case>
    </Section>
  );
}
