import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { readFileSync } from 'node:fs';
import { onnxNetwork, onnxForward, onnxParams } from './src/onnx';
import { formatSpec } from './src/symmetry';
import { readModel } from './src/onnx/model/readModel';
import { onnxFixture } from './test/support/onnx/onnxFixtures';
await tf.setBackend('wasm');
const [name, kind] = process.argv.slice(2);
const f = onnxFixture(name, kind as any);
const { bytes, externalData } = f.files[0];
console.log(readModel(bytes).graph.nodes.map(n=>n.op+' '+n.name+' '+n.inputs+'->'+n.outputs).join('\n'));
console.log(f.patterns);
try {
const n = await onnxNetwork(bytes, { input: f.inputs.length==1? f.inputs[0] : [...f.inputs], externalData, verify: process.argv[4]!=='no' } as any);
console.log(formatSpec(n.spec)); console.log(n.warnings);
} catch(e:any){console.log(String(e.message).slice(0,600), e.cause? String(e.cause.stack).slice(0,500):'')}
process.exit(0);
