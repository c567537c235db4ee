/**
 * The functions of d3 that the figures use. The build bundles them into `perm-lmc/plots`, so d3 is not a
 * dependency of the package.
 */
export {
  type ScaleContinuousNumeric,
  scaleBand,
  scaleLinear,
  scaleLog,
  scaleSymlog,
  tickFormat,
} from 'd3-scale';
export {
  line,
  type SymbolType,
  symbol,
  symbolCircle,
  symbolDiamond,
  symbolSquare,
  symbolTriangle,
} from 'd3-shape';
