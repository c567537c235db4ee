export type { CellSettings, CellValues, ConnectivityCell } from './connectivityCell';
export type { ConnectivityOptions } from './connectivityOptions';
export type { ConnectivityProgress } from './createCells';
export type {
  GivenRow,
  JointAlignment,
  PlainPermutations,
  SimultaneousConnectivityReport,
  StrongConnectivityReport,
  StrongPair,
  StrongPairKind,
  Verdict,
  WeakConnectivityReport,
  WeakPair,
} from './reports';
export {
  type SimultaneousConnectivityOptions,
  simultaneousConnectivity,
} from './simultaneousConnectivity';
export {
  type StrongConnectivityOptions,
  strongConnectivity,
} from './strongConnectivity';
export {
  type WeakConnectivityOptions,
  weakConnectivity,
} from './weakConnectivity';
