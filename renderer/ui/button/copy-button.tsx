import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button, IconButton } from './button.tsx';

type Props = {
  readonly text: string;
  /** What it copies: "Copy details". */
  readonly label: string;
  /** What is said when it has: "Copied". */
  readonly copiedLabel: string;
  /** With the label in it; otherwise an icon with the label as its name. */
  readonly withLabel?: boolean;
};

const thanksMs = 2000;

/** Puts the text on the clipboard and says so for 2 s. */
export function CopyButton({ text, label, copiedLabel, withLabel = false }: Props) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), thanksMs);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = () => {
    navigator.clipboard.writeText(text).then(
      () => setCopied(true),
      // The browser forbids it (no focus, no permission): nothing was copied, nothing is said.
      () => setCopied(false),
    );
  };
  const icon = copied ? <Check size={14} aria-hidden /> : <Copy size={14} aria-hidden />;
  const said = copied ? copiedLabel : label;
  return (
    <>
      {withLabel ? (
        <Button small onClick={copy}>
          {icon}
          {said}
        </Button>
      ) : (
        <IconButton small label={said} icon={icon} onClick={copy} />
      )}
      <span role="status" className="visually-hidden">
        {copied ? copiedLabel : ''}
      </span>
    </>
  );
}
