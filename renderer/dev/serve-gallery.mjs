import { createServer } from 'vite';

/** `npm run gallery`: every primitive in every state, on a development server of its own. */
const server = await createServer({ mode: 'development', server: { host: '127.0.0.1' } });
await server.listen();
const address = server.httpServer?.address();
if (address === null || address === undefined || typeof address === 'string') throw new Error('no port to listen on');
process.stdout.write(`http://127.0.0.1:${address.port}/dev/gallery.html\n`);
