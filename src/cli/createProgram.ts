import { Command, Option } from 'commander';
import { align } from './align';
import { barrier } from './barrier';
import { BATCH_SIZE } from './dataFlags';
import { DATA_METHODS } from './dataMethod';
import { codeOfSignal, EXIT } from './exit';
import { inspect } from './inspect';
import { merge } from './merge';
import { permute } from './permute';
import { refuseEmpty } from './refuseEmpty';
import type { Session } from './session';
import { spec } from './spec';
import { transport } from './transport';
import { usageLines } from './usageLines';
import {
  byteCount,
  finiteNumber,
  fraction,
  groupOrder,
  numberList,
  onePathMore,
  onePrefixMore,
  positiveNumber,
  wholeNumber,
} from './values';

declare const PACKAGE_VERSION: string | undefined;

const SPEC =
  'a preset such as resnet18 or mlp:3, a family such as densenet, a JSON file, an ONNX file, or auto';
const KEY = 'the entry of PyTorch files that holds the weights, such as model or ema';
const NETWORK = 'an ONNX file, or with --forward a checkpoint of another format';
const DATA = 'samples x and labels y, in a .npz or safetensors file';
const CHECKPOINT =
  'a safetensors, PyTorch, .npz or ONNX file, the index of a sharded one (….json), or a folder with one';
const WRITTEN =
  'the file to write: .safetensors, .pt, .npz, ….index.json for shards, or .onnx from ONNX files';

/**
 * The commands and their options. A command throws on failure.
 *
 * @param finish - Called with the exit code of a command that returns one.
 */
