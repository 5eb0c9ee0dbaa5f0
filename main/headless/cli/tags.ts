import { maxTags, problemOfTag } from '../../../shared/domain/object-texts.ts';
import { BadArguments } from './arguments.ts';
import { outLine, sayFailure, type Command } from './command.ts';
import { printable } from './format.ts';
import { objectOperand, openConnection } from './operands.ts';

export const tags: Command = {
  name: 'tags',
  usage: ['brigade tags s3://bucket/key [--set NAME=VALUE]… [--remove NAME]…'],
  summary: 'Show the tags of an object, or change them',
  help: [
    '--set NAME=VALUE      adds a tag or gives it another value; again for more of them',
    '--remove NAME         takes a tag away; again for more of them',
    '',
    `The other tags stay. An object has at most ${maxTags}. --json: {tags: {name: value}}`,
  ],
  options: ['set', 'remove'],
  operands: { least: 1, most: 1 },
  run: async (context) => {
    const { io, line, json } = context;
    const { bucket, key } = objectOperand(line.operands[0] ?? '');
    const set = (line.options.set ?? []).map(pairOf);
    const remove = line.options.remove ?? [];
    const opened = await openConnection(context);
    if (opened === null) return 1;
    const { session, connectionId } = opened;
    const found = await session.engine.call('objects.tags', { connectionId, bucket, key });
    if (!found.ok) return sayFailure(context, found.error);
    const seen = found.value.tags;
    let now: Readonly<Record<string, string>> = seen;
    if (set.length > 0 || remove.length > 0) {
      const kept = Object.entries(seen).filter(([name]) => !remove.includes(name));
      now = Object.fromEntries([...kept, ...set]);
      const changed = await session.engine.call('objects.setTags', { connectionId, bucket, key, tags: now, seen });
      if (!changed.ok) return sayFailure(context, changed.error);
    }
    if (json) await outLine(io, { tags: now });
    else for (const [name, value] of Object.entries(now)) await outLine(io, `${printable(name)}=${printable(value)}`);
    if (Object.keys(now).length === 0) io.say('It has no tags.');
    return 0;
  },
};

function pairOf(text: string): readonly [name: string, value: string] {
  const cut = text.indexOf('=');
  const [name, value] = [text.slice(0, cut), text.slice(cut + 1)];
  if (cut < 1 || problemOfTag(name, value) !== null) {
    throw new BadArguments(
      `--set takes NAME=VALUE of letters, digits, spaces and _ . : / + - @ (128 and 256 at most), not "${text}".`,
    );
  }
  return [name, value];
}
