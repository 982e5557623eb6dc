/** Starts a worker of `adc verify`: what it is asked to do is in the bundle of the command line. */
import { loadBundle } from '../load.js';

void loadBundle().exports.serve();
