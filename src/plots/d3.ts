/**
 * What the figures use of d3. The built file has it inside, so that nobody installs d3 for a package of which
 * most use something else.
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
