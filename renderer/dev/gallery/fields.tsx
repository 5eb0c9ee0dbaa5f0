import { useState } from 'react';
import type { ComboboxOption } from '../../ui/combobox/options.ts';
import { CodeField } from '../../ui/field/code-field.tsx';
import { ComboboxField } from '../../ui/field/combobox-field.tsx';
import { FileField } from '../../ui/field/file-field.tsx';
import { PasswordField } from '../../ui/field/password-field.tsx';
import { SelectField } from '../../ui/field/select-field.tsx';
import { SuggestField } from '../../ui/field/suggest-field.tsx';
import { TextareaField } from '../../ui/field/textarea-field.tsx';
import { TextField } from '../../ui/field/text-field.tsx';
import { Case, Section, Shown } from './frame.tsx';
import { longText, useSay } from './say.ts';

const regions: readonly ComboboxOption[] = [
  { value: 'eu-central-1', label: 'eu-central-1', hint: 'Frankfurt' },
  { value: 'eu-west-1', label: 'eu-west-1', hint: 'Ireland' },
  { value: 'us-east-1', label: 'us-east-1', hint: 'North Virginia' },
  { value: 'ap-southeast-2', label: 'ap-southeast-2', hint: 'Sydney', disabled: true },
];

export function Fields() {
  const say = useSay();
  const [text, setText] = useState('finance-eu');
  const [secret, setSecret] = useState('wJalrXUtnFEMI');
  const [region, setRegion] = useState<string | null>('eu-central-1');
  const [code, setCode] = useState('123');
  const [free, setFree] = useState('eu-');
  const [kind, setKind] = useState<'key' | 'profile'>('key');
  const [file, setFile] = useState<{ readonly name: string; readonly detail: string } | null>(null);
  const fileWords = {
    placeholder: say('Drop a file, or paste text'),
    choose: say('Choose file…'),
    chooseLabel: say('Choose file… (certificate)'),
    remove: say('Remove: certificate'),
  };
  const noFile = { words: fileWords, onFile: () => {}, onText: () => {}, onRemove: () => {} };
  const kinds = [
    { value: 'key', label: say('Access key') },
    { value: 'profile', label: say('Profile of the AWS configuration') },
  ] as const;
  const words = { showLabel: say('Show the secret'), hideLabel: say('Hide the secret') };
  return (
    <Section title="Fields">
      <Case name="Text">
        <TextField
          label={say('Name')}
          hint={say('Shown in the sidebar.')}
          mark={say('optional')}
          value={text}
          onValueChange={setText}
        />
      </Case>
      <Case name="Focus">
        <Shown state="focus">
          <TextField label={say('Name')} value={text} onValueChange={setText} />
        </Shown>
      </Case>
      <Case name="Placeholder">
        <TextField label={say('Region')} placeholder={say('us-east-1')} value="" onValueChange={() => {}} />
      </Case>
      <Case name="Invalid">
        <TextField
          label={say('Name')}
          error={say('Another connection has this name. Choose a different one.')}
          value={text}
          onValueChange={setText}
        />
      </Case>
      <Case name="Code, invalid code">
        <CodeField
          label={say('Six-digit code')}
          hint={say('What your authenticator shows now.')}
          value={code}
          digits={6}
          onValueChange={setCode}
          onComplete={() => {}}
        />
        <CodeField
          label={say('Six-digit code')}
          error={say('Enter all six digits.')}
          value=""
          digits={6}
          onValueChange={() => {}}
          onComplete={() => {}}
        />
      </Case>
      <Case name="Disabled">
        <TextField label={say('Name')} disabled value={text} onValueChange={setText} />
      </Case>
      <Case name="Long text">
        <TextField label={say(longText)} hint={say(longText)} value={longText} onValueChange={() => {}} />
      </Case>
      <Case name="Password with show">
        <PasswordField label={say('Secret access key')} value={secret} onValueChange={setSecret} {...words} />
      </Case>
      <Case name="Text of several lines">
        <TextareaField label={say('Note')} value={say(longText)} onValueChange={() => {}} />
      </Case>
      <Case name="Text of several lines, disabled, for machines">
        <TextareaField mono disabled label={say('Policy')} value={'{\n  "Version": 1\n}'} onValueChange={() => {}} />
      </Case>
      <Case name="Select">
        <SelectField label={say('Authorization type')} options={kinds} value={kind} onValueChange={setKind} />
      </Case>
      <Case name="Select, hover">
        <Shown state="hover">
          <SelectField label={say('Authorization type')} options={kinds} value={kind} onValueChange={setKind} />
        </Shown>
      </Case>
      <Case name="Select, invalid">
        <SelectField
          label={say('Authorization type')}
          error={say('Choose another.')}
          options={kinds}
          value={kind}
          onValueChange={setKind}
        />
      </Case>
      <Case name="Select, disabled">
        <SelectField label={say('Authorization type')} disabled options={kinds} value={kind} onValueChange={setKind} />
      </Case>
      <Case name="Combobox: one of many">
        <ComboboxField
          label={say('Where the buckets are')}
          options={regions}
          value={region}
          onValueChange={setRegion}
          emptyText={say('No region is called that.')}
          placeholder={say('Choose a region')}
        />
      </Case>
      <Case name="Combobox, options on their way">
        <ComboboxField
          label={say('Bucket')}
          options={[]}
          value={null}
          onValueChange={() => {}}
          onQueryChange={() => {}}
          pendingText={say('Listing the buckets…')}
          emptyText={say('No bucket is called that.')}
        />
      </Case>
      <Case name="Free text with suggestions">
        <SuggestField
          label={say('Region')}
          suggestions={regions.map(({ value, hint = '' }) => ({ value, hint }))}
          value={free}
          onValueChange={setFree}
        />
      </Case>
      <Case name="Free text with a few to choose among">
        <SuggestField
          label={say('Region')}
          suggestions={regions.map(({ value, hint = '' }) => ({ value, hint }))}
          browseLabel={say('Show all regions')}
          value={free}
          onValueChange={setFree}
        />
      </Case>
      <Case name="File: dropped, chosen or pasted">
        <FileField
          label={say('Certificate')}
          mark={say('optional')}
          hint={say('PEM, DER or PKCS#12.')}
          taken={file}
          words={fileWords}
          onFile={({ name, size }) => setFile({ name, detail: `${size}` })}
          onText={(pasted) => setFile({ name: say('Pasted text'), detail: `${pasted.length}` })}
          onRemove={() => setFile(null)}
        />
      </Case>
      <Case name="File, focus">
        <Shown state="focus">
          <FileField label={say('Certificate')} taken={null} {...noFile} />
        </Shown>
      </Case>
      <Case name="File, invalid">
        <FileField label={say('Certificate')} taken={null} error={say('Choose its file.')} {...noFile} />
      </Case>
      <Case name="File taken">
        <FileField
          label={say('Certificate')}
          taken={{ name: 'finance-laptop.pem', detail: say('3 certificates') }}
          {...noFile}
        />
      </Case>
      <Case name="File taken, invalid">
        <FileField
          label={say('Certificate')}
          taken={{ name: 'notes.txt', detail: say('1 certificate') }}
          error={say('This is no certificate.')}
          {...noFile}
        />
      </Case>
      <Case name="File with a long name">
        <FileField label={say('Certificate')} taken={{ name: `${longText}.pem`, detail: say(longText) }} {...noFile} />
      </Case>
    </Section>
  );
}
