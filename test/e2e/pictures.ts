/** Pictures are for people to look at: `PICTURES=1 npm test`, and `npm run states`. Drawing them takes time. */
export const picturesAreWanted = process.env['PICTURES'] !== undefined;
