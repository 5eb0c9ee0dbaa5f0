import { Copy, Folder, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../ui/button/button.tsx';
import { ActionsStart, Dialog } from '../../ui/dialog/dialog.tsx';
import { CheckboxField } from '../../ui/field/checkbox-field.tsx';
import { TextField } from '../../ui/field/text-field.tsx';
import { ContextMenu, Menu, type MenuContent } from '../../ui/menu/menu.tsx';
import { Popover } from '../../ui/popover/popover.tsx';
import { useToast } from '../../ui/toast/toast.tsx';
import { Tooltip } from '../../ui/tooltip/tooltip.tsx';
import { Case, Section } from './frame.tsx';
import styles from './gallery.module.css';
import { longText, useSay } from './say.ts';

export function Overlays() {
  const say = useSay();
  const toast = useToast();
  const [dialog, setDialog] = useState<'plain' | 'long' | null>(null);
  const [hidden, setHidden] = useState(true);
  const [sort, setSort] = useState('name');
  const sorts = ['name', 'size', 'modified'].map((id) => ({
    id,
    label: say(id),
    radio: true,
    checked: sort === id,
    run: () => setSort(id),
  }));
  const groups: MenuContent = [
    [
      { id: 'open', label: say('Open'), icon: <Folder size={16} aria-hidden />, keys: 'Enter', run: () => {} },
      { id: 'copy', label: say('Copy'), icon: <Copy size={16} aria-hidden />, keys: 'Mod+C', run: () => {} },
      { id: 'off', label: say('Not now'), disabled: true, run: () => {} },
    ],
    [{ id: 'hidden', label: say('Show hidden files'), checked: hidden, run: () => setHidden(!hidden) }],
    sorts,
    [
      { id: 'more', label: say('More'), submenu: [[{ id: 'deep', label: say('Deeper'), run: () => {} }], sorts] },
      { id: 'long', label: say(longText), run: () => {} },
    ],
    [
      {
        id: 'delete',
        label: say('Delete'),
        icon: <Trash2 size={16} aria-hidden />,
        keys: 'Delete',
        danger: true,
        run: () => {},
      },
    ],
  ];
  const close = () => setDialog(null);
  return (
    <Section title="What opens">
      <Case name="Menu, context menu">
        <div className={styles.row}>
          <Menu trigger={<Button>{say('Menu')}</Button>} groups={groups} />
          <ContextMenu target={<div className={styles.item} />} groups={groups}>
            {say('Right click here')}
          </ContextMenu>
        </div>
      </Case>
      <Case name="Popover">
        <Popover trigger={<Button>{say('Columns…')}</Button>} title={say('Columns')}>
          <CheckboxField label={say('Size')} checked={hidden} onCheckedChange={setHidden} />
          <CheckboxField label={say('Modified')} checked={!hidden} onCheckedChange={(on) => setHidden(!on)} />
        </Popover>
      </Case>
      <Case name="Tooltip">
        <Tooltip text={say(longText)}>
          <Button>{say('Tooltip')}</Button>
        </Tooltip>
      </Case>
      <Case name="Dialog">
        <div className={styles.row}>
          <Button onClick={() => setDialog('plain')}>{say('Dialog')}</Button>
          <Button onClick={() => setDialog('long')}>{say('Long dialog')}</Button>
        </div>
      </Case>
      <Case name="Toast">
        <div className={styles.row}>
          <Button onClick={() => toast(say('The link has been copied.'))}>{say('News')}</Button>
          <Button
            onClick={() =>
              toast(say('“a.txt” is now “b.txt”.'), {
                label: say('Undo'),
                run: () => toast(say('It is “a.txt” again.')),
              })
            }
          >
            {say('News with undo')}
          </Button>
          <Button onClick={() => toast(say(longText), { label: say('Undo'), run: () => {} })}>
            {say('Long news')}
          </Button>
        </div>
      </Case>
      {dialog === null ? null : (
        <Dialog
          title={dialog === 'plain' ? say('New folder') : say(longText)}
          description={dialog === 'plain' ? undefined : say(longText)}
          onClose={close}
          onSubmit={close}
          actions={
            <>
              <ActionsStart>
                <Button look="ghost">{say('Help')}</Button>
              </ActionsStart>
              <Button onClick={close}>{say('Cancel')}</Button>
              <Button look="primary" type="submit">
                {say('Create')}
              </Button>
            </>
          }
        >
          <TextField label={say('Folder name')} value="" onValueChange={() => {}} />
          {dialog === 'plain' ? null : Array.from({ length: 12 }, (_, index) => <p key={index}>{say(longText)}</p>)}
        </Dialog>
      )}
    </Section>
  );
}
