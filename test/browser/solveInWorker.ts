import { solve } from './solve';

self.onmessage = () => self.postMessage(solve());
