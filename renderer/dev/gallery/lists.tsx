import { Folder } from 'lucide-react';
import { useState } from 'react';
import { Combobox } from '../../ui/combobox/combobox.tsx';
import { Tree } from '../../ui/tree/tree.tsx';
import type { TreeNode } from '../../ui/tree/tree-rows.ts';
import { VirtualList } from '../../ui/virtual-list/virtual-list.tsx';
import { Case, Section } from './frame.tsx';
import styles from './gallery.module.css';
import { longText, useSay } from './say.ts';

const icon = <Folder size={16} aria-hidden />;
const items = Array.from({ length: 500 }, (_, index) => ({ id: `job-${index}`, lines: 1 + (index % 3) }));

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
        { value: 'theme', label: say('Dark look'), hint: say('Look') },
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
      <Case name="A long list of unequal items">
        <div className={styles.box}>
          <VirtualList label={say('Transfers')} items={items} keyOf={(item) => item.id} estimatePx={40}>
            {(item) => (
              <div className={styles.item}>
                {Array.from({ length: item.lines }, (_, line) => (
                  <p key={line}>{say(item.id)}</p>
                ))}
              </div>
            )}
          </VirtualList>
        </div>
      </Case>
    </Section>
  );
}