export function createProgram(session: Session, finish: (code: number) => void): Command {
  const program = new Command('perm-lmc')
    .description('Aligns and merges checkpoints of neural networks modulo permutation symmetry.')
    .version(typeof PACKAGE_VERSION === 'undefined' ? 'unbuilt' : PACKAGE_VERSION)
    .addHelpText('after', HELP);
  const command = (text: string, description: string) =>
    configured(program.command(text).description(description), session);
  configured(program, session);

  output(matching(command('align', 'find the permutations that align B to A')))
    .argument('<a>', CHECKPOINT)
    .argument('<b>', 'the checkpoint to permute')
    .option(
      '-o, --output <file>',
      'the file for the permutations; by default they are in the JSON result',
    )
    .action((a, b, flags) => align(session, a, b, flags));

  output(matching(command('merge', 'align checkpoints to each other, and write their mean')))
    .argument('<checkpoints...>', `two or more, each ${CHECKPOINT}`)
    .requiredOption('-o, --output <file>', WRITTEN)
    .addOption(
      new Option(
        '--permutations <file>',
        'permutations of one checkpoint; once for each but the first, in order',
      )
        .argParser(onePathMore)
        .default([], 'none'),
    )
    .option(
      '--alpha <number>',
      'for two checkpoints: 0 gives the first, 1 the second (default: 0.5)',
      fraction,
    )
    .option(
      '--weights <list>',
      'a weight for each checkpoint, with sum 1, such as 0.5,0.3,0.2',
      numberList,
    )
    .option('--any-weights', 'allow negative weights, and any sum')
    .option('--to-first', 'match each checkpoint to the first alone, not three or more jointly')
    .option('--repair', 'repair the statistics of the mean on the samples of --data')
    .addOption(
      new Option(
        '--statistics <how>',
        'variances of batch normalisation: estimated without data, averaged, or recomputed with the means on the samples of --data (default: recompute with --data, else estimate)',
      ).choices(['estimate', 'interpolate', 'recompute']),
    )
    .action((inputs, flags) => merge(session, inputs, flags));

  const networks = command('barrier', 'measure the barrier between two networks on data');
  output(onData(prefixed(weightMatching(networks))))
    .argument('<a>', `the network at α = 0: ${NETWORK}`)
    .argument('<b>', `the network at α = 1, which is aligned to the first: ${NETWORK}`)
    .requiredOption('--data <file>', DATA)
    .option('--spec <spec>', `${SPEC}, which is derived from the graph (default: auto)`)
    .option('--permutations <file>', 'permutations of B, as written by align, in place of a match')
    .option(
      '--points <count>',
      'the number of points, with both ends (default: 25)',
      wholeNumber(2),
    )
    .addOption(
      new Option(
        '--loss <loss>',
        'the loss (default: crossEntropy for integer labels, mse for floats)',
      ).choices(['crossEntropy', 'mse']),
    )
    .option('--repair', 'measure the mixtures also after a repair of their statistics')
    .option('--plot <file>', 'the file for a figure of the curves, an SVG image')
    .addOption(
      new Option('--metric <metric>', 'the metric in the figure (default: loss)').choices([
        'loss',
        'error',
      ]),
    )
    .option(
      '-o, --output <file>',
      'the file for the curves; by default they are in the JSON result',
    )
    .action((a, b, flags) => barrier(session, a, b, flags));

  output(named(command('permute', 'apply permutations to a checkpoint')))
    .argument('<checkpoint>', CHECKPOINT)
    .requiredOption('--permutations <file>', 'the permutations, as written by align')
    .requiredOption('-o, --output <file>', WRITTEN)
    .action((input, flags) => permute(session, input, flags));

  output(
    matching(command('transport', 'add the change of a fine-tuned checkpoint to another base')),
  )
    .argument('<base>', `the checkpoint that was fine-tuned: ${CHECKPOINT}`)
    .argument('<finetuned>', 'the fine-tuned checkpoint')
    .argument('<newbase>', 'the checkpoint to add the change to')
    .requiredOption('-o, --output <file>', WRITTEN)
    .option('--permutations <file>', 'permutations of the base, as written by align newbase base')
    .option('--scale <number>', 'the factor of the change (default: 1)', finiteNumber)
    .option('--keep-statistics', 'keep the moving statistics of batch normalisation of newbase')
    .action((base, tuned, target, flags) => transport(session, { base, tuned, target }, flags));

  talking(command('inspect', 'list the tensors of a checkpoint'))
    .argument('<checkpoint>', CHECKPOINT)
    .option('--values', 'show the range of floats; exit code 2 if a value is not finite')
    .option('--key <key>', KEY)
    .action(async (file, flags) => finish(await inspect(session, file, flags)));

  output(
    renaming(command('spec', 'list the presets, write a spec, or check a checkpoint against it')),
  )
    .argument('[spec]', SPEC)
    .argument('[checkpoint]', CHECKPOINT)
    .option('-o, --output <file>', 'the file for the spec, in JSON')
    .action((text, checkpoint, flags) => spec(session, text, checkpoint, flags));

  for (const each of program.commands) refuseEmpty(each);
  return program;
}

const HELP = `
Results are text on a terminal, and one JSON document elsewhere or with --json.
Exit codes: ${EXIT.done} done, ${EXIT.failed} failed, ${EXIT.badInput} wrong usage or input, ${EXIT.refused} would overwrite, ${codeOfSignal('SIGINT')} Ctrl-C, ${codeOfSignal('SIGTERM')} SIGTERM, ${codeOfSignal('SIGHUP')} SIGHUP.`;

/** Makes a command write to the streams of the session, and throw instead of exiting. */
function configured(command: Command, { out, err }: Session): Command {
  const lines = (text: string) => text.replace(/\n$/, '').split('\n'); // of a help or a version
  return command.exitOverride().configureOutput({
    writeOut: (text) => out.show(lines(text)),
    writeErr: (text) => err.show(lines(text)),
    outputError: (text) => err.show(usageLines(text)),
    getOutHelpWidth: () => out.columns,
    getErrHelpWidth: () => err.columns,
  });
}

/** The options of commands that match checkpoints on disk. */
function matching(command: Command): Command {
  return onData(
    sharing(named(weightMatching(command)))
      .option(
        '--memory <bytes>',
        'the most memory to keep between steps, such as 2GB (default: half of the free memory)',
        byteCount,
      )
      .option('--data <file>', `${DATA}, for a method on data, a repair or statistics`)
      .option(
        '--resume <file>',
        'the file for the state of the match; a match that was ended goes on from it',
      ),
  );
}

