/** Every kind registers itself by being imported here. */
import './assembly';
import './cabinet';
import './cutting';
import './heat';
import './logistics';
import './milling';
import './turning';
