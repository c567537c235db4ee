/**
 * The rules of the house (docs/architecture.md): rooms import in one direction and through doors, packages
 * stay in the rooms that need them, and there are no cycles. `npm run check:imports` holds `src/` to them.
 */

/** The rooms in order: each imports only from rooms before it. */
export const rooms = [
  'runtime',
  'permutation',
  'params',
  'symmetry',
  'architectures',
  'assignment',
  'tracing',
  'gradients',
  'models',
  'merging',
  'matching',
  'repair',
  'fusion',
  'pruning',
  'io',
  'onnx',
  'metrics',
  'connectivity',
  'plots',
  'node',
  'cli',
];

/** Packages, and the rooms that may import them. */
const packages = [
  {
    path: '^node:|^fs|^module$|^util$|^worker_threads$|^path$|^os$|^url$|^stream',
    rooms: ['node', 'cli'],
    core: true,
  },
  { path: 'node_modules/piscina', rooms: ['node'] },
  { path: 'node_modules/commander', rooms: ['cli'] },
  { path: 'node_modules/get-east-asian-width', rooms: ['cli'] },
  { path: '@tensorflow/tfjs-backend-', rooms: ['cli'] },
  { path: 'node_modules/h5wasm', rooms: ['node'] },
  { path: '@tensorflow/tfjs-(layers|converter)', rooms: ['node'] },
  { path: 'node_modules/(@types/)?d3-', rooms: ['plots'] },
  { path: 'munkres-js', rooms: ['assignment'] },
  { path: 'node_modules/@bufbuild/protobuf', rooms: ['onnx'] },
];

/** Rooms that work without tensors. Of `cli/` one file imports tfjs: it starts the command's backend. */
const withoutTensors = ['permutation', 'assignment', 'plots', 'cli'];
const backendOfCommand = '^src/cli/startBackend\\.ts$';

const inRooms = (names) => `^src/(${names.join('|')})/`;

const directions = rooms.slice(0, -1).map((room, i) => ({
  name: `direction-${room}`,
  comment: `${room}/ imports from the rooms before it, never from ${rooms.slice(i + 1).join(', ')}.`,
  severity: 'error',
  from: { path: inRooms([room]) },
  to: { path: inRooms(rooms.slice(i + 1)) },
}));

export default {
  forbidden: [
    ...directions,
    {
      name: 'door',
      comment: "Other rooms import from a room's index.ts, or internal.ts beside it.",
      severity: 'error',
      from: { path: '^src/(([^/]+)/)' },
      to: { path: '^src/[^/]+/', pathNot: ['^src/$2/', '^src/[^/]+/(index|internal)\\.ts$'] },
    },
    {
      name: 'own-door',
      comment: 'Files of a room import each other, not their own door.',
      severity: 'error',
      from: { path: '^src/([^/]+)/' },
      to: { path: '^src/$1/(index|internal)\\.ts$' },
    },
    {
      name: 'public-doors',
      comment:
        'src/index.ts re-exports doors: what is public is listed in the index.ts of its room.',
      severity: 'error',
      from: { path: '^src/index\\.ts$' },
      to: { path: '^src/', pathNot: ['^src/[^/]+/index\\.ts$', '^src/errors\\.ts$'] },
    },
    {
      name: 'known-room',
      comment: 'A new room takes its place in the order above.',
      severity: 'error',
      from: {},
      to: { path: '^src/[^/]+/', pathNot: inRooms(rooms) },
    },
    {
      name: 'no-circular',
      comment: 'Modules that import each other cannot be read, or tested, one at a time.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    ...packages.map(({ path, rooms: allowed, core }) => ({
      name: `package-${allowed.join('-')}`,
      comment: `Only ${allowed.join(' and ')} may import ${path}.`,
      severity: 'error',
      from: { path: '^src/', pathNot: inRooms(allowed) },
      to: core ? { dependencyTypes: ['core'] } : { path },
    })),
    {
      name: 'without-tensors',
      comment: `${withoutTensors.join(', ')} do not import tfjs.`,
      severity: 'error',
      from: { path: inRooms(withoutTensors), pathNot: backendOfCommand },
      to: { path: '@tensorflow/' },
    },
    {
      name: 'backend-when-needed',
      comment: 'The command starts without tfjs: its backend is imported when tensors are needed.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: backendOfCommand, dependencyTypesNot: ['dynamic-import', 'type-only'] },
    },
    {
      name: 'only-these-packages',
      comment: 'A dependency of the package has its place in the list above.',
      severity: 'error',
      from: { path: '^src/' },
      to: {
        pathNot: ['^src/', '@tensorflow/tfjs-core', ...packages.map(({ path }) => path)],
        dependencyTypesNot: ['core', 'local'],
      },
    },
    {
      name: 'resolvable',
      comment: 'Every import leads to a file or a package that is installed.',
      severity: 'error',
      from: { path: '^src/' },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
    },
  },
};