/** The options of a match. */
function weightMatching(command: Command): Command {
  return command
    .option(
      '--seed <number>',
      'the seed of random orders and starts (default: 0)',
      wholeNumber(-Infinity),
    )
    .option(
      '--restarts <count>',
      'the number of runs; the best one is taken (default: 1)',
      wholeNumber(1),
    )
    .addOption(
      new Option(
        '--method <method>',
        'the method of a run, or a method on data (default: frankWolfe)',
      ).choices(['frankWolfe', 'coordinateDescent', ...DATA_METHODS]),
    )
    .option(
      '--steps <count>',
      'the steps of straight-through and sinkhorn, one batch each (default: 400)',
      wholeNumber(0),
    )
    .option(
      '--learning-rate <rate>',
      'the learning rate of Adam (default: 0.003 for straight-through, 0.1 for sinkhorn)',
      positiveNumber,
    )
    .addOption(
      new Option('--start <start>', 'the start of the first run (default: auto)').choices([
        'auto',
        'signature',
        'identity',
      ]),
    )
    .option('--initial <file>', 'the permutations that the first run starts from')
    .option(
      '--search <rounds>',
      'the rounds of a search for a better optimum after the runs (default: none)',
      wholeNumber(1),
    )
    .option('--max-sweeps <count>', 'the most sweeps of a run (default: 100)', wholeNumber(1))
    .addOption(
      new Option('--kernel <kernel>', 'the comparison of units (default: linear)').choices([
        'linear',
        'cosine',
      ]),
    )
    .option(
      '--order <order>',
      'forward, backward, random, or groups: h1,h2 (default: random)',
      groupOrder,
    )
    .option('--include-statistics', 'include moving statistics of batch normalisation')
    .option(
      '--threads <count>',
      'the number of threads (default: as many as the machine runs at once)',
      wholeNumber(1),
    );
}

function named(command: Command): Command {
  return renaming(command.option('--spec <spec>', `${SPEC} (default: auto)`));
}

/** The options for checkpoints that differ in tensors. */
function sharing(command: Command): Command {
  return command
    .option('--strict', 'refuse checkpoints that differ in tensors')
    .addOption(
      new Option(
        '--embeddings <rows>',
        'where rows differ in number, as of a vocabulary that has grown: merge the rows that all have, or keep those of the first',
      ).choices(['overlap', 'first']),
    );
}

function renaming(command: Command): Command {
  return prefixed(command).option(
    '--allow-unlisted',
    'accept tensors that the spec does not name; they are not permuted',
  );
}

function prefixed(command: Command): Command {
  return command
    .option(
      '--input-shape <sizes>',
      'the shape of the input without the batch, such as 3,224,224, where an ONNX file leaves it open',
      numberList,
    )
    .addOption(
      new Option(
        '--rename-prefix <from=to>',
        "replace the prefix FROM of all names by TO, such as 'module.='; may be repeated",
      )
        .argParser(onePrefixMore)
        .default([], 'none'),
    )
    .option('--key <key>', KEY);
}

/** The options of commands that run networks on data. */
function onData(command: Command): Command {
  return command
    .option(
      '--forward <file>',
      'an ONNX file with the graph of the networks, for checkpoints in safetensors',
    )
    .option('--network-output <name>', 'the output of the graph to use, if it has several')
    .option(
      '--batch-size <count>',
      `the number of samples in a batch (default: ${BATCH_SIZE})`,
      wholeNumber(1),
    )
    .addOption(
      new Option('--backend <backend>', 'the backend that computes (default: wasm)').choices([
        'wasm',
        'cpu',
      ]),
    );
}

function output(command: Command): Command {
  return talking(command).option('-f, --force', 'replace what is already there');
}

function talking(command: Command): Command {
  return command
    .option('--json', 'show the result as JSON, even on a terminal')
    .addOption(new Option('-q, --quiet', 'show no progress').conflicts('progress'))
    .option('--progress', 'show progress also where standard error is no terminal')
    .option('--debug', 'show the stack of an unexpected error');
}
