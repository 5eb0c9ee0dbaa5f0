import { useState } from 'react';
import { SplitPane } from '../../ui/split-pane/split-pane.tsx';
import { Case, Section, Shown } from './frame.tsx';
import styles from './gallery.module.css';
import { useSay } from './say.ts';

export function Panes() {
  const say = useSay();
  const [side, setSide] = useState(180);
  const [closed, setClosed] = useState(false);
  const [part, setPart] = useState(0.4);
  const [foot, setFoot] = useState(80);
  const pane = (text: string) => <div className={styles.pane}>{say(text)}</div>;
  return (
    <Section title="Split panes">
      <Case name="Side by side, the first has a width and closes" wide>
        <div className={styles.box}>
          <SplitPane
            orientation="horizontal"
            sized="first"
            size={side}
            defaultSize={180}
            minPx={120}
            maxPx={360}
            otherMinPx={160}
            onSizeChange={setSide}
            collapsed={closed}
            onCollapsedChange={setClosed}
            label={say('Width of the sidebar')}
            first={pane('Sidebar')}
            second={
              <Shown state="focus">
                <SplitPane
                  orientation="vertical"
                  sized="second"
                  size={foot}
                  defaultSize={80}
                  minPx={48}
                  otherMinPx={60}
                  onSizeChange={setFoot}
                  label={say('Height of the transfers')}
                  first={pane('List')}
                  second={pane('Transfers')}
                />
              </Shown>
            }
          />
        </div>
      </Case>
      <Case name="Side by side, a part of the width" wide>
        <div className={styles.box}>
          <SplitPane
            orientation="horizontal"
            sized="second"
            unit="fraction"
            size={part}
            defaultSize={0.4}
            minPx={120}
            otherMinPx={160}
            onSizeChange={setPart}
            label={say('Width of this computer’s files')}
            first={pane('Bucket')}
            second={pane('This computer')}
          />
        </div>
      </Case>
    </Section>
  );
}
