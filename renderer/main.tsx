import './no-eval.ts';
import { openLink } from './bridge/open-link.ts';
import { mount } from './mount.tsx';

const root = document.getElementById('root');
if (root) void mount(root, openLink());
