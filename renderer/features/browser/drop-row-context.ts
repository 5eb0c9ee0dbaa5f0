import { createContext } from 'react';

/** The row over which files are being dragged, when it is a target of its own. */
export const DropRowContext = createContext<number | undefined>(undefined);
