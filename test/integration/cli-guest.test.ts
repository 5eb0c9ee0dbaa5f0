import { describe } from 'vitest';
import { commandSuite, localServer } from './cli-commands.ts';

describe('brigade on the local S3, while serve holds the data folder', () => {
  commandSuite(localServer, 'a guest of serve');
});
