import { UsageError } from '../../../src/cli/exit';
import { parsePreset } from '../../../src/cli/parsePreset';
import { type FuzzedParser, unsound } from '../fuzzedParser';
import { mutatedText } from '../mutations/mutatedText';

const PRESETS = [
  ...['mlp:3', 'mlp:0,2,4:tfjs', 'vgg11_bn', 'vgg:1,1,2:bn:classifier=head', 'resnet50'],
  ...['resnet:3,3,3', 'resnet:1,1:bottleneck:projections=no,yes', 'vgg16:tfjs:classifier=a,b'],
];
const WORDS = [
  ...['mlp', 'vgg', 'resnet', ':', ',', '=', '_bn', 'tfjs', 'bottleneck', 'projections', 'yes'],
  ...['0', '-1', '1e9', '99999999', '1000000000', '0x10', '1.5', '٣', '16', ':bn:bn'],
];

/** Presets of the command. */
export const presets: readonly FuzzedParser<string>[] = [
  {
    name: 'preset',
    milliseconds: 5000, // A short text may ask for 10 000 layers, the most that there may be.
    inputs: mutatedText(PRESETS, WORDS),
    parse(text) {
      try {
        const spec = parsePreset(text);
        if (spec === null) return;
        if (Object.keys(spec.params).length > 200_000) throw unsound('it has many parameters');
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
      }
    },
  },
];
