import { version } from '../package.json';

/** The product's version, as its package says. */
export const VERSION: string = version;
