import { describe, expect, it } from 'vitest';
import { recognisedWithout } from '../../support/architectures/recognisedWithout';

describe('a network of inverted residuals', () => {
  const streamOf = (model: string, block: string, lacking = '-') => {
    const [{ spec }] = recognisedWithout(lacking, model).found;
    return spec.params[`features.${block}.weight`].axes[0];
  };

  it('does not add the input of a block with stride 2 that keeps the number of channels', () => {
    expect(streamOf('mobilenet_v3_small', '1.block.2.0')).not.toEqual(
      streamOf('mobilenet_v3_small', '0.0'),
    );
  });

  it('has a warning where that is known from the published strides alone', () => {
    const warningsOf = (model: string) =>
      recognisedWithout('-', model).found[0].spec.derivation?.warnings.join();
    expect(warningsOf('mobilenet_v3_small')).toMatch(/If the strides were changed/);
    expect(warningsOf('mobilenet_v3_large')).toBeUndefined();
  });

  it('is taken to add it where the strides are not known, with a warning', () => {
    const lacking = 'features.11.';
    expect(streamOf('mobilenet_v3_small', '1.block.2.0', lacking)).toEqual(
      streamOf('mobilenet_v3_small', '0.0', lacking),
    );
    const [{ spec }] = recognisedWithout(lacking, 'mobilenet_v3_small').found;
    expect(spec.derivation?.warnings.join()).toMatch(/do not show strides/);
  });
});
