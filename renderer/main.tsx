import './no-eval.ts';
import { openLink } from './bridge/open-link.ts';
import { showLastTheme } from './features/shell/theme.ts';
import { mount } from './mount.tsx';

showLastTheme();
const root = document.getElementById('root');
if (root) void mount(root, openLink());
