import type { Shapes } from '../../params/internal';
import { permutationSpec } from '../../symmetry';
import type { Architecture } from '../architecture';
import { convolution, dense, type Patterns } from '../presets/layout';
import { usesOfTransformer, withJointUses } from '../withJointUses';
import { layerNormalisation } from './layerNormalisation';
import { numbersUnder } from './numbersUnder';
import { perceptron } from './perceptron';

/** ConvNeXt with torchvision's names, and with timm's. Each stage has a residual stream. */
export const convnext: Architecture = {
  name: 'convnext',
  networks: 'convnext_tiny … convnext_large, as in torchvision; convnext, as in timm',
  candidates({ shapes }) {
    const form = [torchvisionForm(shapes), timmForm(shapes)].find(
      ({ stages }) => stages.length > 0,
    );
    return form === undefined ? [] : [{ name: 'convnext', spec: () => specOf(form) }];
  },
};

/** The names of the layers. */
interface ConvnextForm {
  readonly stem: LayerNames;
  readonly stages: readonly {
    /** The layers before the blocks. Null for the first stage. */
    readonly downsampling: LayerNames | null;
    readonly blocks: readonly BlockNames[];
  }[];
  readonly norm: string;
  readonly head: string;
}

interface LayerNames {
  readonly conv: string;
  readonly norm: string;
}

interface BlockNames extends LayerNames {
  /** The factors for the channels of the stream: their name, and the axes after the first. */
  readonly scale: readonly [name: string, others: string];
  readonly mlp: readonly [first: string, second: string];
}

function torchvisionForm(shapes: Shapes): ConvnextForm {
  const stages = numbersUnder(shapes, 'features').filter((at) =>
    Object.hasOwn(shapes, `features.${at}.0.block.0.weight`),
  );
  return {
    stem: { conv: 'features.0.0', norm: 'features.0.1' },
    stages: stages.map((at, i) => ({
      downsampling: i === 0 ? null : { norm: `features.${at - 1}.0`, conv: `features.${at - 1}.1` },
      blocks: numbersUnder(shapes, `features.${at}`).map((block) => {
        const name = `features.${at}.${block}`;
        return {
          scale: [`${name}.layer_scale`, '_ _'],
          conv: `${name}.block.0`,
          norm: `${name}.block.2`,
          mlp: [`${name}.block.3`, `${name}.block.5`],
        };
      }),
    })),
    norm: 'classifier.0',
    head: 'classifier.2',
  };
}

function timmForm(shapes: Shapes): ConvnextForm {
  const stages = numbersUnder(shapes, 'stages').filter((at) =>
    Object.hasOwn(shapes, `stages.${at}.blocks.0.conv_dw.weight`),
  );
  return {
    stem: { conv: 'stem.0', norm: 'stem.1' },
    stages: stages.map((at, i) => ({
      downsampling:
        i === 0 ? null : { norm: `stages.${at}.downsample.0`, conv: `stages.${at}.downsample.1` },
      blocks: numbersUnder(shapes, `stages.${at}.blocks`).map((block) => {
        const name = `stages.${at}.blocks.${block}`;
        return {
          scale: [`${name}.gamma`, ''],
          conv: `${name}.conv_dw`,
          norm: `${name}.norm`,
          mlp: [`${name}.mlp.fc1`, `${name}.mlp.fc2`],
        };
      }),
    })),
    norm: 'head.norm',
    head: 'head.fc',
  };
}

function specOf({ stem, stages, norm, head }: ConvnextForm) {
  let stream = stem.conv;
  const patterns: Patterns = {
    ...convolution('pytorch', stem.conv, '_', stream),
    ...layerNormalisation(stem.norm, stream),
  };
  for (const { downsampling, blocks } of stages) {
    if (downsampling !== null) {
      const input = stream;
      stream = downsampling.conv;
      Object.assign(
        patterns,
        layerNormalisation(downsampling.norm, input),
        convolution('pytorch', downsampling.conv, input, stream),
      );
    }
    for (const block of blocks) Object.assign(patterns, blockPatterns(block, stream));
  }
  const spec = permutationSpec({
    ...patterns,
    ...layerNormalisation(norm, stream),
    ...dense('pytorch', head, stream, '_'),
  });
  const streams = [stem.conv, ...stages.flatMap(({ downsampling }) => downsampling?.conv ?? [])];
  return withJointUses(spec, usesOfTransformer(new Set(streams)));
}

function blockPatterns({ scale, conv, norm, mlp }: BlockNames, stream: string): Patterns {
  return {
    [scale[0]]: `? ${stream}> ${scale[1]}`,
    ...convolution('pytorch', conv, '_', stream),
    ...layerNormalisation(norm, stream),
    ...perceptron(...mlp, stream),
  };
}
