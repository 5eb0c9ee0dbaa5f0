import { RefreshCw, Trash2, Upload } from 'lucide-react';
import { Button, type ButtonLook, IconButton } from '../../ui/button/button.tsx';
import { CopyButton } from '../../ui/button/copy-button.tsx';
import { LinkButton } from '../../ui/button/link-button.tsx';
import { Kbd } from '../../ui/kbd/kbd.tsx';
import { Case, Section, Shown } from './frame.tsx';
import styles from './gallery.module.css';
import { longText, useSay } from './say.ts';

const looks: readonly ButtonLook[] = ['normal', 'primary', 'danger', 'ghost'];
const states = ['hover', 'active', 'focus'] as const;

export function Buttons() {
  const say = useSay();
  return (
    <Section title="Buttons">
      {looks.map((look) => (
        <Case key={look} name={`${look}: default, hover, pressed, focus, disabled, busy, small`} wide>
          <div className={styles.row}>
            <Button look={look}>{say('Upload')}</Button>
            {states.map((state) => (
              <Shown key={state} state={state}>
                <Button look={look}>{say('Upload')}</Button>
              </Shown>
            ))}
            <Button look={look} disabled>
              {say('Upload')}
            </Button>
            <Button look={look} busy>
              {say('Uploading…')}
            </Button>
            <Button look={look} small>
              <Upload size={14} aria-hidden />
              {say('Upload')}
            </Button>
          </div>
        </Case>
      ))}
      <Case name="Icon button: default, hover, pressed, focus, disabled, small">
        <div className={styles.row}>
          <IconButton label={say('Refresh')} icon={<RefreshCw size={16} aria-hidden />} />
          {states.map((state) => (
            <Shown key={state} state={state}>
              <IconButton label={say('Refresh')} icon={<RefreshCw size={16} aria-hidden />} />
            </Shown>
          ))}
          <IconButton label={say('Delete')} icon={<Trash2 size={16} aria-hidden />} disabled />
          <IconButton label={say('Delete')} icon={<Trash2 size={14} aria-hidden />} small />
        </div>
      </Case>
      <Case name="Copy button">
        <div className={styles.row}>
          <CopyButton text="s3://bucket/key" label={say('Copy the address')} copiedLabel={say('Copied')} />
          <CopyButton withLabel text="s3://bucket/key" label={say('Copy the address')} copiedLabel={say('Copied')} />
        </div>
      </Case>
      <Case name="Link as a button: default, hover, focus, primary">
        <div className={styles.row}>
          <LinkButton href="https://example.com/">{say('Open the browser')}</LinkButton>
          {(['hover', 'focus'] as const).map((state) => (
            <Shown key={state} state={state}>
              <LinkButton href="https://example.com/">{say('Open the browser')}</LinkButton>
            </Shown>
          ))}
          <LinkButton look="primary" href="https://example.com/">
            {say('Open the browser')}
          </LinkButton>
        </div>
      </Case>
      <Case name="Long text, little room">
        <div className={styles.narrow}>
          <Button look="primary">{say(longText)}</Button>
        </div>
      </Case>
      <Case name="Keys">
        <div className={styles.row}>
          <Kbd keys="Mod+K" />
          <Kbd keys="Mod+Shift+C" />
          <Kbd keys="Alt+ArrowLeft" />
          <Kbd keys="Delete" />
          <Kbd keys="Mod+Shift+C" plain />
        </div>
      </Case>
    </Section>
  );
}
