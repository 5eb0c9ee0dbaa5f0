import { useState } from 'react';
import { CheckboxField, SwitchField } from '../../ui/field/checkbox-field.tsx';
import { RadioField } from '../../ui/field/radio-field.tsx';
import { Tabs } from '../../ui/tabs/tabs.tsx';
import { Case, Section, Shown } from './frame.tsx';
import { longText, useSay } from './say.ts';

export function Choices() {
  const say = useSay();
  const [checked, setChecked] = useState(true);
  const [policy, setPolicy] = useState<'skip' | 'replace' | 'both'>('skip');
  const [tab, setTab] = useState<'facts' | 'tags' | 'off'>('facts');
  const policies = [
    { value: 'skip', label: say('Skip'), hint: say('What is there stays as it is.') },
    { value: 'replace', label: say('Replace') },
    { value: 'both', label: say('Keep both'), disabled: true },
  ] as const;
  return (
    <Section title="Choices">
      <Case name="Checkbox: on, off, some, focus">
        <CheckboxField
          label={say('Path style')}
          hint={say('Most servers other than Amazon’s want this.')}
          checked={checked}
          onCheckedChange={setChecked}
        />
        <CheckboxField label={say('Off')} checked={!checked} onCheckedChange={(on) => setChecked(!on)} />
        <CheckboxField label={say('Some of them')} checked={false} mixed onCheckedChange={() => {}} />
        <Shown state="focus">
          <CheckboxField label={say('With the focus')} checked={checked} onCheckedChange={setChecked} />
        </Shown>
        <Shown state="hover">
          <CheckboxField label={say('Under the pointer')} checked={!checked} onCheckedChange={() => {}} />
        </Shown>
      </Case>
      <Case name="Disabled">
        <CheckboxField label={say('On')} disabled checked onCheckedChange={() => {}} />
        <CheckboxField label={say('Off')} disabled checked={false} onCheckedChange={() => {}} />
        <SwitchField label={say('On')} disabled checked onCheckedChange={() => {}} />
      </Case>
      <Case name="Switch: on, off, focus">
        <SwitchField
          label={say('Keep in step')}
          hint={say('Takes effect at once.')}
          checked={checked}
          onCheckedChange={setChecked}
        />
        <SwitchField label={say('Off')} checked={!checked} onCheckedChange={(on) => setChecked(!on)} />
        <Shown state="focus">
          <SwitchField label={say('With the focus')} checked={checked} onCheckedChange={setChecked} />
        </Shown>
      </Case>
      <Case name="Radio group">
        <RadioField label={say('When it exists already')} options={policies} value={policy} onValueChange={setPolicy} />
      </Case>
      <Case name="Radio group, invalid">
        <RadioField
          label={say('When it exists already')}
          error={say('Choose one.')}
          options={policies}
          value={null}
          onValueChange={() => {}}
        />
      </Case>
      <Case name="Long text">
        <CheckboxField label={say(longText)} hint={say(longText)} checked={checked} onCheckedChange={setChecked} />
      </Case>
      <Case name="Tabs" wide>
        <Tabs
          label={say('About the object')}
          value={tab}
          onValueChange={setTab}
          tabs={[
            { value: 'facts', label: say('Facts'), content: <p>{say('Size, class, checksums.')}</p> },
            {
              value: 'tags',
              label: say('Tags'),
              mark: <span>3</span>,
              content: <p>{say('Three tags.')}</p>,
            },
            { value: 'off', label: say('Versions'), disabled: true, content: null },
          ]}
        />
      </Case>
    </Section>
  );
}
