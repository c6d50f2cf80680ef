/** Every kind registers itself by being imported here. */
import './cabinet';
import './milling';
import './turning';

export { designOf } from './registry';
