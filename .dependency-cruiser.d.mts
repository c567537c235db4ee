/** The rules of `.dependency-cruiser.mjs`, for the test that breaks them. */
import type { ICruiseOptions, IForbiddenRuleType, IResolveOptions } from 'dependency-cruiser';

export const rooms: readonly string[];
declare const rules: {
  readonly forbidden: IForbiddenRuleType[];
  readonly options: ICruiseOptions & {
    readonly tsConfig: { readonly fileName: string };
    readonly enhancedResolveOptions: Partial<IResolveOptions>;
  };
};
export default rules;
